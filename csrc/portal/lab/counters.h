/* Counters: what happened since the portal was opened. */
#ifndef TETHER_PORTAL_COUNTERS_H
#define TETHER_PORTAL_COUNTERS_H
#include "base/buffer.h"

enum { PORTAL_OPERATIONS_MOST = 192 };

typedef struct portal_counters {
  int64_t requests, rate_limited, faults;
  struct {
    const char *name; /* a constant; NULL: not asked yet */
    int64_t count;
  } operations[PORTAL_OPERATIONS_MOST]; /* each at its number in the table of routes */
} portal_counters;

/* Adds them as one JSON object: { requests, rateLimited, faults, linked, operations: { batch_create: 3 } }. `linked`:
 * how many pairs of records were written. */
bool portal_counters_write(const portal_counters *counters, int64_t linked, tether_buffer *out, tether_error *error);
#endif
