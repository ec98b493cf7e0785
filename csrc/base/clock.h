/* Clocks, in milliseconds. Policy never calls these: it is told the time. */
#ifndef TETHER_CLOCK_H
#define TETHER_CLOCK_H
#include <stdbool.h>
#include <stdint.h>

int64_t tether_clock_ms(void);      /* monotonic, from an arbitrary start */
int64_t tether_clock_us(void);      /* the same in microseconds */
int64_t tether_clock_wall_ms(void); /* since 1970-01-01 UTC */
int64_t tether_clock_boot_ms(void); /* as tether_clock_ms, and goes on while the machine sleeps */

enum { TETHER_CLOCK_ISO = 25 }; /* "2026-03-01T10:00:00.123Z" and its terminator */

/* ISO 8601 UTC with Z; the fraction is left out when it is zero, as HubSpot's answers do (wire.md, 1). */
void tether_clock_iso(int64_t wall_ms, char out[TETHER_CLOCK_ISO]);

/* Reads such a time, with or without a fraction; false: it is none. */
bool tether_clock_read_iso(const char *text, int64_t *wall_ms);

#endif
