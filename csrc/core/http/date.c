#include "core/http/date.h"

#include <curl/curl.h>
#include <string.h>

static const char WEEKDAYS[] = "SunMonTueWedThuFriSat", MONTHS[] = "JanFebMarAprMayJunJulAugSepOctNovDec",
                  SHAPE[] = "Sun, 00 Jan 0000 00:00:00 GMT"; /* each 0 is a digit, Sun and Jan are names */

static const int64_t LAST = INT64_C(253402300799); /* the end of the year 9999: libcurl reads longer years as well */

enum { MONTH = 8, LENGTH = sizeof SHAPE - 1 };

/* The number of the three-letter name that stands there; -1: none. */
static int place_of(const char *text, const char *names) {
  for (int i = 0; names[i]; i += 3)
    if (memcmp(text, names + i, 3) == 0) return i / 3;
  return -1;
}

static bool has_shape(const char *text) {
  for (size_t i = 3; i < LENGTH; i++) {
    if (i >= MONTH && i < MONTH + 3) continue;
    if (SHAPE[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != SHAPE[i]) return false;
  }
  return place_of(text, WEEKDAYS) >= 0;
}

static int two(const char *text) { return (text[0] - '0') * 10 + text[1] - '0'; }

/* Days since 1970. The year begins with March here, so that a leap day is its last. */
static int64_t days_of(int year, int month, int day) {
  year -= month < 2;
  month = (month + 10) % 12;
  return INT64_C(365) * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719468;
}

/* Reads the form that servers must write. -1: the text has another form, or is no date. */
static int64_t fixed_ms(const char *text) {
  if (!has_shape(text)) return -1;
  int day = two(text + 5), month = place_of(text + MONTH, MONTHS), year = two(text + 12) * 100 + two(text + 14);
  int hour = two(text + 17), minute = two(text + 20), second = two(text + 23);
  if (day < 1 || day > 31 || month < 0 || year < 1970 || hour > 23 || minute > 59 || second > 59) return -1;
  return (((days_of(year, month, day) * 24 + hour) * 60 + minute) * 60 + second) * 1000;
}

int64_t tether_date_ms(tether_slice value) {
  char text[64];
  int64_t fixed = value.length == LENGTH ? fixed_ms(value.data) : -1;
  if (fixed >= 0) return fixed;
  size_t kept = value.length < sizeof text - 1 ? value.length : sizeof text - 1;
  memcpy(text, value.data, kept);
  text[kept] = '\0';
  time_t seconds = curl_getdate(text, NULL);
  return seconds < 0 || seconds > LAST ? -1 : (int64_t)seconds * 1000;
}
