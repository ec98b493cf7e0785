/* Event: one change as a subscription is told of it (csrc/data/wire.md, 13.2). */
#ifndef TETHER_PORTAL_EVENT_H
#define TETHER_PORTAL_EVENT_H
#include "portal/store/store.h"

/* The subscription and app that an event is for. */
typedef struct portal_address {
  int64_t event, subscription, app;
  const char *event_type;
  bool general; /* with type ids, as "object.…" has them */
} portal_address;

/* The event as JSON without its closing brace, so that the number of the attempt can be put behind it. NULL: no
 * memory. Freed by the caller. */
char *portal_event_text(portal_store *store, const portal_address *address, const portal_noted *change);
#endif
