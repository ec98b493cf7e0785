/* Sender: one thread that posts what it is handed, several at once, by libcurl.
 *
 * It asks its host for work, and tells it what became of it; both functions are called on the sender's thread, without
 * any lock of the sender's. An answer's body is thrown away, a redirect is not followed, proxies are not asked. */
#ifndef TETHER_PORTAL_SENDER_H
#define TETHER_PORTAL_SENDER_H
#include "base/buffer.h"

/* One request; made by the host, which frees it when it is settled. */
typedef struct portal_post {
  char *url;
  tether_buffer headers; /* "Name: value", each with a NUL behind it */
  tether_buffer body;
  int64_t timeout_ms;
  bool anywhere;             /* else the connection must be to the loopback, whatever the name leads to */
  int64_t began_ms, took_ms; /* monotonic; set by the sender */
} portal_post;

typedef struct portal_sender_host {
  void *context;
  /* What is to be sent now; NULL: nothing, and `wait_ms` is how long nothing will be, unless the sender is woken. */
  portal_post *(*next)(void *context, int64_t *wait_ms);
  /* `status` 0: no answer, and why. */
  void (*settle)(void *context, portal_post *post, int status, const char *problem);
} portal_sender_host;

typedef struct portal_sender portal_sender;

portal_sender *portal_sender_open(const portal_sender_host *host, tether_error *error); /* NULL: NO_MEMORY */

/* Tells the thread that there is something new. Any thread may call it, under the host's own lock. */
void portal_sender_wake(portal_sender *sender);

/* Ends the thread; what is under way is settled as not answered. NULL is fine. */
void portal_sender_close(portal_sender *sender);
#endif
