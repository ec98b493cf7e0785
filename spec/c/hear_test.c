/* What the headers of an answer say: limits, pauses, dates, ids. */
#include "core/http/hear.h"

#include <curl/curl.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "check.h"
#include "core/http/date.h"

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

/* Each day of two centuries, in the form that servers write, is read as libcurl reads it. */
static void a_date_is_what_libcurl_says(void) {
  const time_t day = 86400, last = 200 * 366 * day;
  char text[80];
  for (time_t at = 0; at < last; at += day + 3607) {
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime(&at));
    CHECK(tether_date_ms((tether_slice){text, strlen(text)}) == (int64_t)at * 1000);
    CHECK(curl_getdate(text, NULL) == at);
  }
}

/* Other forms, and what is almost a date, are left to libcurl. */
static void other_dates_are_left_to_libcurl(void) {
  const char *const texts[] = {"Sunday, 06-Nov-94 08:49:37 GMT",
                               "Sun Nov  6 08:49:37 1994",
                               "Sun, 06 Nov 1994 08:49:37 CET",
                               "sun, 06 nov 1994 08:49:37 gmt",
                               "Sun, 06 Nov 1994 24:49:37 GMT",
                               "Sun, 06 Nov 1994 08:60:37 GMT",
                               "Sat, 31 Dec 2016 23:59:60 GMT",
                               "Sun, 06 Nov 1994 08:49:61 GMT",
                               "Sun, 00 Nov 1994 08:49:37 GMT",
                               "Sun, 32 Nov 1994 08:49:37 GMT",
                               "Fri, 31 Feb 2020 08:49:37 GMT",
                               "Mon, 29 Feb 2100 08:49:37 GMT",
                               "Sun, 06 Nov 1969 08:49:37 GMT",
                               "Sun, 06 Foo 1994 08:49:37 GMT",
                               "Xyz, 06 Nov 1994 08:49:37 GMT",
                               "Sun, 06 Nov 1994 08-49-37 GMT",
                               "Sun, 06 Nov 9999 23:59:59 GMT",
                               "Sun, 06 Nov 1994 08:49:37 GMT+",
                               "",
                               "0"};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    time_t seconds = curl_getdate(texts[i], NULL);
    CHECK(tether_date_ms((tether_slice){texts[i], strlen(texts[i])}) == (seconds < 0 ? -1 : (int64_t)seconds * 1000));
  }
}

static void a_year_without_end_is_no_date(void) {
  hear("Date: 06 Nov 888888888 08:49:37 GMT");
  CHECK(answer.limits.date_ms == -1);
  hear("Retry-After: 888888888S9Nov");
  CHECK(answer.limits.retry_after_ms == -1);
}

static void a_name_is_whole_and_in_any_case(void) {
  hear("DATE: Thu, 01 Jan 2015 00:00:00 GMT\r\n");
  CHECK(answer.limits.date_ms == INT64_C(1420070400000));
  hear("Updated: Thu, 01 Jan 2015 00:00:00 GMT\r\n");
  hear("Dat: Thu, 01 Jan 2015 00:00:00 GMT\r\n");
  hear("Date : Thu, 01 Jan 2015 00:00:00 GMT\r\n");
  hear("Date");
  hear("\r\n");
  CHECK(answer.limits.date_ms == -1);
}

static void an_id_is_one_word(void) {
  hear("X-HubSpot-Correlation-Id:  8c1b-4f  ");
  CHECK(strcmp(answer.correlation_id, "8c1b-4f") == 0);
  char line[200] = "X-HubSpot-Correlation-Id: ";
  size_t before = strlen(line), most = sizeof answer.correlation_id - 1;
  memset(line + before, 'x', most);
  hear(line);
  CHECK(strlen(answer.correlation_id) == most);
  line[before + most] = 'x'; /* a part of an id would be none */
  hear(line);
  CHECK(*answer.correlation_id == '\0');
  hear("X-HubSpot-Correlation-Id: two words");
  CHECK(*answer.correlation_id == '\0');
  hear("Content-Type: text/html; charset=x");
  CHECK(strcmp(answer.content_type, "text/html; charset=x") == 0);
}

int main(void) {
  numbers_are_digits_alone();
  a_pause_is_seconds_or_a_date();
  a_date_is_what_libcurl_says();
  other_dates_are_left_to_libcurl();
  a_year_without_end_is_no_date();
  a_name_is_whole_and_in_any_case();
  an_id_is_one_word();
  return failed != 0;
}
