#include "core/http/hear.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"

void tether_hear_nothing(tether_limits *limits) {
  *limits = (tether_limits){.window_ms = -1,
                            .window_most = -1,
                            .window_left = -1,
                            .daily = -1,
                            .daily_left = -1,
                            .retry_after_ms = -1,
                            .date_ms = -1};
}

/* The value of a line that begins with `name`, trimmed; false: it is another header. */
static bool value_of(const char *line, size_t length, const char *name, tether_slice *value) {
  size_t named = strlen(name);
  if (length <= named || line[named] != ':' || strncasecmp(line, name, named) != 0) return false;
  const char *start = line + named + 1, *end = line + length;
  while (start < end && isspace((unsigned char)*start)) start++;
  while (end > start && isspace((unsigned char)end[-1])) end--;
  *value = (tether_slice){start, (size_t)(end - start)};
  return true;
}

/* A value that does not fit is cut. */
static void keep_text(tether_slice value, char *out, size_t capacity) {
  size_t kept = value.length < capacity - 1 ? value.length : capacity - 1;
  memcpy(out, value.data, kept);
  out[kept] = '\0';
}

/* What stands in a log line as one word: a part of something longer would be no id. */
static bool is_word(tether_slice value, size_t capacity) {
  for (size_t i = 0; i < value.length; i++)
    if (!isgraph((unsigned char)value.data[i])) return false;
  return value.length < capacity;
}

enum { DIGITS = 15 }; /* more than any limit has, fewer than overflow */

/* Digits; anything else says nothing. */
static int64_t number_of(tether_slice value) {
  int64_t number = 0;
  if (value.length == 0 || value.length > DIGITS) return -1;
  for (size_t i = 0; i < value.length; i++) {
    if (!isdigit((unsigned char)value.data[i])) return -1;
    number = number * 10 + (value.data[i] - '0');
  }
  return number;
}

/* An HTTP date in milliseconds since 1970; -1: none. libcurl reads years of more than four digits too, whose
 * milliseconds have no room in 64 bits. */
static int64_t date_of(tether_slice value) {
  static const int64_t last = INT64_C(253402300799); /* the end of the year 9999, in seconds */
  char text[64];
  keep_text(value, text, sizeof text);
  time_t seconds = curl_getdate(text, NULL);
  return seconds < 0 || seconds > last ? -1 : (int64_t)seconds * 1000;
}

/* Seconds or a date (RFC 9110). */
static int64_t retry_after(tether_slice value) {
  int64_t seconds = number_of(value);
  if (seconds >= 0) return seconds * 1000;
  int64_t at = date_of(value), now = tether_clock_wall_ms();
  return at < 0 ? -1 : at > now ? at - now : 0;
}

void tether_hear(const char *line, size_t length, tether_answer *answer) {
  const struct {
    const char *name;
    int64_t *into;
  } numbers[] = {{"x-hubspot-ratelimit-interval-milliseconds", &answer->limits.window_ms},
                 {"x-hubspot-ratelimit-max", &answer->limits.window_most},
                 {"x-hubspot-ratelimit-remaining", &answer->limits.window_left},
                 {"x-hubspot-ratelimit-daily", &answer->limits.daily},
                 {"x-hubspot-ratelimit-daily-remaining", &answer->limits.daily_left}};
  tether_slice value;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (value_of(line, length, numbers[i].name, &value)) *numbers[i].into = number_of(value);
  if (value_of(line, length, "retry-after", &value)) answer->limits.retry_after_ms = retry_after(value);
  if (value_of(line, length, "date", &value)) answer->limits.date_ms = date_of(value);
  if (value_of(line, length, "content-type", &value))
    keep_text(value, answer->content_type, sizeof answer->content_type);
  if (value_of(line, length, "x-hubspot-correlation-id", &value) && is_word(value, sizeof answer->correlation_id))
    keep_text(value, answer->correlation_id, sizeof answer->correlation_id);
}
