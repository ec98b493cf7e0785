/* Exchange: one request of libcurl, from what is to be sent to the answer that it fills. */
#ifndef TETHER_EXCHANGE_H
#define TETHER_EXCHANGE_H
#include <curl/curl.h>

#include "core/http/answer.h"
#include "core/http/failure.h"
#include "core/http/headers.h"
#include "core/http/security.h"
#include "core/http/sockets.h"
#include "core/http/spares.h"
#include "core/http/tuning.h"

/* What is sent. `method` and `path` are copied; the body is borrowed until the answer is taken. */
typedef struct tether_sending {
  int64_t ticket;
  const char *method;        /* of at most 7 letters */
  const char *path;          /* begins with a slash, sent as it is */
  const tether_buffer *body; /* NULL: none */
  tether_headers *headers;   /* held while it is under way */
  tether_content content;
  int64_t most_ms;  /* it may last so long, within the transport's own limit; 0: that limit alone */
  bool once;        /* libcurl must not send it again by itself when a kept connection turns out dead */
  bool reads_links; /* a batch read: its links are read while the answer comes */
} tether_sending;

typedef struct tether_exchange {
  struct tether_exchange *next; /* in the list of whoever holds it */
  tether_answer *answer;        /* owned; whoever takes it leaves NULL */
  CURL *easy;
  tether_spares *spares;     /* takes its handle back, and gives memory for the answer */
  const tether_buffer *body; /* borrowed; NULL: none */
  size_t sent;               /* of a body that is read piece by piece */
  tether_headers *headers;
  char *url;
  char method[8];
  char problem[CURL_ERROR_SIZE]; /* what libcurl says of a failure; "": no more than its code */
  tether_talk talk;
  int64_t started_ms;
} tether_exchange;

/* What all requests of a transport have in common. Borrowed. */
typedef struct tether_common {
  const char *url; /* scheme, host, port */
  tether_authorities authorities;
  tether_patience patience;
  tether_sockets *sockets;
  tether_goodbye *goodbye;
  tether_spares *spares; /* outlives the exchange */
} tether_common;

/* NULL: BAD_ARGUMENT (a method that is too long), NO_MEMORY, TLS_FAILED. */
tether_exchange *tether_exchange_new(const tether_common *common, const tether_sending *sending, tether_error *error);
void tether_exchange_free(tether_exchange *exchange); /* NULL is fine */

/* libcurl has ended it with `code`: fills the answer. The handle still stands in its multi handle. */
void tether_exchange_end(tether_exchange *exchange, const char *url, CURLcode code);

/* Gives the handle of libcurl back. It must stand in no multi handle any more. */
void tether_exchange_hang_up(tether_exchange *exchange);

/* Takes the answer as far as it has come, and frees the rest. */
tether_answer *tether_exchange_answer(tether_exchange *exchange);

#endif
