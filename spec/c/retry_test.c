/* What may be sent again, and when. */
#include "core/pace/retry.h"

#include "check.h"

static const tether_retry_policy policy = {.total_ms = 120000, .pause_ms = 500};

static tether_again decide(tether_repeat repeat, tether_end end, int attempts, int64_t now_ms, int64_t *at_ms) {
  tether_budget budget;
  tether_history history = {.repeat = repeat, .attempts = attempts, .first_ms = 0};
  tether_budget_init(&budget, now_ms);
  return tether_retry_decide(&policy, &budget, &end, &history, now_ms, 12345, at_ms);
}

static tether_end status(long code) { return (tether_end){.status = code, .retry_after_ms = -1}; }

static tether_end lost(tether_code code) { return (tether_end){.code = code, .retry_after_ms = -1}; }

static void what_settles_is_settled(void) {
  static const long settled[] = {200, 201, 204, 207, 302, 400, 401, 403, 404, 405, 409, 413, 437, 501};
  int64_t at;
  for (size_t i = 0; i < sizeof settled / sizeof *settled; i++)
    CHECK(decide(TETHER_CONVERGES, status(settled[i]), 1, 0, &at) == TETHER_SETTLED);
  CHECK(decide(TETHER_CONVERGES, lost(TETHER_TLS_FAILED), 1, 0, &at) == TETHER_SETTLED);
  CHECK(decide(TETHER_READS, lost(TETHER_TOO_LARGE), 1, 0, &at) == TETHER_SETTLED);
}

/* The first attempt was lost: a refusal of the account tells nothing of it, one that speaks of rows does. */
static void a_refusal_of_the_account_leaves_an_earlier_doubt(void) {
  static const struct {
    long status;
    tether_again wanted;
  } ends[] = {{200, TETHER_SETTLED},  {400, TETHER_SETTLED},  {404, TETHER_SETTLED},  {409, TETHER_SETTLED},
              {302, TETHER_IN_DOUBT}, {401, TETHER_IN_DOUBT}, {402, TETHER_IN_DOUBT}, {403, TETHER_IN_DOUBT},
              {407, TETHER_IN_DOUBT}, {488, TETHER_IN_DOUBT}, {501, TETHER_IN_DOUBT}};
  int64_t at;
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    tether_budget budget;
    tether_history history = {.repeat = TETHER_CONVERGES, .attempts = 2, .in_doubt = true};
    tether_end end = status(ends[i].status);
    tether_budget_init(&budget, 0);
    CHECK(tether_retry_decide(&policy, &budget, &end, &history, 0, 1, &at) == ends[i].wanted);
  }
  CHECK(decide(TETHER_CONVERGES, status(530), 1, 0, &at) == TETHER_IN_DOUBT);
  CHECK(decide(TETHER_READS, status(530), 1, 0, &at) == TETHER_SETTLED);
}

static void an_answer_that_cannot_be_held_leaves_doubt(void) {
  static const tether_code codes[] = {TETHER_TOO_LARGE, TETHER_NO_MEMORY};
  int64_t at;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    CHECK(decide(TETHER_CONVERGES, lost(codes[i]), 1, 0, &at) == TETHER_IN_DOUBT);
    CHECK(decide(TETHER_CREATES, lost(codes[i]), 1, 0, &at) == TETHER_IN_DOUBT);
  }
}

static void what_converges_is_sent_again(void) {
  static const long again[] = {408, 423, 429, 477, 500, 502, 503, 504, 521, 523, 524};
  int64_t at;
  for (size_t i = 0; i < sizeof again / sizeof *again; i++)
    CHECK(decide(TETHER_CONVERGES, status(again[i]), 1, 0, &at) == TETHER_SEND_AGAIN);
  CHECK(decide(TETHER_CONVERGES, lost(TETHER_TIMED_OUT), 1, 0, &at) == TETHER_SEND_AGAIN);
  CHECK(decide(TETHER_CONVERGES, lost(TETHER_CONNECTION_LOST), 1, 0, &at) == TETHER_SEND_AGAIN);
  tether_end broken = {.status = 200, .broken = true, .retry_after_ms = -1};
  CHECK(decide(TETHER_CONVERGES, broken, 1, 0, &at) == TETHER_SEND_AGAIN);
}

static void what_creates_only_when_it_cannot_have_been_applied(void) {
  static const tether_repeat repeats[] = {TETHER_CREATES, TETHER_MAILS};
  static const long refused[] = {423, 429, 477}, doubtful[] = {408, 500, 502, 503, 504, 524};
  int64_t at;
  for (size_t k = 0; k < 2; k++) {
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
      CHECK(decide(repeats[k], status(refused[i]), 1, 0, &at) == TETHER_SEND_AGAIN);
    for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++)
      CHECK(decide(repeats[k], status(doubtful[i]), 1, 0, &at) == TETHER_IN_DOUBT);
    CHECK(decide(repeats[k], lost(TETHER_HOST_UNREACHABLE), 1, 0, &at) == TETHER_SEND_AGAIN);
    CHECK(decide(repeats[k], lost(TETHER_TIMED_OUT), 1, 0, &at) == TETHER_IN_DOUBT);
    CHECK(decide(repeats[k], lost(TETHER_CONNECTION_LOST), 1, 0, &at) == TETHER_IN_DOUBT);
  }
}

static void what_reads_is_sent_again_and_never_in_doubt(void) {
  static const tether_code codes[] = {TETHER_CONNECTION_LOST, TETHER_TIMED_OUT, TETHER_HOST_UNREACHABLE};
  int64_t at;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    CHECK(decide(TETHER_READS, lost(codes[i]), 1, 0, &at) == TETHER_SEND_AGAIN);
    CHECK(decide(TETHER_READS, lost(codes[i]), 3, 119999, &at) == TETHER_SETTLED);
  }
  CHECK(decide(TETHER_READS, status(502), 3, 119999, &at) == TETHER_SETTLED);
}

static void a_server_that_asks_for_no_pause_is_not_hammered(void) {
  static const long told[] = {423, 429, 477, 503};
  for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
    int64_t at = 0;
    tether_end end = {.status = told[i], .retry_after_ms = 0};
    CHECK(decide(TETHER_CONVERGES, end, 5, 1000, &at) == TETHER_SEND_AGAIN && at >= 3000);
  }
  int64_t at = 0; /* the first refusal by the window is the quota's */
  CHECK(decide(TETHER_CONVERGES, status(429), 1, 1000, &at) == TETHER_SEND_AGAIN && at == 1000);
}

static void the_day_is_not_waited_for(void) {
  int64_t at;
  tether_end end = {.status = 429, .day_over = true, .retry_after_ms = -1};
  CHECK(decide(TETHER_CONVERGES, end, 1, 0, &at) == TETHER_SETTLED);
}

static void never_earlier_than_the_server_asked(void) {
  static const long with_a_date[] = {423, 429, 477, 503};
  for (size_t i = 0; i < sizeof with_a_date / sizeof *with_a_date; i++) {
    int64_t at = 0;
    tether_end end = {.status = with_a_date[i], .retry_after_ms = 7000};
    CHECK(decide(TETHER_CONVERGES, end, 1, 1000, &at) == TETHER_SEND_AGAIN && at >= 8000);
    end.retry_after_ms = 500000; /* later than we may wait: given up at once */
    CHECK(decide(TETHER_CONVERGES, end, 1, 1000, &at) != TETHER_SEND_AGAIN);
  }
  int64_t at = 0;
  CHECK(decide(TETHER_CONVERGES, status(423), 1, 1000, &at) == TETHER_SEND_AGAIN && at >= 3000);
}

static void pauses_double_with_jitter_up_to_a_bound(void) {
  int64_t at, most = 500;
  for (int attempts = 1; attempts < 12; attempts++) {
    CHECK(decide(TETHER_CONVERGES, status(502), attempts, 0, &at) == TETHER_SEND_AGAIN);
    CHECK(at >= most / 2 && at <= most);
    most = most * 2 < 30000 ? most * 2 : 30000;
  }
}

static void a_total_time_bounds_all(void) {
  int64_t at;
  CHECK(decide(TETHER_CONVERGES, status(502), 3, 119900, &at) == TETHER_IN_DOUBT);
  CHECK(decide(TETHER_CONVERGES, status(423), 3, 119900, &at) == TETHER_SETTLED);
}

static void doubt_stays(void) {
  int64_t at;
  tether_budget budget;
  tether_history history = {.repeat = TETHER_CONVERGES, .attempts = 1};
  tether_end first = lost(TETHER_CONNECTION_LOST), then = lost(TETHER_HOST_UNREACHABLE);
  tether_budget_init(&budget, 0);
  CHECK(tether_retry_decide(&policy, &budget, &first, &history, 0, 1, &at) == TETHER_SEND_AGAIN);
  CHECK(tether_retry_decide(&policy, &budget, &then, &history, 120000, 1, &at) == TETHER_IN_DOUBT);
}

/* A hundred requests that fail all the time: at the beginning some attempts at once, then one a second. */
static void a_dying_server_is_not_hammered(void) {
  int64_t times[100] = {0}, sent = 0;
  tether_budget budget;
  tether_history histories[100] = {0};
  tether_end end = status(503);
  tether_budget_init(&budget, 0);
  for (int64_t now = 0; now < 60000; now += 10)
    for (int i = 0; i < 100; i++) {
      if (times[i] < 0 || times[i] > now) continue;
      histories[i].attempts++;
      sent++;
      if (tether_retry_decide(&policy, &budget, &end, &histories[i], now, (uint64_t)sent, &times[i]) !=
          TETHER_SEND_AGAIN)
        times[i] = -1;
    }
  CHECK(sent - 100 <= 20 + 60 + 1);
  CHECK(sent > 150);
}

static void successes_fill_the_budget(void) {
  tether_budget budget;
  tether_budget_init(&budget, 0);
  budget.credit = -5000;
  for (int i = 0; i < 1000; i++) tether_budget_success(&budget);
  CHECK(budget.credit == 20000);
}

static void an_empty_budget_does_not_lengthen_the_total(void) {
  static const tether_retry_policy brief = {.total_ms = 2000, .pause_ms = 500};
  int64_t at;
  tether_budget budget;
  tether_end end = status(503);
  tether_history history = {.repeat = TETHER_READS, .attempts = 1};
  tether_budget_init(&budget, 0);
  budget.credit = -5000;
  CHECK(tether_retry_decide(&brief, &budget, &end, &history, 0, 1, &at) == TETHER_SETTLED);
}

int main(void) {
  what_settles_is_settled();
  a_refusal_of_the_account_leaves_an_earlier_doubt();
  an_answer_that_cannot_be_held_leaves_doubt();
  what_converges_is_sent_again();
  what_creates_only_when_it_cannot_have_been_applied();
  what_reads_is_sent_again_and_never_in_doubt();
  a_server_that_asks_for_no_pause_is_not_hammered();
  the_day_is_not_waited_for();
  never_earlier_than_the_server_asked();
  pauses_double_with_jitter_up_to_a_bound();
  a_total_time_bounds_all();
  doubt_stays();
  a_dying_server_is_not_hammered();
  successes_fill_the_budget();
  an_empty_budget_does_not_lengthen_the_total();
  return failed != 0;
}
