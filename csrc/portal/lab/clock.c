#include "portal/lab/clock.h"

#include "base/clock.h"

int64_t portal_now_ms(const portal_clock *clock) { return tether_clock_wall_ms() + clock->offset_ms; }

static const int64_t LAST_MS = 253370764800000; /* where the year PORTAL_CLOCK_YEAR begins */

bool portal_set_clock(portal_clock *clock, int64_t now_ms, tether_error *error) {
  if (now_ms < 0 || now_ms >= LAST_MS)
    return tether_fail(error, TETHER_BAD_ARGUMENT,
                       "clock: milliseconds since 1970 before the year %d are needed, got %lld", PORTAL_CLOCK_YEAR,
                       (long long)now_ms);
  clock->offset_ms = now_ms - tether_clock_wall_ms();
  return true;
}
