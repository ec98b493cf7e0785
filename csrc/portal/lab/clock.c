#include "portal/lab/clock.h"

#include "base/clock.h"

int64_t portal_now_ms(const portal_clock *clock) { return tether_clock_wall_ms() + clock->offset_ms; }

void portal_set_clock(portal_clock *clock, int64_t now_ms) { clock->offset_ms = now_ms - tether_clock_wall_ms(); }
