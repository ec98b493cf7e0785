#include "core/http/hear.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "core/http/date.h"

void tether_hear_nothing(tether_limits *limits) {
  *limits = (tether_limits){.window_ms = -1,
                            .window_most = -1,
                            .window_left = -1,
                            .daily = -1,
                            .daily_left = -1,
                            .retry_after_ms = -1,
                            .date_ms = -1};
}

/* The headers that are read. */
typedef enum heard { NUMBER, RETRY_AFTER, DATE, CONTENT_TYPE, CORRELATION_ID } heard;

typedef struct known {
  tether_slice name;
  heard what;
  size_t into; /* where in the limits a number goes */
} known;

#define NAMED(text)                                                                                                    \
  { text, sizeof(text) - 1 }

static const known HEADERS[] = {
    {NAMED("x-hubspot-ratelimit-interval-milliseconds"), NUMBER, offsetof(tether_limits, window_ms)},
    {NAMED("x-hubspot-ratelimit-max"), NUMBER, offsetof(tether_limits, window_most)},
    {NAMED("x-hubspot-ratelimit-remaining"), NUMBER, offsetof(tether_limits, window_left)},
    {NAMED("x-hubspot-ratelimit-daily"), NUMBER, offsetof(tether_limits, daily)},
    {NAMED("x-hubspot-ratelimit-daily-remaining"), NUMBER, offsetof(tether_limits, daily_left)},
    {NAMED("retry-after"), RETRY_AFTER, 0},
    {NAMED("date"), DATE, 0},
    {NAMED("content-type"), CONTENT_TYPE, 0},
    {NAMED("x-hubspot-correlation-id"), CORRELATION_ID, 0}};

/* NULL: the header is not among those that are read. Most headers are told apart by their length alone. */
static const known *find(tether_slice name) {
  for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++)
    if (HEADERS[i].name.length == name.length && strncasecmp(HEADERS[i].name.data, name.data, name.length) == 0)
      return &HEADERS[i];
  return NULL;
}

static tether_slice trim(const char *start, const char *end) {
  while (start < end && isspace((unsigned char)*start)) start++;
  while (end > start && isspace((unsigned char)end[-1])) end--;
  return (tether_slice){start, (size_t)(end - start)};
}

/* A value that does not fit is cut. */
static void keep_text(tether_slice value, char *out, size_t capacity) {
  size_t kept = value.length < capacity - 1 ? value.length : capacity - 1;
  memcpy(out, value.data, kept);
  out[kept] = '\0';
}

/* Whether a value fits whole and can stand in a log line as one word: a part of an id is no id. */
static bool is_word(tether_slice value, size_t capacity) {
  for (size_t i = 0; i < value.length; i++)
    if (!isgraph((unsigned char)value.data[i])) return false;
  return value.length < capacity;
}

enum { DIGITS = 15 }; /* more than any limit has, fewer than overflow */

/* Reads digits; any other value is ignored. */
static int64_t number_of(tether_slice value) {
  int64_t number = 0;
  if (value.length == 0 || value.length > DIGITS) return -1;
  for (size_t i = 0; i < value.length; i++) {
    if (!isdigit((unsigned char)value.data[i])) return -1;
    number = number * 10 + (value.data[i] - '0');
  }
  return number;
}

/* Seconds or a date (RFC 9110). */
static int64_t retry_after(tether_slice value) {
  int64_t seconds = number_of(value);
  if (seconds >= 0) return seconds * 1000;
  int64_t at = tether_date_ms(value), now = tether_clock_wall_ms();
  return at < 0 ? -1 : at > now ? at - now : 0;
}

static void keep(const known *header, tether_slice value, tether_answer *answer) {
  tether_limits *limits = &answer->limits;
  switch (header->what) {
  case NUMBER:
    *(int64_t *)((char *)limits + header->into) = number_of(value);
    break;
  case RETRY_AFTER:
    limits->retry_after_ms = retry_after(value);
    break;
  case DATE:
    limits->date_ms = tether_date_ms(value);
    break;
  case CONTENT_TYPE:
    keep_text(value, answer->content_type, sizeof answer->content_type);
    break;
  case CORRELATION_ID:
    if (is_word(value, sizeof answer->correlation_id))
      keep_text(value, answer->correlation_id, sizeof answer->correlation_id);
  }
}

void tether_hear(const char *line, size_t length, tether_answer *answer) {
  const char *colon = memchr(line, ':', length);
  if (!colon) return; /* the status line, or the empty one */
  const known *header = find((tether_slice){line, (size_t)(colon - line)});
  if (header) keep(header, trim(colon + 1, line + length), answer);
}
