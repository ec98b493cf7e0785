/* Spares: memory of bodies and answers that are done with, and handles of libcurl, so that a long run touches the same
 * pages again and again. */
#ifndef TETHER_SPARES_H
#define TETHER_SPARES_H
#include <curl/curl.h>

#include "base/buffer.h"

enum {
  TETHER_SPARES = 16,         /* bodies and answers of the usual eight requests in flight */
  TETHER_SPARE_MOST = 4 << 20 /* bytes of one: reads that come in pieces need them; what is larger is given back */
};

/* All zero at the start. */
typedef struct tether_spares {
  tether_buffer list[TETHER_SPARES]; /* owned */
  size_t count;
  CURL *handles[TETHER_SPARES]; /* owned, in no multi handle, with no option set */
  size_t handle_count;
} tether_spares;

/* An empty buffer, which the caller owns: the smallest for a request's body, the largest for an answer's. Answers of
 * reads are a hundred times longer than their requests, and memory of either must not become that of the other. */
tether_buffer tether_spares_take_small(tether_spares *spares);
tether_buffer tether_spares_take_large(tether_spares *spares);

/* Takes the memory of a buffer over, or frees it, and leaves it empty. */
void tether_spares_keep(tether_spares *spares, tether_buffer *buffer);

/* A handle without options, which the caller owns; NULL: no memory. */
CURL *tether_spares_take_handle(tether_spares *spares);

/* Takes a handle over, which stands in no multi handle any more; its options and what they point to are let go. */
void tether_spares_keep_handle(tether_spares *spares, CURL *handle);

void tether_spares_free(tether_spares *spares);

#endif
