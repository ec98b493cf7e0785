/* Queue: what an app has to send: events that wait for a first delivery, and deliveries that wait for another attempt.
 *
 * The queue only decides: it is told the time, and sends nothing. One thread at a time. */
#ifndef TETHER_PORTAL_QUEUE_H
#define TETHER_PORTAL_QUEUE_H
#include "base/buffer.h"

enum {
  PORTAL_RETRIES = 10,             /* after the first attempt (wire.md, 13.2) */
  PORTAL_EVENTS_HELD_MOST = 100000 /* of an app, those of deliveries included; the rest is dropped, and counted */
};

typedef struct portal_delivery {
  struct portal_delivery *next;
  int64_t number;
  int64_t due_ms;
  int attempt; /* from 0 */
  size_t count;
  char *events[]; /* texts of portal_event_text; owned */
} portal_delivery;

typedef struct portal_deliveries {
  portal_delivery *first, *last;
} portal_deliveries;

/* Zeroed, it is empty. */
typedef struct portal_queue {
  char **events; /* a ring */
  size_t first, count, capacity;
  portal_deliveries waiting[PORTAL_RETRIES]; /* by the attempt that failed: each list is in the order of its times */
  size_t waits;                              /* deliveries that wait */
  size_t held;                               /* events, wherever */
  size_t under_way;                          /* deliveries */
  int64_t delivered, given_up, dropped;      /* events */
} portal_queue;

/* How long after a failed attempt the next one comes, in milliseconds; together 24 hours. */
int64_t portal_retry_after(int attempt);

/* Adds an event, which is taken over in any case. */
void portal_queue_add(portal_queue *queue, char *event);

/* What is to be sent now: one whose time has come, or a new one of at most `most` events. NULL: nothing, or no memory.
 * It is under way until it is settled. */
portal_delivery *portal_queue_next(portal_queue *queue, int64_t now_ms, size_t most);

/* When the next delivery is due; INT64_MAX: none waits. */
int64_t portal_queue_due(const portal_queue *queue);

/* Says what became of a delivery, which is taken over: it is done, waits, or is given up. The time of its next attempt,
 * or 0. */
int64_t portal_queue_settle(portal_queue *queue, portal_delivery *delivery, bool taken, int64_t now_ms);

/* Forgets everything but what is under way; a delivery that belongs to no queue any more. */
void portal_queue_clear(portal_queue *queue);
void portal_delivery_free(portal_delivery *delivery);

/* Adds the body of a delivery: a JSON array, each event with the number of this attempt. */
bool portal_delivery_write(const portal_delivery *delivery, tether_buffer *out, tether_error *error);
#endif
