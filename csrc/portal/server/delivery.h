/* Delivery: sends an answer to the client, in order or spoiled by a fault: late, slow, broken off, or not at all. */
#ifndef TETHER_PORTAL_DELIVERY_H
#define TETHER_PORTAL_DELIVERY_H
#include <microhttpd.h>
#include <pthread.h>

#include "portal/message/message.h"

/* Waiting that ends early when the server does. */
typedef struct portal_pause {
  pthread_mutex_t lock; /* around `over` */
  pthread_cond_t end;
  bool over;
} portal_pause;

void portal_pause_init(portal_pause *pause);
void portal_pause_end(portal_pause *pause); /* nobody waits any more */
void portal_pause_destroy(portal_pause *pause);

/* Hands the answer to the connection and frees it. The pause outlives the connection. */
enum MHD_Result portal_deliver(portal_pause *pause, struct MHD_Connection *connection, portal_answer *answer);

/* Answers with a response that somebody else made, NULL: none could be, under the status and headers of the answer.
 * Both are freed. */
enum MHD_Result portal_deliver_as(struct MHD_Connection *connection, portal_answer *answer,
                                  struct MHD_Response *response);

/* Resets the connection instead of closing it in order. */
enum MHD_Result portal_reset_connection(struct MHD_Connection *connection);
#endif
