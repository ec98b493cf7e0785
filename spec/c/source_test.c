/* The source of grants by Redis, told the time: what a reply allows, how a loss is gone through, what is told next. */
#include "core/purse/inside.h"
#include "heard.h"
#include "redis_peer.h"

static tether_source *source;
static tether_error error;
static int64_t began_ms, until_ms;
static uint32_t number;

static const char NOTHING[] = "0 190 10000 1 0 0 0 -1 -1 -1 100 3 0 0 1";

/* An answer to the question under way: what is known, and permits of single calls. */
static void reply(const char *epoch, const char *numbers, const char *singles) {
  char text[600];
  snprintf(text, sizeof text, "*6\r\n$2\r\nok\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n$%zu\r\n%s\r\n$0\r\n\r\n$0\r\n\r\n",
           strlen(epoch), epoch, strlen(numbers), numbers, strlen(singles), singles);
  peer_say(text);
}

static void step(int64_t after_ms) { tether_source_step(source, began_ms + after_ms); }

/* A source that is connected and has asked its first question. */
static void begin(tether_share_lost lost) {
  peer_open();
  tether_redis *redis = peer_client(&error);
  source = (tether_source *)tether_grants_of_redis(redis, lost, &error);
  peer_greet(redis);
  CHECK(source->grants.kind->join(&source->grants, "https://api", "pat-1", &error));
  began_ms = source->began_ms;
  step(0);
  CHECK(strstr(peer_hear(), "EVALSHA"));
}

static void begin_sharing(const char *numbers, const char *singles) {
  begin(TETHER_LOST_ALONE);
  reply("one", numbers, singles);
  step(10);
  CHECK(source->state == TETHER_SHARING);
}

static void end(void) {
  source->grants.kind->free(&source->grants, false);
  peer_close();
}

static tether_verdict take(tether_lane lane, int64_t after_ms) {
  tether_ask ask = {.lane = lane, .patience_ms = 60000};
  return source->grants.kind->take(&source->grants, &ask, began_ms + after_ms, &number, &until_ms, &error);
}

static void answered(const tether_heard *heard, int64_t after_ms) {
  source->grants.kind->answered(&source->grants, number, heard, began_ms + after_ms);
}

/* Redis is gone from now on. */
static void lose(int64_t after_ms) {
  close(peer.listener);
  peer.listener = -1;
  peer_hang_up();
  step(after_ms);
  CHECK(source->state == TETHER_LOST);
}

static void a_pause_of_the_account_holds_permits_back(void) {
  begin_sharing("0 190 10000 1 0 500 0 -1 -1 -1 100 3 0 0 1", "0");
  CHECK(take(TETHER_SINGLE, 20) == TETHER_WAIT && until_ms == began_ms + 510);
  CHECK(take(TETHER_SINGLE, 510) == TETHER_GO && number > 0);
  end();
}

static void nothing_is_asked_for_before_there_can_be_something(void) {
  begin_sharing("0 190 10000 1 0 0 0 -1 -1 -1 100 3 300 0 1", "");
  CHECK(source->purse.later_ms == began_ms + 310);
  CHECK(take(TETHER_SINGLE, 20) == TETHER_WAIT && until_ms == began_ms + 310);
  end();
}

/* A reply of another epoch that has not heard all there was: calls that were told once are told again. */
static void a_redis_that_has_forgotten_is_told_again(void) {
  begin_sharing(NOTHING, "0");
  CHECK(take(TETHER_SINGLE, 20) == TETHER_GO);
  source->purse.calls[0].told = -1;
  step(2100);
  CHECK(strstr(peer_hear(), "EVALSHA"));
  reply("one", NOTHING, "");
  step(2110);
  CHECK(source->purse.calls[0].told == -1 && !source->purse.retells);
  step(4300);
  CHECK(strstr(peer_hear(), "EVALSHA"));
  reply("two", "0 190 10000 1 0 0 0 -1 -1 -1 100 3 0 0 0", "");
  step(4310);
  CHECK(source->purse.calls[0].told == 0);
  end();
}

/* A question that was given up is over: what it is answered by later is not heard. */
static void an_answer_that_comes_too_late_is_not_heard(void) {
  begin(TETHER_LOST_ALONE);
  step(6000);
  CHECK(source->error.code == TETHER_REDIS_LOST && source->state == TETHER_STARTING);
  reply("one", NOTHING, "0");
  step(6010);
  CHECK(source->state == TETHER_STARTING && source->replied_ms == 0);
  end();
}

/* A whole window passes, and what it takes others to notice; then each keeps to its part, of searches too. */
static void who_goes_on_alone_keeps_to_his_part(void) {
  begin_sharing(NOTHING, "0");
  lose(1000);
  CHECK(take(TETHER_SINGLE, 1001) == TETHER_WAIT && until_ms == began_ms + 1000 + 12500);
  step(13499);
  CHECK(source->state == TETHER_LOST);
  step(13500);
  CHECK(source->state == TETHER_ALONE && source->own.window.most == 190 / 3);
  CHECK(source->own.search.most == TETHER_SEARCH_MOST / 3);
  CHECK(take(TETHER_SINGLE, 13500) == TETHER_GO);
  end();
}

static void who_stops_without_redis_refuses_soon(void) {
  begin(TETHER_LOST_STOP);
  reply("one", NOTHING, "0");
  step(10);
  lose(1000);
  CHECK(take(TETHER_SINGLE, 2999) == TETHER_WAIT);
  CHECK(take(TETHER_SINGLE, 3000) == TETHER_REFUSED && error.code == TETHER_REDIS_LOST);
  end();
}

static void only_a_window_of_a_minute_at_most_is_believed(void) {
  begin_sharing(NOTHING, "0");
  tether_heard heard = SILENT;
  CHECK(take(TETHER_SINGLE, 20) == TETHER_GO);
  heard.window_most = heard.window_left = 100;
  heard.window_ms = 60001;
  answered(&heard, 30);
  CHECK(source->purse.span_ms == 10000);
  heard.window_ms = 60000;
  answered(&heard, 40);
  CHECK(source->purse.span_ms == 60000);
  end();
}

/* Answers come in any order: what is left of the day is the least that one has named. */
static void the_least_that_is_left_of_a_day_is_told(void) {
  begin_sharing(NOTHING, "0");
  tether_heard heard = SILENT;
  CHECK(take(TETHER_SINGLE, 20) == TETHER_GO);
  heard.window_most = heard.window_left = heard.daily = 1000;
  for (heard.daily_left = 50; heard.daily_left <= 60; heard.daily_left += 10) answered(&heard, 30);
  CHECK(source->news.daily == 1000 && source->news.day_left == 50);
  heard.daily_left = 49;
  answered(&heard, 30);
  CHECK(source->news.day_left == 49);
  end();
}

/* A success without a window's headers is free of it: the account does not count it. */
static void a_call_that_does_not_count_leaves_the_log(void) {
  begin_sharing(NOTHING, "0 0");
  tether_heard counts = SILENT;
  counts.window_most = counts.window_left = 100;
  CHECK(take(TETHER_SINGLE, 20) == TETHER_GO);
  answered(&counts, 30);
  CHECK(source->purse.call_count == 1);
  CHECK(take(TETHER_SINGLE, 40) == TETHER_GO);
  answered(&SILENT, 50);
  CHECK(source->purse.call_count == 1);
  end();
}

static void no_permit_is_used_after_a_refusal(void) {
  begin_sharing(NOTHING, "0 0 0");
  tether_heard refused = SILENT;
  refused.success = false;
  refused.refusal = TETHER_LIMITED_WINDOW;
  CHECK(take(TETHER_SINGLE, 20) == TETHER_GO && source->purse.permit_count[TETHER_FOR_SINGLE] == 2);
  answered(&refused, 30);
  CHECK(source->purse.permit_count[TETHER_FOR_SINGLE] == 0 && source->blocked_ms[0] == began_ms + 30 + 10000);
  end();
}

/* Who ends says so, so that others need not wait for his lease; a forked child says nothing. */
static void a_farewell_is_sent_by_who_ends(void) {
  for (int abandons = 0; abandons < 2; abandons++) {
    begin_sharing(NOTHING, "0");
    peer_hear();
    source->grants.kind->free(&source->grants, abandons);
    CHECK((strstr(peer_hear(), "EVALSHA") != NULL) == !abandons);
    peer_close();
  }
}

int main(void) {
  a_pause_of_the_account_holds_permits_back();
  nothing_is_asked_for_before_there_can_be_something();
  a_redis_that_has_forgotten_is_told_again();
  an_answer_that_comes_too_late_is_not_heard();
  who_goes_on_alone_keeps_to_his_part();
  who_stops_without_redis_refuses_soon();
  only_a_window_of_a_minute_at_most_is_believed();
  the_least_that_is_left_of_a_day_is_told();
  a_call_that_does_not_count_leaves_the_log();
  no_permit_is_used_after_a_refusal();
  a_farewell_is_sent_by_who_ends();
  return failed != 0;
}
