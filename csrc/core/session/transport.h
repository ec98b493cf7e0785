/* Transport: many HTTP requests in flight on pooled connections, by libcurl's multi interface.
 *
 * Never blocks but in tether_transport_step, and there only as long as it is told. A request goes in by submit and
 * comes out by take, once, whatever happens to it. The transport decides nothing: no retry, no pacing, no reading
 * of answers. One thread at a time. The token lives here and in libcurl, is wiped when freed, and is never part of a
 * message. */
#ifndef TETHER_TRANSPORT_H
#define TETHER_TRANSPORT_H
#include "base/buffer.h"

typedef struct tether_transport tether_transport;

typedef struct tether_transport_options {
  const char *url;            /* "https://api.hubapi.com": scheme, host, port; http to loopback only */
  const char *token;          /* sent as Bearer; printable ASCII without blanks */
  const char *ca_file;        /* PEM file of authorities; NULL: the system's */
  int concurrency;            /* requests in flight at once, the others queue here; 0: 8 */
  int64_t connect_timeout_ms; /* 0: 10,000 */
  int64_t timeout_ms;         /* for one request as a whole, without the queue; 0: 30,000 */
} tether_transport_options;

typedef struct tether_answer {
  int64_t ticket;
  long status; /* 0: no answer came, see error */
  tether_buffer body;
  char correlation_id[64]; /* "" when the answer names none */
  char content_type[64];
  int64_t elapsed_ms;
  tether_error error; /* TETHER_OK when an answer came, whatever its status */
} tether_answer;

/* NULL: URL_BAD, TOKEN_MISSING, TOKEN_MALFORMED, NO_MEMORY. All strings are copied. */
tether_transport *tether_transport_new(const tether_transport_options *options, tether_error *error);

/* Ends everything that is in flight. NULL is fine. */
void tether_transport_free(tether_transport *transport);

/* A buffer to write a body into: memory that an earlier request or answer has left, so that a long run touches the same
 * pages again and again. The caller owns it, and gives it to submit or frees it. */
tether_buffer tether_transport_buffer(tether_transport *transport);

/* Takes the answer's memory back for later ones, and frees the rest of it. Not needed, only thrifty. */
void tether_transport_recycle(tether_transport *transport, tether_answer *answer);

/* Queues a request and returns its ticket (> 0), 0 on failure. `path` begins with a slash and is sent as it is.
 * `body` is taken over and left empty; NULL: none. */
int64_t tether_transport_submit(tether_transport *transport, const char *method, const char *path, tether_buffer *body,
                                tether_error *error);

/* Moves what is ready; waits up to `wait_ms` for something to move (-1: until something does). */
bool tether_transport_step(tether_transport *transport, int64_t wait_ms, tether_error *error);

/* The next settled answer, owned by the caller; NULL: none yet. */
tether_answer *tether_transport_take(tether_transport *transport);
void tether_answer_free(tether_answer *answer); /* NULL is fine */

/* Gives a request up: it is taken as an answer with CANCELLED. False: no such ticket is under way. */
bool tether_transport_cancel(tether_transport *transport, int64_t ticket);

size_t tether_transport_under_way(const tether_transport *transport);   /* queued and in flight */
int tether_transport_fd(const tether_transport *transport);             /* readable: call step */
int64_t tether_transport_timeout_ms(const tether_transport *transport); /* call step by then; -1: no need */

#endif
