/* What the headers of an answer say: limits, pauses, dates, ids. */
#include "core/http/hear.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "check.h"

static tether_answer answer;

static void hear(const char *line) {
  tether_hear_nothing(&answer.limits);
  answer.correlation_id[0] = '\0';
  tether_hear(line, strlen(line), &answer);
}

static void numbers_are_digits_alone(void) {
  hear("X-HubSpot-RateLimit-Max: 190\r\n");
  CHECK(answer.limits.window_most == 190 && answer.limits.window_left == -1);
  hear("x-hubspot-ratelimit-daily-remaining:250000");
  CHECK(answer.limits.daily_left == 250000 && answer.limits.daily == -1);
  hear("x-hubspot-ratelimit-interval-milliseconds: 123456789012345");
  CHECK(answer.limits.window_ms == 123456789012345);
  hear("x-hubspot-ratelimit-max: 1234567890123456");
  CHECK(answer.limits.window_most == -1);
  hear("x-hubspot-ratelimit-max: 19 0");
  CHECK(answer.limits.window_most == -1);
}

static void a_pause_is_seconds_or_a_date(void) {
  char line[80];
  time_t later = (time_t)(tether_clock_wall_ms() / 1000) + 100;
  hear("Retry-After: 3");
  CHECK(answer.limits.retry_after_ms == 3000);
  hear("Retry-After: 0");
  CHECK(answer.limits.retry_after_ms == 0);
  strftime(line, sizeof line, "Retry-After: %a, %d %b %Y %H:%M:%S GMT", gmtime(&later));
  hear(line);
  CHECK(answer.limits.retry_after_ms > 60000 && answer.limits.retry_after_ms <= 100000);
  hear("Retry-After: Thu, 01 Jan 2015 00:00:00 GMT");
  CHECK(answer.limits.retry_after_ms == 0);
  hear("Retry-After: soon");
  CHECK(answer.limits.retry_after_ms == -1);
  hear("Date: Thu, 01 Jan 2015 00:00:00 GMT");
  CHECK(answer.limits.date_ms == INT64_C(1420070400000));
  hear("Date: 06 Nov 888888888 08:49:37 GMT"); /* its milliseconds have no room */
  CHECK(answer.limits.date_ms == -1);
}

static void an_id_is_one_word(void) {
  hear("X-HubSpot-Correlation-Id:  8c1b-4f  ");
  CHECK(strcmp(answer.correlation_id, "8c1b-4f") == 0);
  hear("X-HubSpot-Correlation-Id: two words");
  CHECK(*answer.correlation_id == '\0');
  hear("Content-Type: text/html; charset=x");
  CHECK(strcmp(answer.content_type, "text/html; charset=x") == 0);
}

int main(void) {
  numbers_are_digits_alone();
  a_pause_is_seconds_or_a_date();
  an_id_is_one_word();
  return failed != 0;
}
