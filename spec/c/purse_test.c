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

static void test_a_purse_holds_so_many_permits(void) {
  begin();
  for (int i = 0; i <= TETHER_PURSE_PERMITS; i++) tether_purse_add(&purse, TETHER_FOR_SEARCH, 1000 - i, 0);
  CHECK(purse.permit_count[TETHER_FOR_SEARCH] == TETHER_PURSE_PERMITS && purse.call_count == 0);
  CHECK(purse.permits[TETHER_FOR_SEARCH][0].from_ms == 1000 - TETHER_PURSE_PERMITS + 1);
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

static void answer(uint32_t number, int64_t at_ms) { tether_purse_find(&purse, number)->answered_ms = at_ms; }

/* A call under way is kept however long it takes; one that was answered for as long as the account counts it. */
static void test_calls_are_kept_as_long_as_they_count(void) {
  begin();
  tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 100);
  answer(tether_purse_note(&purse, TETHER_FOR_BULK, 0, 100), 200);
  answer(tether_purse_note(&purse, TETHER_FOR_SEARCH, 0, 100), 200);
  CHECK(tether_purse_held(&purse, false) == 1 && tether_purse_held(&purse, true) == 0);
  tether_purse_prune(&purse, 200 + 1999);
  CHECK(purse.call_count == 3);
  tether_purse_prune(&purse, 200 + 2000);
  CHECK(purse.call_count == 2);
  tether_purse_prune(&purse, 200 + 10999);
  CHECK(purse.call_count == 2);
  tether_purse_prune(&purse, 1000000);
  CHECK(purse.call_count == 1 && tether_purse_held(&purse, false) == 1);
}

/* A call that went by the quota of who is alone had no permit that could come back. */
static void test_a_call_alone_gives_no_permit_back(void) {
  begin();
  tether_purse_drop(&purse, tether_purse_note(&purse, TETHER_FOR_SINGLE, 7, 100), 150);
  CHECK(purse.call_count == 0 && tether_purse_held(&purse, false) == 0);
  tether_purse_drop(&purse, tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 100), 150);
  CHECK(purse.call_count == 0 && tether_purse_held(&purse, false) == 1);
}

/* What one question has told is told, what the next one tells is not yet. */
static void test_an_answer_is_of_its_question(void) {
  begin();
  for (int64_t question = 7; question <= 8; question++) {
    uint32_t number = tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 100);
    answer(number, 150);
    tether_purse_find(&purse, number)->told = question;
  }
  tether_purse_told(&purse, 7);
  CHECK(purse.calls[0].told < 0 && purse.calls[1].told == 8);
}

/* Who waits asks soon, who has something to tell later, and who only holds on at times. */
static void test_the_next_question_is_due(void) {
  begin();
  tether_purse_asked(&purse, 10000);
  purse.asked_before_ms = 0;
  uint32_t number = tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 10000);
  CHECK(tether_purse_asks_at(&purse) == 10000 + TETHER_PURSE_BEAT_MS);
  answer(number, 10001);
  CHECK(tether_purse_asks_at(&purse) == 10000 + 2 * TETHER_PURSE_PACE_MS);
  purse.waiting[TETHER_FOR_SINGLE] = 1;
  CHECK(tether_purse_asks_at(&purse) == 10000); /* nothing is there for it: at once */
  tether_purse_add(&purse, TETHER_FOR_SINGLE, 20000, 10000);
  CHECK(tether_purse_asks_at(&purse) == 10000 + TETHER_PURSE_PACE_MS);
  purse.waiting[TETHER_FOR_SINGLE] = 0;
  CHECK(tether_purse_asks_at(&purse) == 10000 + 2 * TETHER_PURSE_PACE_MS);
  tether_purse_asked(&purse, 10300);
  CHECK(purse.asked_before_ms == 10000 && tether_purse_asks_at(&purse) == 10300 + 2 * TETHER_PURSE_PACE_MS);
  tether_purse_retell(&purse); /* at once, but no third question within a second */
  CHECK(tether_purse_asks_at(&purse) == 10000 + TETHER_PURSE_SECOND_MS);
  tether_purse_asked(&purse, 12000); /* what was to be told again was */
  CHECK(tether_purse_asks_at(&purse) == 12000 + 2 * TETHER_PURSE_PACE_MS);
}

/* The words of a question, one behind the other. */
static const char *word_of(const tether_buffer *out, int number) {
  const char *at = out->data;
  while (number-- > 0) at += strlen(at) + 1;
  return at;
}

/* What is under way is not told yet; searches are told apart; pauses that last are; who leaves wants nothing. */
static void test_a_question_says_what_there_is(void) {
  tether_buffer out;
  tether_question question = {.number = 7, .run = "run", .epoch = "epoch", .most = 190};
  tether_news news = {.most = 190, .left = 50, .window_sent_ms = 900, .daily = -1, .blocked_ms = {1500, 500}};
  begin();
  tether_buffer_init(&out, 1 << 16);
  purse.waiting[TETHER_FOR_BULK] = 1;
  tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 900);
  answer(tether_purse_note(&purse, TETHER_FOR_SINGLE, 0, 900), 950);
  answer(tether_purse_note(&purse, TETHER_FOR_SEARCH, 0, 900), 960);
  for (int leaves = 0; leaves < 2; leaves++) {
    question.farewell = leaves;
    tether_purse_retell(&purse);
    tether_buffer_clear(&out);
    CHECK(tether_question_write(&question, &purse, &news, 1000, &out, NULL));
    CHECK(strcmp(word_of(&out, 4), "1") == 0);
    CHECK((strcmp(word_of(&out, 7), "0") == 0) == leaves);
    CHECK(strcmp(word_of(&out, 10), leaves ? "1" : "0") == 0);
    CHECK(strcmp(word_of(&out, 14), "190 50 100 10000") == 0);
    CHECK(strcmp(word_of(&out, 16), "w:500 ") == 0);
    CHECK(strcmp(word_of(&out, 17), "2:50 ") == 0 && strcmp(word_of(&out, 18), "3:40 ") == 0);
  }
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
  char epoch[TETHER_QUESTION_EPOCH + 1];
  memset(epoch, 'e', sizeof epoch);
  epoch[TETHER_QUESTION_EPOCH - 1] = '\0';
  good[1] = epoch;
  CHECK(tether_reply_read(good, 6, &reply) && strcmp(reply.epoch, epoch) == 0);
  epoch[TETHER_QUESTION_EPOCH - 1] = 'e';
  epoch[TETHER_QUESTION_EPOCH] = '\0'; /* a part of a name would be another's */
  CHECK(!tether_reply_read(good, 6, &reply));
  good[1] = "epoch";
  good[2] = "1 190 0 1 0 0 0 -1 -1 -1 100 3 0 0 1"; /* a window of no time */
  CHECK(!tether_reply_read(good, 6, &reply));
  good[2] = "1 190 10000";
  CHECK(!tether_reply_read(good, 6, &reply));
}

int main(void) {
  test_permits();
  test_a_purse_holds_so_many_permits();
  test_calls_are_kept_as_long_as_they_count();
  test_a_call_alone_gives_no_permit_back();
  test_an_answer_is_of_its_question();
  test_the_next_question_is_due();
  test_a_question_says_what_there_is();
  test_unused_permits_go_back();
  test_questions_are_few();
  test_calls_are_told_once();
  test_replies();
  return failed != 0;
}
