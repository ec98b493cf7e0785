/* Clock: the portal's own time, which a test can set; it runs on from there. */
#ifndef TETHER_PORTAL_CLOCK_H
#define TETHER_PORTAL_CLOCK_H
#include <stdint.h>

typedef struct portal_clock {
  int64_t offset_ms; /* what it is ahead of the machine's */
} portal_clock;

/* In milliseconds since 1970. */
int64_t portal_now_ms(const portal_clock *clock);
void portal_set_clock(portal_clock *clock, int64_t now_ms);
#endif
