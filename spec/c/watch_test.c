/* What is told of a run: which moments are worth a line, that no stranger forges one, and what is counted. */
#include "core/session/watch.h"

#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "check.h"

static int ends[2];

/* What the watch has written of a moment; "" when it was not worth a line. */
static const char *line_of(tether_watch *watch, const tether_seen *seen) {
  static char line[9000];
  tether_watch_tell(watch, seen);
  CHECK(write(ends[1], ".", 1) == 1); /* so that there is something to read */
  ssize_t got = read(ends[0], line, sizeof line - 1);
  line[got > 0 ? got - 1 : 0] = '\0';
  return line;
}

static tether_seen seen_at(tether_moment moment) {
  return (tether_seen){.moment = moment,
                       .operation = "record_get",
                       .method = "GET",
                       .path = "/contacts/1",
                       .correlation_id = "",
                       .window_left = -1,
                       .daily_left = -1};
}

static void a_wait_is_worth_a_line_from_a_second_on(tether_watch *watch) {
  tether_seen seen = seen_at(TETHER_ON_WAIT);
  for (seen.wait_ms = 0; seen.wait_ms < 1000; seen.wait_ms += 333) CHECK(*line_of(watch, &seen) == '\0');
  seen.wait_ms = 1000;
  CHECK(strstr(line_of(watch, &seen), " wait 1000ms for the quota\n"));
  seen.wait_ms = 9000;
  CHECK(strstr(line_of(watch, &seen), " wait 9000ms for the quota\n"));
  seen = seen_at(TETHER_ON_REQUEST);
  CHECK(*line_of(watch, &seen) == '\0');
  CHECK(tether_watch_counters(watch)->waits == 6);
}

/* Control characters, ASCII's and in UTF-8 those behind it, are blanks; other characters stand as they are. */
static void nobody_forges_a_line(tether_watch *watch) {
  tether_seen seen = seen_at(TETHER_ON_RESPONSE);
  for (int byte = 1; byte < 0x80; byte++) {
    char problem[] = {'<', (char)byte, '>', 0};
    seen.problem = problem;
    const char *line = line_of(watch, &seen), *shown = strchr(line, '<');
    bool control = byte < ' ' || byte == 0x7F;
    CHECK(shown && shown[1] == (control ? ' ' : byte) && shown[2] == '>' && strcmp(shown + 3, "\n") == 0);
  }
  for (int byte = 0x80; byte < 0xC0; byte++) {
    char problem[] = {'<', (char)0xC2, (char)byte, '>', 0};
    seen.problem = problem;
    const char *shown = strchr(line_of(watch, &seen), '<');
    CHECK(shown && memcmp(shown, byte < 0xA0 ? "<  >" : problem, 4) == 0);
  }
}

static void each_end_is_counted(void) {
  static const long statuses[] = {200, 399, 400, 404, 429, 429, 500};
  tether_watch *watch = tether_watch_new(TETHER_LOG_OFF, ends[1]);
  tether_seen seen = seen_at(TETHER_ON_RESPONSE);
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    seen.status = statuses[i];
    CHECK(*line_of(watch, &seen) == '\0');
  }
  seen.status = 0;
  seen.problem = "lost";
  tether_watch_tell(watch, &seen);
  const tether_counters *counters = tether_watch_counters(watch);
  CHECK(counters->answers == 7 && counters->lost == 1 && counters->refused == 5 && counters->rate_limited == 2);
  tether_watch_free(watch);
}

/* A body is cut behind a whole character, wherever the cut falls. */
static void a_long_body_is_cut_between_characters(void) {
  tether_watch *watch = tether_watch_new(TETHER_LOG_DEBUG, ends[1]);
  tether_seen seen = seen_at(TETHER_ON_RESPONSE);
  for (int before = 0; before < 3; before++) {
    tether_buffer body;
    tether_buffer_init(&body, 100000);
    tether_buffer_format(&body, NULL, "{\"%.*s", before, "xx");
    for (int i = 0; i < 3000; i++) tether_buffer_text(&body, "\xE2\x82\xAC", NULL);
    tether_buffer_text(&body, "\":1}", NULL);
    seen.received = &body;
    const char *line = line_of(watch, &seen);
    CHECK(strstr(line, "\xE2\x82\xAC\xE2\x80\xA6\n") && tether_utf8_bad(line, strlen(line)) == strlen(line));
    tether_buffer_free(&body);
  }
  tether_watch_free(watch);
}

/* Nobody takes the events: those that have no room are counted, and the first ones stay. */
static void events_without_room_are_counted(void) {
  enum { MANY = 5000 };
  tether_watch *watch = tether_watch_new(TETHER_LOG_OFF, ends[1]);
  tether_seen seen = seen_at(TETHER_ON_REQUEST);
  tether_event event;
  int64_t kept = 0;
  tether_watch_listen(watch, TETHER_ON_REQUEST, true);
  for (seen.ticket = 1; seen.ticket <= MANY; seen.ticket++) tether_watch_tell(watch, &seen);
  for (; tether_watch_take(watch, &event); kept++) CHECK(event.ticket == kept + 1);
  CHECK(kept > 0 && kept + tether_watch_counters(watch)->dropped_events == MANY);
  tether_watch_free(watch);
}

int main(void) {
  CHECK(pipe(ends) == 0);
  tether_watch *watch = tether_watch_new(TETHER_LOG_INFO, ends[1]);
  a_wait_is_worth_a_line_from_a_second_on(watch);
  nobody_forges_a_line(watch);
  each_end_is_counted();
  a_long_body_is_cut_between_characters();
  events_without_room_are_counted();
  tether_watch_free(watch);
  return failed != 0;
}
