/* The quota: ten seconds in a microsecond, since it is told the time. */
#include "core/pace/quota.h"

#include <string.h>

#include "check.h"
#include "heard.h"

static tether_quota quota; /* large */

static tether_heard window(int64_t most, int64_t left) {
  tether_heard heard = SILENT;
  heard.window_ms = 10000;
  heard.window_most = most;
  heard.window_left = left;
  return heard;
}

static tether_verdict take_as(tether_lane lane, int64_t now_ms, uint32_t *slot, int64_t *until_ms) {
  tether_ask ask = {.lane = lane, .deadline_ms = now_ms + 30000, .owner = 1};
  return tether_quota_take(&quota, &ask, now_ms, slot, until_ms);
}

static bool take(int64_t now_ms, uint32_t *slot) {
  int64_t until_ms;
  return take_as(TETHER_SINGLE, now_ms, slot, &until_ms) == TETHER_GO;
}

/* Until when nothing is sent after a request of 1000 has this answer at 1010; -1: it is sent. */
static int64_t held_until(const tether_heard *heard) {
  uint32_t slot;
  int64_t until_ms;
  tether_quota_init(&quota);
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, heard, 1010);
  return take_as(TETHER_SINGLE, 1020, &slot, &until_ms) == TETHER_WAIT ? until_ms : -1;
}

/* A server that counts as HubSpot does: a rolling window of what it has let pass. */
typedef struct {
  int64_t times[4096];
  size_t count;
  int64_t most;
} server;

static int64_t in_window(const server *one, int64_t now_ms) {
  int64_t used = 0;
  for (size_t i = 0; i < one->count; i++) used += one->times[i] > now_ms - 10000;
  return used;
}

/* Whether it lets a request pass that arrives now; fills what its answer says. */
static bool arrive(server *one, int64_t now_ms, tether_heard *heard) {
  bool pass = in_window(one, now_ms) < one->most;
  if (pass) one->times[one->count++] = now_ms;
  *heard = window(one->most, one->most - in_window(one, now_ms));
  heard->success = pass;
  if (!pass) heard->refusal = TETHER_LIMITED_WINDOW;
  return pass;
}

static void before_the_first_answer_the_lowest_tier_is_kept(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  int sent = 0;
  while (take(1000, &slot)) sent++;
  CHECK(sent == TETHER_WINDOW_MOST);
}

static void a_steady_run_uses_the_allowance_and_is_never_refused(void) {
  static const int64_t one_way[] = {0, 1, 40, 7, 90, 3};
  for (int64_t slow = 0; slow <= 2000; slow += 400) {
    static server one;
    one = (server){.most = 190};
    tether_quota_init(&quota);
    struct {
      int64_t at_ms, answer_ms;
      uint32_t slot;
      tether_heard heard;
    } flying[8];
    size_t in_flight = 0;
    int64_t sent = 0, refused = 0, end_ms = 120000;
    for (int64_t now = 1; now < end_ms; now++) {
      for (size_t i = in_flight; i-- > 0;) {
        if (flying[i].at_ms == now && !arrive(&one, now, &flying[i].heard)) refused++;
        if (flying[i].answer_ms > now) continue;
        tether_quota_answered(&quota, flying[i].slot, &flying[i].heard, now);
        flying[i] = flying[--in_flight];
      }
      uint32_t slot;
      while (in_flight < 8 && take(now, &slot)) {
        int64_t way = one_way[(size_t)sent % 6];
        flying[in_flight].at_ms = now + 1 + way;
        flying[in_flight].answer_ms = now + 2 + 2 * way + slow / 10;
        flying[in_flight++].slot = slot;
        sent++;
      }
    }
    CHECK(refused == 0);
    int64_t possible = 190 * 12, by_speed = end_ms * 8 / (2 + 2 * 24 + slow / 10);
    int64_t expected = (possible < by_speed ? possible : by_speed) * 97 / 100;
    CHECK(sent >= expected);
    if (sent < expected)
      fprintf(stderr, "  slow %lld: %lld of %lld\n", (long long)slow, (long long)sent, (long long)possible);
  }
}

static void a_slot_comes_back_a_window_after_its_answer(void) {
  uint32_t slot, other;
  int64_t until;
  tether_quota_init(&quota);
  tether_heard heard = window(1, 0);
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, &heard, 1500);
  CHECK(take_as(TETHER_SINGLE, 1600, &other, &until) == TETHER_WAIT && until >= 11500 && until <= 11510);
  CHECK(!take(11499, &other));
  CHECK(take(until, &other));
}

static void a_known_round_trip_is_not_lost(void) {
  uint32_t slot, other;
  tether_quota_init(&quota);
  tether_heard heard = window(1, 0);
  heard.round_trip_ms = 400;
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, &heard, 1500);
  CHECK(!take(11000, &other));
  CHECK(take(11110, &other));
}

static void what_the_server_does_not_count_holds_nobody_back(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  tether_heard heard = window(5, 5); /* exempt requests: the window stays full */
  for (int i = 0; i < 100; i++) {
    CHECK(take(1000 + i * 10, &slot));
    tether_quota_answered(&quota, slot, &heard, 1005 + i * 10);
  }
  tether_heard none = SILENT; /* or the answer does not speak of it at all */
  for (int i = 0; i < 100; i++) {
    CHECK(take(3000 + i * 10, &slot));
    tether_quota_answered(&quota, slot, &none, 3005 + i * 10);
  }
}

static void others_with_the_same_token_are_counted_in(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  tether_heard heard = window(10, 3); /* seven are used, and we have sent one */
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, &heard, 1010);
  int sent = 0;
  while (take(1020, &slot)) sent++;
  CHECK(sent == 3);
}

static void a_refusal_is_waited_for(void) {
  uint32_t slot;
  tether_heard heard = window(190, 0);
  heard.success = false;
  heard.refusal = TETHER_LIMITED_WINDOW;
  CHECK(held_until(&heard) == 11010);
  heard.retry_after_ms = 3000;
  heard.window_left = 190;
  CHECK(held_until(&heard) == 4010);
  CHECK(!take(4009, &slot));
  CHECK(take(4010, &slot));
  heard.retry_after_ms = 999999999999999000; /* nonsense shuts nobody out for good */
  CHECK(held_until(&heard) == 1010 + 600000);
}

static void a_refusal_names_its_span(void) {
  tether_heard heard = window(190, 190);
  heard.success = false;
  heard.refusal = TETHER_LIMITED_WINDOW;
  heard.window_ms = 50; /* learnt from this answer */
  CHECK(held_until(&heard) == 1060);
  heard = SILENT;
  heard.success = false;
  heard.refusal = TETHER_LIMITED_SECOND; /* of a request that is no search */
  CHECK(held_until(&heard) == 2010);
}

static void single_calls_go_before_bulk(void) {
  uint32_t slot, other;
  int64_t until;
  tether_quota_init(&quota);
  tether_heard heard = window(1, 0);
  CHECK(take_as(TETHER_BULK, 1000, &slot, &until) == TETHER_GO);
  tether_quota_answered(&quota, slot, &heard, 1001);
  CHECK(take_as(TETHER_SINGLE, 11000, &other, &until) == TETHER_WAIT); /* a single call waits from now on */
  CHECK(take_as(TETHER_BULK, 11004, &other, &until) == TETHER_WAIT);
  CHECK(take_as(TETHER_SINGLE, 11004, &other, &until) == TETHER_GO);
}

static void search_has_a_second_of_its_own(void) {
  tether_ask ask = {.search = true, .deadline_ms = 31000, .owner = 1};
  uint32_t slot;
  int64_t until;
  tether_quota_init(&quota);
  tether_heard heard = SILENT;
  for (int i = 0; i < 5; i++) {
    CHECK(tether_quota_take(&quota, &ask, 1000, &slot, &until) == TETHER_GO);
    tether_quota_answered(&quota, slot, &heard, 1010);
  }
  CHECK(tether_quota_take(&quota, &ask, 1020, &slot, &until) == TETHER_WAIT && until <= 2015);
  CHECK(take(1020, &slot)); /* the window is another one */
  CHECK(tether_quota_take(&quota, &ask, 2015, &slot, &until) == TETHER_GO);
}

static void the_day_ends_at_the_reserve_and_begins_anew(void) {
  tether_ask ask = {.reserve = 100, .deadline_ms = 31000, .owner = 1};
  uint32_t slot, other;
  int64_t until;
  tether_quota_init(&quota);
  tether_heard heard = SILENT;
  heard.daily = 1000;
  heard.daily_left = 102;
  CHECK(tether_quota_take(&quota, &ask, 1000, &slot, &until) == TETHER_GO);
  tether_quota_answered(&quota, slot, &heard, 1010);
  CHECK(tether_quota_take(&quota, &ask, 1020, &slot, &until) == TETHER_GO);
  CHECK(tether_quota_take(&quota, &ask, 1020, &other, &until) == TETHER_GO);
  CHECK(tether_quota_take(&quota, &ask, 1020, &other, &until) == TETHER_DAY_OVER);
  tether_quota_day_ends(&quota, 5000);
  CHECK(tether_quota_take(&quota, &ask, 4999, &other, &until) == TETHER_DAY_OVER && until == 5000);
  CHECK(tether_quota_take(&quota, &ask, 5000, &other, &until) == TETHER_GO);
}

static void answers_that_overtake_each_other_do_not_lengthen_the_day(void) {
  uint32_t a, b, c, other;
  int64_t until;
  tether_quota_init(&quota);
  tether_heard heard = SILENT;
  heard.daily = 1000;
  heard.daily_left = 4;
  CHECK(take(1000, &a) && take(1000, &b) && take(1000, &c));
  tether_quota_answered(&quota, b, &heard, 1010); /* a has been counted before it, or will be after it */
  CHECK(take(1020, &other) && take(1020, &other));
  CHECK(take_as(TETHER_BULK, 1020, &other, &until) == TETHER_WAIT && until <= 1100);
  heard.daily_left = 5;
  tether_quota_answered(&quota, a, &heard, 1030);
  CHECK(take_as(TETHER_BULK, 1040, &other, &until) == TETHER_GO);
  heard.daily_left = 6;
  tether_quota_answered(&quota, c, &heard, 1050);
  CHECK(take_as(TETHER_BULK, 1060, &other, &until) == TETHER_GO);
  CHECK(take_as(TETHER_BULK, 1060, &other, &until) == TETHER_DAY_OVER);
  heard.daily_left = 999; /* sent after all of them: a new day */
  tether_quota_answered(&quota, other, &heard, 1070);
  CHECK(take_as(TETHER_BULK, 1080, &other, &until) == TETHER_GO);
}

static void a_day_whose_end_nobody_knows_is_asked_about_again(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  tether_heard heard = SILENT;
  heard.success = false;
  heard.refusal = TETHER_LIMITED_DAY;
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, &heard, 1010);
  CHECK(!take(2000, &slot));
  CHECK(!take(601000, &slot));
  CHECK(take(601010, &slot));
}

static void the_slots_of_the_dead_end(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  tether_heard heard = window(1, 0);
  CHECK(take(1000, &slot));
  tether_quota_answered(&quota, slot, &heard, 1000);
  CHECK(take(11002, &slot)); /* never answered */
  CHECK(!take(30000, &slot));
  tether_quota_bury(&quota, 1, 30000);
  CHECK(!take(39999, &slot));
  CHECK(take(40002, &slot));
}

static tether_verdict ask_search(int64_t now_ms, uint32_t *slot) {
  int64_t until;
  tether_ask ask = {.search = true, .lane = TETHER_SINGLE, .deadline_ms = now_ms + 30000, .owner = 1};
  return tether_quota_take(&quota, &ask, now_ms, slot, &until);
}

static void a_refused_search_holds_back_searches_alone(void) {
  uint32_t slot, other;
  tether_quota_init(&quota);
  tether_heard heard = SILENT;
  heard.success = false;
  heard.refusal = TETHER_LIMITED_SECOND;
  CHECK(ask_search(1000, &slot) == TETHER_GO);
  tether_quota_answered(&quota, slot, &heard, 1010);
  CHECK(take(1020, &other));
  CHECK(ask_search(1020, &other) == TETHER_WAIT);
}

static void a_search_that_waits_does_not_hold_bulk_back(void) {
  uint32_t slot;
  int64_t until;
  tether_quota_init(&quota);
  while (ask_search(1000, &slot) == TETHER_GO) continue;
  CHECK(take_as(TETHER_BULK, 1001, &slot, &until) == TETHER_GO);
}

static void the_shortest_round_trip_is_kept(void) {
  static const int64_t trips[] = {50, 10, 50};
  uint32_t slot;
  tether_quota_init(&quota);
  for (size_t i = 0; i < 3; i++) {
    tether_heard heard = window(100, 99);
    heard.round_trip_ms = trips[i];
    CHECK(take(1000 + (int64_t)i, &slot));
    tether_quota_answered(&quota, slot, &heard, 1100 + (int64_t)i);
  }
  CHECK(quota.round_trip_ms == 10);
}

static void a_search_of_the_dead_ends_too(void) {
  uint32_t slot;
  tether_quota_init(&quota);
  while (ask_search(1000, &slot) == TETHER_GO) continue;
  CHECK(ask_search(20000, &slot) == TETHER_WAIT);
  tether_quota_bury(&quota, 1, 20000);
  CHECK(ask_search(21100, &slot) == TETHER_GO);
}

static void an_absurd_interval_is_not_believed(void) {
  uint32_t slot;
  int64_t until;
  tether_quota_init(&quota);
  CHECK(take(1000, &slot));
  tether_heard heard = window(1, 0);
  heard.window_ms = 86400000;
  tether_quota_answered(&quota, slot, &heard, 1010);
  CHECK(take_as(TETHER_SINGLE, 1020, &slot, &until) == TETHER_WAIT && until <= 1010 + 10002);
  CHECK(take(until, &slot));
}

/* Each byte of a file may be anything: what is taken for a quota can be asked without harm. */
static void what_is_garbled_is_no_quota(void) {
  uint32_t slot;
  int64_t until;
  tether_quota_init(&quota);
  for (int i = 0; i < 20; i++) CHECK(take(1000, &slot));
  CHECK(tether_quota_is_sane(&quota, 1000));
  const tether_quota good = quota;
  for (size_t at = 0; at < sizeof quota; at += at < 2048 ? 1 : 97) {
    quota = good;
    memset((char *)&quota + at, 0xFF, sizeof quota - at < 64 ? sizeof quota - at : 64);
    if (tether_quota_is_sane(&quota, 1000)) take_as(TETHER_SINGLE, 1020, &slot, &until);
  }
  quota = good;
  quota.window.count = TETHER_SLOTS + 1;
  CHECK(!tether_quota_is_sane(&quota, 1000));
  quota = good;
  quota.window.slots[3].answered_ms = INT64_MAX;
  CHECK(!tether_quota_is_sane(&quota, 1000));
}

int main(void) {
  an_absurd_interval_is_not_believed();
  what_is_garbled_is_no_quota();
  before_the_first_answer_the_lowest_tier_is_kept();
  a_steady_run_uses_the_allowance_and_is_never_refused();
  a_slot_comes_back_a_window_after_its_answer();
  a_known_round_trip_is_not_lost();
  what_the_server_does_not_count_holds_nobody_back();
  others_with_the_same_token_are_counted_in();
  a_refusal_is_waited_for();
  a_refusal_names_its_span();
  single_calls_go_before_bulk();
  search_has_a_second_of_its_own();
  the_day_ends_at_the_reserve_and_begins_anew();
  answers_that_overtake_each_other_do_not_lengthen_the_day();
  a_day_whose_end_nobody_knows_is_asked_about_again();
  the_slots_of_the_dead_end();
  a_refused_search_holds_back_searches_alone();
  a_search_that_waits_does_not_hold_bulk_back();
  the_shortest_round_trip_is_kept();
  a_search_of_the_dead_ends_too();
  return failed != 0;
}
