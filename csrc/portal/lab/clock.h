/* Clock: the portal's own time. A test can set it, and it runs on from there. */
#ifndef TETHER_PORTAL_CLOCK_H
#define TETHER_PORTAL_CLOCK_H
#include "base/error.h"

typedef struct portal_clock {
  int64_t offset_ms; /* what it is ahead of the machine's */
} portal_clock;

/* In milliseconds since 1970. */
int64_t portal_now_ms(const portal_clock *clock);

enum { PORTAL_CLOCK_YEAR = 9999 }; /* in which it ends: what follows cannot be written as a date */

/* False: BAD_ARGUMENT, before 1970 or in the last year. */
bool portal_set_clock(portal_clock *clock, int64_t now_ms, tether_error *error);
#endif
