#define _GNU_SOURCE /* strptime, timegm */
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t tether_clock_ms(void) { return read_clock(CLOCK_MONOTONIC); }

int64_t tether_clock_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t tether_clock_wall_ms(void) { return read_clock(CLOCK_REALTIME); }

int64_t tether_clock_boot_ms(void) { return read_clock(CLOCK_BOOTTIME); }

void tether_clock_iso(int64_t wall_ms, char out[TETHER_CLOCK_ISO]) {
  time_t seconds = (time_t)(wall_ms / 1000);
  int fraction = (int)(wall_ms % 1000);
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  gmtime_r(&seconds, &parts);
  size_t length = strftime(out, TETHER_CLOCK_ISO, "%Y-%m-%dT%H:%M:%S", &parts);
  if (fraction > 0 && fraction < 1000)
    snprintf(out + length, TETHER_CLOCK_ISO - length, ".%03dZ", fraction);
  else
    snprintf(out + length, TETHER_CLOCK_ISO - length, "Z");
}

bool tether_clock_read_iso(const char *text, int64_t *wall_ms) {
  struct tm parts;
  memset(&parts, 0, sizeof parts);
  const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &parts);
  if (!rest) return false;
  int64_t milliseconds = 0, unit = 100;
  if (*rest == '.')
    for (rest++; *rest >= '0' && *rest <= '9'; rest++, unit /= 10) milliseconds += (*rest - '0') * unit;
  if (strcmp(rest, "Z") != 0) return false;
  *wall_ms = (int64_t)timegm(&parts) * 1000 + milliseconds;
  return true;
}
