/* The quota where it is full: what is under way may still make room. */
#include "check.h"
#include "core/pace/quota.h"
#include "core/pace/retry.h"

static tether_quota quota; /* large */

static tether_verdict take(bool search, int64_t now_ms, int64_t *until_ms) {
  uint32_t slot;
  tether_ask ask = {.search = search, .lane = TETHER_SINGLE, .deadline_ms = now_ms + 30000, .owner = 1};
  return tether_quota_take(&quota, &ask, now_ms, &slot, until_ms);
}

static void an_answer_that_is_on_its_way_is_looked_for_soon(void) {
  int64_t until_ms;
  tether_quota_init(&quota);
  quota.window.most = 1;
  CHECK(take(false, 1000, &until_ms) == TETHER_GO);
  CHECK(take(false, 2000, &until_ms) == TETHER_WAIT && until_ms > 2000 && until_ms < 2200);
}

/* The day's budget may be smaller by requests that the account had not counted when it told it. */
static void a_search_under_way_leaves_the_end_of_the_day_open(void) {
  int64_t until_ms;
  tether_quota_init(&quota);
  CHECK(take(true, 100, &until_ms) == TETHER_GO);
  quota.daily = 10;
  quota.daily_left = quota.daily_least = 0;
  quota.daily_seen_ms = quota.daily_least_ms = 200;
  CHECK(take(false, 300, &until_ms) == TETHER_WAIT);
  tether_quota_init(&quota);
  quota.daily = 10;
  quota.daily_left = quota.daily_least = 0;
  quota.daily_seen_ms = quota.daily_least_ms = 200;
  CHECK(take(false, 300, &until_ms) == TETHER_DAY_OVER);
}

static void a_batch_that_has_waited_long_goes_before_a_single_call(void) {
  int64_t until_ms;
  uint32_t slot;
  tether_ask ask = {.lane = TETHER_BULK, .deadline_ms = 30000, .owner = 1};
  tether_quota_init(&quota);
  quota.urgent_until_ms = 450;
  CHECK(tether_quota_take(&quota, &ask, 400, &slot, &until_ms) == TETHER_WAIT && until_ms == 450);
  ask.due = true;
  CHECK(tether_quota_take(&quota, &ask, 400, &slot, &until_ms) == TETHER_GO);
}

static void answered(int64_t sent_ms, tether_heard heard, int64_t now_ms) {
  uint32_t slot = 0;
  int64_t until_ms;
  tether_ask ask = {.lane = TETHER_SINGLE, .deadline_ms = sent_ms + 30000, .owner = 1};
  CHECK(tether_quota_take(&quota, &ask, sent_ms, &slot, &until_ms) == TETHER_GO);
  tether_quota_answered(&quota, slot, &heard, now_ms);
}

static void a_refusal_that_asks_for_no_pause_holds_nobody_back(void) {
  int64_t until_ms;
  tether_quota_init(&quota);
  answered(100,
           (tether_heard){.window_ms = -1,
                          .window_most = -1,
                          .window_left = -1,
                          .daily = -1,
                          .daily_left = -1,
                          .refusal = TETHER_LIMITED_WINDOW},
           200);
  CHECK(take(false, 300, &until_ms) == TETHER_GO);
}

static tether_heard of_day(int64_t left) {
  return (tether_heard){.window_ms = -1,
                        .window_most = -1,
                        .window_left = -1,
                        .daily = 1000,
                        .daily_left = left,
                        .retry_after_ms = -1,
                        .success = true};
}

static void more_than_before_is_another_day(void) {
  tether_quota_init(&quota);
  answered(100, of_day(5), 150);
  CHECK(quota.daily_left == 5);
  answered(200, of_day(900), 250);
  CHECK(quota.daily_left == 900);
}

static void what_was_not_sent_is_given_back(void) {
  uint32_t slot;
  int64_t until_ms;
  tether_ask ask = {.lane = TETHER_SINGLE, .deadline_ms = 30000, .owner = 1};
  tether_quota_init(&quota);
  quota.daily_left = 10;
  CHECK(tether_quota_take(&quota, &ask, 100, &slot, &until_ms) == TETHER_GO && quota.daily_left == 9);
  tether_quota_drop(&quota, slot);
  CHECK(quota.daily_left == 10 && quota.window.count == 0);
}

static void the_dead_leave_what_was_answered_as_it_was(void) {
  uint32_t slot;
  int64_t until_ms;
  tether_ask ask = {.lane = TETHER_SINGLE, .deadline_ms = 30000, .owner = 1};
  tether_quota_init(&quota);
  CHECK(tether_quota_take(&quota, &ask, 100, &slot, &until_ms) == TETHER_GO);
  tether_quota_answered(&quota, slot, NULL, 500);
  tether_quota_bury(&quota, 1, 9000);
  CHECK(quota.window.count == 1 && quota.window.slots[0].answered_ms == 500);
}

/* A migration is waited for a minute, which may be all the time that there is. */
static void a_pause_may_last_as_long_as_there_is_time(void) {
  const tether_retry_policy policy = {60000, 100};
  const tether_end end = {.status = 477, .retry_after_ms = -1};
  tether_history history = {.repeat = TETHER_READS, .attempts = 1};
  tether_budget budget;
  int64_t at_ms = 0;
  tether_budget_init(&budget, 0);
  CHECK(tether_retry_decide(&policy, &budget, &end, &history, 0, 0, &at_ms) == TETHER_SEND_AGAIN && at_ms == 60000);
  CHECK(tether_retry_decide(&policy, &budget, &end, &history, 1, 0, &at_ms) == TETHER_SETTLED);
}

int main(void) {
  what_was_not_sent_is_given_back();
  the_dead_leave_what_was_answered_as_it_was();
  a_pause_may_last_as_long_as_there_is_time();
  a_refusal_that_asks_for_no_pause_holds_nobody_back();
  more_than_before_is_another_day();
  a_batch_that_has_waited_long_goes_before_a_single_call();
  an_answer_that_is_on_its_way_is_looked_for_soon();
  a_search_under_way_leaves_the_end_of_the_day_open();
  return failed != 0;
}
