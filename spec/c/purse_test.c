#define _GNU_SOURCE /* memmem */
/* The purse: permits, calls and questions, told the time; and what comes as an answer. */
#include "core/purse/purse.h"

#include <string.h>

#include "check.h"
#include "core/purse/question.h"

static tether_purse purse; /* large */

static void begin(void) {
  tether_purse_init(&purse);
  purse.lease_ms = INT64_MAX;
}

static void test_permits(void) {
  int64_t until_ms;
  begin();
  CHECK(tether_purse_take(&purse, TETHER_FOR_BULK, false, 100, &until_ms) == 0 && until_ms == INT64_MAX);
  tether_purse_add(&purse, TETHER_FOR_SINGLE, 100, 100);
  tether_purse_add(&purse, TETHER_FOR_BULK, 300, 100);
  tether_purse_add(&purse, TETHER_FOR_BULK, 200, 100);
  CHECK(tether_purse_held(&purse, false) == 3 && tether_purse_held(&purse, true) == 0);
  CHECK(tether_purse_take(&purse, TETHER_FOR_BULK, false, 150, &until_ms) == 0 && until_ms == 200);
  CHECK(tether_purse_take(&purse, TETHER_FOR_BULK, true, 150, &until_ms) == 1); /* due: by the single one */
  CHECK(tether_purse_take(&purse, TETHER_FOR_SINGLE, false, 250, &until_ms) == 2);
  purse.lease_ms = 290;
  CHECK(tether_purse_take(&purse, TETHER_FOR_BULK, false, 310, &until_ms) == 0); /* after the lease */
  CHECK(tether_purse_held(&purse, false) == 3);                                  /* two under way, one permit */
  tether_purse_drop(&purse, 2, 310);
  CHECK(purse.call_count == 1 && purse.permit_count[TETHER_FOR_SINGLE] == 1);
  tether_purse_give_back(&purse, true, 310);
  CHECK(tether_purse_held(&purse, false) == 1);
}

static void test_unused_permits_go_back(void) {
  begin();
  tether_purse_add(&purse, TETHER_FOR_SINGLE, 0, 1000);
  tether_purse_give_back(&purse, false, 1500);
  CHECK(purse.permit_count[TETHER_FOR_SINGLE] == 1);
  purse.waiting[TETHER_FOR_SINGLE] = 1;
  tether_purse_give_back(&purse, false, 3000);
  CHECK(purse.permit_count[TETHER_FOR_SINGLE] == 1);
  purse.waiting[TETHER_FOR_SINGLE] = 0;
  tether_purse_give_back(&purse, false, 3000);
  CHECK(purse.permit_count[TETHER_FOR_SINGLE] == 0);
}

/* Whatever waits and whatever comes: no third question within a second. */
static void test_questions_are_few(void) {
  int64_t asked[3] = {-5000, -5000, -5000};
  begin();
  for (int64_t now_ms = 1; now_ms < 20000; now_ms++) {
    purse.waiting[now_ms % 3] = now_ms % 7 < 4;
    if (now_ms % 11 == 0) tether_purse_retell(&purse);
    if (now_ms % 13 == 0) tether_purse_add(&purse, TETHER_FOR_BULK, now_ms, now_ms);
    if (now_ms % 17 == 0) tether_purse_give_back(&purse, true, now_ms);
    if (tether_purse_asks_at(&purse) > now_ms) continue;
    tether_purse_asked(&purse, now_ms);
    asked[0] = asked[1];
    asked[1] = asked[2];
    asked[2] = now_ms;
    CHECK(asked[2] - asked[0] > 1000);
  }
  CHECK(asked[2] > 18000);
  begin();
  CHECK(tether_purse_asks_at(&purse) == INT64_MAX); /* who wants nothing asks nothing */
}

static void test_calls_are_told_once(void) {
  tether_error error;
  tether_buffer out;
  begin();
  tether_buffer_init(&out, 1 << 16);
  uint32_t number = tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 100);
  tether_purse_find(&purse, number)->answered_ms = 150;
  tether_news news = {.most = -1, .daily = -1};
  tether_question question = {.number = 7, .run = "run", .epoch = ""};
  CHECK(tether_question_write(&question, &purse, &news, 200, &out, &error));
  CHECK(memmem(out.data, out.length, "1:50 ", 5) != NULL);
  size_t words = 0;
  for (size_t i = 0; i < out.length; i++) words += out.data[i] == '\0';
  CHECK(words == TETHER_QUESTION_WORDS);
  tether_purse_told(&purse, 7);
  tether_buffer_clear(&out);
  CHECK(tether_question_write(&question, &purse, &news, 200, &out, &error));
  CHECK(memmem(out.data, out.length, "1:50 ", 5) == NULL);
  tether_purse_retell(&purse);
  tether_buffer_clear(&out);
  CHECK(tether_question_write(&question, &purse, &news, 200, &out, &error));
  CHECK(memmem(out.data, out.length, "1:50 ", 5) != NULL);
  tether_purse_prune(&purse, 150 + 10000);
  CHECK(purse.call_count == 1);
  tether_purse_prune(&purse, 150 + 12000);
  CHECK(purse.call_count == 0);
  tether_buffer_free(&out);
}

static void test_replies(void) {
  const char *good[] = {"ok", "epoch", "1 190 10000 1 0 0 0 -1 -1 -1 100 3 0 0 1", "0 0 120", "5", ""};
  const char *stale[] = {"stale"}, *late[] = {"late"};
  tether_reply reply;
  begin();
  CHECK(tether_reply_read(good, 6, &reply) && reply.most == 190 && reply.owners == 3 && reply.told_all == 1);
  tether_reply_grant(&reply, &purse, 1000);
  CHECK(purse.permit_count[TETHER_FOR_SINGLE] == 3 && purse.permits[TETHER_FOR_SINGLE][2].from_ms == 1120);
  CHECK(purse.permit_count[TETHER_FOR_BULK] == 1 && purse.permit_count[TETHER_FOR_SEARCH] == 0);
  CHECK(tether_reply_read(stale, 1, &reply) && reply.stale && !reply.late);
  CHECK(tether_reply_read(late, 1, &reply) && reply.late && !reply.stale);
  CHECK(!tether_reply_read(good, 5, &reply));
  good[2] = "1 190 10000";
  CHECK(!tether_reply_read(good, 6, &reply));
}

int main(void) {
  test_permits();
  test_unused_permits_go_back();
  test_questions_are_few();
  test_calls_are_told_once();
  test_replies();
  return failed != 0;
}
