/* Transport: HTTP requests in flight on pooled connections, by libcurl's multi interface.
 *
 * Never blocks but in tether_transport_step, and there only as long as it is told. A request goes in by start and comes
 * out by take, once, whatever happens to it. The transport decides nothing: no queue, no retry, no pacing; of answers
 * it reads no more than core/wire/arriving.h, where it is told to. One thread at a time. */
#ifndef TETHER_TRANSPORT_H
#define TETHER_TRANSPORT_H
#include "core/http/answer.h"
#include "core/http/exchange.h"

typedef struct tether_transport tether_transport;

typedef struct tether_transport_options {
  const char *url;                /* "https://api.hubapi.com": scheme, host, port */
  tether_authorities authorities; /* that are trusted to name the host */
  bool plain_http;                /* http to other hosts than loopback is fine */
  int connections;                /* most to the host */
  int64_t connect_timeout_ms;
  int64_t timeout_ms; /* for one request as a whole */
} tether_transport_options;

/* NULL: URL_BAD, NO_MEMORY. All strings are copied. */
tether_transport *tether_transport_new(const tether_transport_options *options, tether_error *error);

/* Lets a descriptor of the caller's end a wait when it is readable. False: it cannot be watched. */
bool tether_transport_watch(tether_transport *transport, int fd);

/* Ends everything that is in flight. NULL is fine. */
void tether_transport_free(tether_transport *transport);

/* In a forked child: closes the child's copies of the descriptors, and says nothing to anybody. The memory of libcurl
 * is left as it is and goes with the process, since its own end would write to connections that are the parent's. */
void tether_transport_abandon(tether_transport *transport);

/* A buffer to write a body into: memory that an earlier request or answer has left, so that a long run touches the same
 * pages again and again. The caller owns it. */
tether_buffer tether_transport_buffer(tether_transport *transport);

/* Takes the answer's memory back for later ones, and frees the rest of it. Not required; it saves memory traffic. */
void tether_transport_recycle(tether_transport *transport, tether_answer *answer);

/* Sends a request. False: NO_MEMORY; TLS_FAILED: libcurl does not take the authorities or protocols that it is to
 * trust. */
bool tether_transport_start(tether_transport *transport, const tether_sending *sending, tether_error *error);

/* Moves what is ready; waits up to `wait_ms` for something to move (-1: until something does). */
bool tether_transport_step(tether_transport *transport, int64_t wait_ms, tether_error *error);

/* The next answer, owned by the caller; NULL: none yet. */
tether_answer *tether_transport_take(tether_transport *transport);

/* Gives a request up and returns its answer as far as it has come. NULL: no request with that ticket is in flight. */
tether_answer *tether_transport_cancel(tether_transport *transport, int64_t ticket);

int tether_transport_in_flight(const tether_transport *transport);

/* Ends a step's wait after `delay_ms`; -1: not. */
bool tether_transport_wake(tether_transport *transport, int64_t delay_ms);

/* The same for the host: makes the descriptor readable after `delay_ms`; -1: not any more. */
bool tether_transport_alarm(tether_transport *transport, int64_t delay_ms);

int tether_transport_fd(const tether_transport *transport);             /* readable: call step */
int64_t tether_transport_timeout_ms(const tether_transport *transport); /* call step by then; -1: no need */

#endif
