#include <stdio.h>
#include <string.h>

#include "core/purse/inside.h"

enum {
  ANSWER_MS = 1000,         /* a question without an answer by then is given up, and its connection is closed */
  START_MS = 6000,          /* without a first answer by then, calls are refused */
  SETTLE_MS = 2500,         /* by then every process that shares has noticed that Redis is away */
  RECENT_MS = 60000,        /* Redis's clock is predicted for so long only: clocks drift apart */
  POLL_MS = 1000,           /* the longest time between two looks */
  QUESTION_MOST = 64 << 10, /* bytes: a log of 1,024 calls has 20 KB */
  PART_OF_UNKNOWN = 10      /* how many processes are assumed to share when Redis has not told */
};

void tether_source_clear(tether_news *news) { *news = (tether_news){.most = -1, .daily = -1}; }

/* -- away and back ------------------------------------------------------------------------------------------------- */

/* The window divided by the processes that share. When each keeps to its part, the account's limit is kept without
 * Redis. */
int64_t tether_source_part(const tether_source *self, int64_t most) {
  int64_t owners = self->reply.owners > 0 ? self->reply.owners : PART_OF_UNKNOWN;
  int64_t part = most / owners;
  return part > 0 ? part : 1;
}

static void lose(tether_source *self, const tether_error *why, int64_t now_ms) {
  self->error = *why;
  snprintf(self->problem, sizeof self->problem, "%.250s", why->text);
  self->ticket = 0;
  tether_purse_retell(&self->purse);
  if (self->state != TETHER_SHARING) return;
  self->state = TETHER_LOST;
  self->losses++;
  self->lost_ms = now_ms;
  if (!self->stalled_ms) self->stalled_ms = now_ms;
  self->alone_ms = now_ms + self->purse.span_ms + SETTLE_MS;
  tether_purse_give_back(&self->purse, true, now_ms);
}

static void go_alone(tether_source *self) {
  self->state = TETHER_ALONE;
  self->was_alone = true;
  tether_quota_init(&self->own);
  self->own.window.span_ms = self->purse.span_ms;
  self->own.window.most = tether_source_part(self, self->reply.learnt ? self->reply.most : TETHER_WINDOW_MOST);
  self->own.search.most = tether_source_part(self, TETHER_SEARCH_MOST);
  self->own.learnt = 1;
  self->own.daily = self->reply.daily;
  self->own.daily_left = self->reply.daily_left < 0 ? -1 : tether_source_part(self, self->reply.daily_left);
  self->own.round_trip_ms = self->round_trip_ms;
}

static void come_back(tether_source *self, int64_t now_ms) {
  (void)now_ms;
  self->state = TETHER_SHARING;
  self->was_alone = false;
  *self->problem = '\0';
  self->error.code = TETHER_OK;
}

/* -- answers ------------------------------------------------------------------------------------------------------- */

static bool read_reply(const redisReply *reply, tether_reply *out) {
  const char *texts[8] = {NULL};
  if (reply->type != REDIS_REPLY_ARRAY || reply->elements > 8) return false;
  for (size_t i = 0; i < reply->elements; i++) {
    if (reply->element[i]->type != REDIS_REPLY_STRING) return false;
    texts[i] = reply->element[i]->str;
  }
  return tether_reply_read(texts, reply->elements, out);
}

/* The question under way is lost. What it told must be told again. */
static void keep_news(tether_source *self) {
  if (self->telling.most >= 0 && self->news.most < 0) self->news = self->telling;
}

static void hear_reply(tether_source *self, const tether_reply *reply, int64_t now_ms) {
  bool same = strcmp(reply->epoch, self->epoch) == 0;
  bool unheard = reply->stale || reply->late;
  self->was_late = reply->late;
  if (reply->late) keep_news(self);
  if (unheard || (!same && !reply->told_all)) tether_purse_retell(&self->purse);
  if (unheard) return;
  self->reply = *reply;
  self->replied_ms = now_ms;
  self->purse.span_ms = reply->span_ms;
  self->purse.lease_ms = self->asked_ms + TETHER_PURSE_LEASE_MS;
  self->purse.later_ms = reply->again_ms ? now_ms + reply->again_ms : 0;
  self->clock_ahead_ms = reply->clock_ms - (self->asked_ms + (now_ms - self->asked_ms) / 2);
  snprintf(self->epoch, sizeof self->epoch, "%s", reply->epoch);
  for (int i = 0; i < 2; i++)
    if (reply->blocked_ms[i]) tether_source_keep_later(&self->blocked_ms[i], now_ms + reply->blocked_ms[i]);
  if (reply->told_all) come_back(self, now_ms);
  if (reply->blocked_ms[0]) tether_purse_give_back(&self->purse, true, now_ms);
  tether_reply_grant(reply, &self->purse, now_ms);
}

static void hear_answer(tether_source *self, tether_redis_answer *answer, int64_t now_ms) {
  tether_reply reply;
  tether_error error = answer->error;
  if (answer->ticket != self->ticket) return;
  self->ticket = 0;
  if (error.code == TETHER_OK && !read_reply(answer->reply, &reply))
    tether_fail(&error, TETHER_REDIS_FAILED,
                "Redis at %.150s answers what cannot be read: its script is another version's",
                tether_redis_name(self->redis));
  if (error.code != TETHER_OK) {
    keep_news(self);
    return lose(self, &error, now_ms);
  }
  tether_purse_told(&self->purse, self->question);
  hear_reply(self, &reply, now_ms);
}

/* -- questions ----------------------------------------------------------------------------------------------------- */

static bool send_question(tether_source *self, tether_buffer *words, tether_error *error) {
  tether_slice list[1 + TETHER_SOURCE_KEYS + 1 + TETHER_QUESTION_WORDS] = {{"4", 1}};
  int count = 1;
  for (int i = 0; i < TETHER_SOURCE_KEYS; i++) list[count++] = (tether_slice){self->keys[i], strlen(self->keys[i])};
  list[count++] = (tether_slice){self->owner, TETHER_SOURCE_OWNER - 1};
  for (size_t at = 0; at < words->length; at += list[count - 1].length + 1) {
    list[count] = (tether_slice){words->data + at, strlen(words->data + at)};
    count++;
  }
  const tether_redis_question question = {
      .words = list, .count = count, .script = &self->script, .timeout_ms = ANSWER_MS, .at_once = true};
  self->ticket = tether_redis_ask(self->redis, &question, error);
  return self->ticket != 0;
}

/* A server that has forgotten the day is also told what is known of it. */
static void retell(tether_source *self) {
  const tether_reply *reply = &self->reply;
  if (self->news.daily < 0 && reply->daily >= 0 && reply->daily_left >= 0) {
    self->news.daily = reply->daily;
    self->news.day_left = reply->daily_left;
    self->news.day_sent_ms = self->replied_ms;
  }
  if (!self->news.day_end_ms && reply->day_end_ms >= 0) self->news.day_end_ms = self->replied_ms + reply->day_end_ms;
}

void tether_source_ask(tether_source *self, bool farewell, int64_t now_ms) {
  tether_error error;
  tether_buffer words;
  const tether_question question = {
      .number = ++self->question,
      .run = tether_redis_facts_of(self->redis)->run_id,
      .epoch = self->epoch,
      .expected_ms = self->replied_ms && now_ms - self->replied_ms < RECENT_MS ? now_ms + self->clock_ahead_ms : 0,
      .reserve = self->reserve,
      .round_trip_ms = self->round_trip_ms,
      .most = self->reply.learnt ? self->reply.most : 0,
      .farewell = farewell,
      .was_alone = self->was_alone,
      .is_certain = self->was_late};
  if (self->purse.retells) retell(self);
  for (int i = 0; i < 2; i++) self->news.blocked_ms[i] = self->blocked_ms[i];
  tether_purse_prune(&self->purse, now_ms);
  tether_purse_give_back(&self->purse, farewell, now_ms);
  tether_buffer_init(&words, QUESTION_MOST);
  bool sent = tether_question_write(&question, &self->purse, &self->news, now_ms, &words, &error) &&
              send_question(self, &words, &error);
  tether_buffer_free(&words);
  tether_purse_asked(&self->purse, now_ms);
  self->asked_ms = now_ms;
  self->asks++;
  self->telling = self->news;
  int64_t day_end_ms = sent ? 0 : self->news.day_end_ms;
  if (sent) tether_source_clear(&self->news);
  self->news.day_end_ms = day_end_ms;
  if (!sent) lose(self, &error, now_ms);
}

/* A source that has just begun, or has lost Redis, asks as soon as there is a connection. */
static int64_t asks_at(const tether_source *self) {
  int64_t at = tether_purse_asks_at(&self->purse);
  if (self->state == TETHER_SHARING) return at;
  int64_t least = self->purse.asked_before_ms ? self->purse.asked_before_ms + TETHER_PURSE_SECOND_MS : 0;
  int64_t next = self->purse.asked_ms ? self->purse.asked_ms + TETHER_PURSE_PACE_MS : 0;
  return least > next ? least : next;
}

static void look_at_connection(tether_source *self, int64_t now_ms) {
  const tether_error *problem = tether_redis_problem(self->redis);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  tether_error late;
  if (!ready && problem->code != TETHER_OK && self->error.code != problem->code) lose(self, problem, now_ms);
  if (self->state == TETHER_STARTING && self->joined && self->error.code == TETHER_OK &&
      now_ms - self->began_ms >= START_MS) {
    tether_fail(&late, TETHER_REDIS_LOST, "Redis at %.200s did not answer in time", tether_redis_name(self->redis));
    lose(self, &late, now_ms);
  }
  if (self->state == TETHER_LOST && self->lost == TETHER_LOST_ALONE && now_ms >= self->alone_ms) go_alone(self);
}

int64_t tether_source_step(tether_source *self, int64_t now_ms) {
  tether_redis_answer answer;
  tether_redis_step(self->redis, 0);
  while (tether_redis_take(self->redis, &answer)) {
    hear_answer(self, &answer, now_ms);
    tether_redis_answer_free(&answer);
  }
  look_at_connection(self, now_ms);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  if (!self->joined || self->ticket || !ready) return self->state == TETHER_SHARING ? -1 : now_ms + POLL_MS;
  int64_t at_ms = asks_at(self);
  if (at_ms == INT64_MAX) return -1;
  if (at_ms > now_ms) return at_ms;
  tether_source_ask(self, false, now_ms);
  return -1;
}
