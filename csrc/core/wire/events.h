/* Events: the body of a webhook's delivery, looked through before anything is made of it (wire.md, 13.2). Pure. */
#ifndef TETHER_EVENTS_H
#define TETHER_EVENTS_H
#include "base/buffer.h"

enum { TETHER_EVENTS_MOST = 1000 }; /* in one delivery; HubSpot sends up to 100 (wire.md, 13.2) */

/* Whether `body` is strict JSON, an array of at most `most` objects; `count` is how many.
 * EVENTS_MALFORMED with the byte as the place, TOO_LARGE with the first event too many. */
bool tether_events_count(tether_slice body, size_t most, size_t *count, tether_error *error);

#endif
