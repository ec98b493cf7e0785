#include "core/purse/source.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "core/purse/question.h"
#include "purse/quota_script.h"

enum {
  ANSWER_MS = 1000,   /* a question that is not answered by then is lost, and its connection with it */
  START_MS = 6000,    /* the first answer comes by then, or there is no quota */
  PATIENCE_MS = 2000, /* a short absence, a restart, is waited for before calls are refused */
  SETTLE_MS = 2500,   /* until the last of those who share has noticed, too */
  OWNER = 17,         /* hexadecimal digits and their end */
  ID = 33,
  KEYS = 4,
  FRESH_MS = 1000, /* how long an answer says that the day is over */
  POLL_MS = 1000,  /* at the latest one looks again */
  QUESTION_MOST = 64 << 10,
  PART_OF_UNKNOWN = 10 /* of the lowest tier's window, when nobody has told of the account's */
};

typedef enum { STARTING, SHARING, LOST, ALONE } state;

typedef struct {
  tether_grants grants;
  tether_redis *redis;
  tether_redis_script script;
  tether_purse purse;
  tether_news news, telling; /* what is not told yet; what the question under way tells */
  tether_quota own;          /* while alone */
  tether_share_lost lost;
  state state;
  bool joined, was_alone;
  char owner[OWNER], id[ID], keys[KEYS][64], epoch[TETHER_QUESTION_EPOCH];
  char problem[256];
  tether_error error; /* why it is not shared, or could not be from the start */
  tether_reply reply;
  int64_t replied_ms, began_ms, lost_ms, alone_ms; /* alone_ms: from then on it may go on alone */
  int64_t ticket, question, asked_ms;              /* ticket 0: no question is under way */
  int64_t clock_ahead_ms, reserve, round_trip_ms, blocked_ms[2];
  int64_t asks, losses;
} source;

static source *of(tether_grants *grants) { return (source *)grants; }

static void clear_news(tether_news *news) { *news = (tether_news){.most = -1, .daily = -1}; }

/* -- away and back ------------------------------------------------------------------------------------------------- */

/* A part of the window that is safe when all go on alone. */
static int64_t part_of(const source *self, int64_t most) {
  int64_t owners = self->reply.owners > 0 ? self->reply.owners : PART_OF_UNKNOWN;
  int64_t part = most / owners;
  return part > 0 ? part : 1;
}

static void lose(source *self, const tether_error *why, int64_t now_ms) {
  self->error = *why;
  snprintf(self->problem, sizeof self->problem, "%.250s", why->text);
  self->ticket = 0;
  tether_purse_retell(&self->purse);
  if (self->state != SHARING) return;
  self->state = LOST;
  self->losses++;
  self->lost_ms = now_ms;
  self->alone_ms = now_ms + self->purse.span_ms + SETTLE_MS;
  tether_purse_give_back(&self->purse, true, now_ms);
}

static void go_alone(source *self) {
  self->state = ALONE;
  self->was_alone = true;
  tether_quota_init(&self->own);
  self->own.window.span_ms = self->purse.span_ms;
  self->own.window.most = part_of(self, self->reply.learnt ? self->reply.most : TETHER_WINDOW_MOST);
  self->own.search.most = part_of(self, TETHER_SEARCH_MOST);
  self->own.learnt = 1;
  self->own.daily = self->reply.daily;
  self->own.daily_left = self->reply.daily_left < 0 ? -1 : part_of(self, self->reply.daily_left);
  self->own.round_trip_ms = self->round_trip_ms;
}

static void come_back(source *self, int64_t now_ms) {
  (void)now_ms;
  self->state = SHARING;
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

static void keep_later(int64_t *kept_ms, int64_t at_ms) {
  if (at_ms > *kept_ms) *kept_ms = at_ms;
}

static void hear_reply(source *self, const tether_reply *reply, int64_t now_ms) {
  bool same = strcmp(reply->epoch, self->epoch) == 0;
  if (reply->stale || (!same && !reply->told_all)) tether_purse_retell(&self->purse);
  if (reply->stale) return;
  self->reply = *reply;
  self->replied_ms = now_ms;
  self->purse.span_ms = reply->span_ms;
  self->purse.lease_ms = self->asked_ms + TETHER_PURSE_LEASE_MS;
  self->purse.later_ms = reply->again_ms ? now_ms + reply->again_ms : 0;
  self->clock_ahead_ms = reply->clock_ms - (self->asked_ms + (now_ms - self->asked_ms) / 2);
  snprintf(self->epoch, sizeof self->epoch, "%s", reply->epoch);
  for (int i = 0; i < 2; i++)
    if (reply->blocked_ms[i]) keep_later(&self->blocked_ms[i], now_ms + reply->blocked_ms[i]);
  if (reply->told_all) come_back(self, now_ms);
  if (reply->blocked_ms[0]) tether_purse_give_back(&self->purse, true, now_ms);
  tether_reply_grant(reply, &self->purse, now_ms);
}

static void hear_answer(source *self, tether_redis_answer *answer, int64_t now_ms) {
  tether_reply reply;
  tether_error error = answer->error;
  if (answer->ticket != self->ticket) return;
  self->ticket = 0;
  if (error.code == TETHER_OK && !read_reply(answer->reply, &reply))
    tether_fail(&error, TETHER_REDIS_FAILED,
                "Redis at %.150s answers what cannot be read: its script is another version's",
                tether_redis_name(self->redis));
  if (error.code != TETHER_OK) {
    if (self->telling.most >= 0 && self->news.most < 0) self->news = self->telling;
    return lose(self, &error, now_ms);
  }
  tether_purse_told(&self->purse, self->question);
  hear_reply(self, &reply, now_ms);
}

/* -- questions ----------------------------------------------------------------------------------------------------- */

static bool send_question(source *self, tether_buffer *words, tether_error *error) {
  tether_slice list[1 + KEYS + 1 + TETHER_QUESTION_WORDS] = {{"4", 1}};
  int count = 1;
  for (int i = 0; i < KEYS; i++) list[count++] = (tether_slice){self->keys[i], strlen(self->keys[i])};
  list[count++] = (tether_slice){self->owner, OWNER - 1};
  for (size_t at = 0; at < words->length; at += list[count - 1].length + 1) {
    list[count] = (tether_slice){words->data + at, strlen(words->data + at)};
    count++;
  }
  const tether_redis_question question = {
      .words = list, .count = count, .script = &self->script, .timeout_ms = ANSWER_MS, .at_once = true};
  self->ticket = tether_redis_ask(self->redis, &question, error);
  return self->ticket != 0;
}

/* To a server that has forgotten it, also what is known of the day. */
static void retell(source *self) {
  const tether_reply *reply = &self->reply;
  if (self->news.daily < 0 && reply->daily >= 0 && reply->daily_left >= 0) {
    self->news.daily = reply->daily;
    self->news.day_left = reply->daily_left;
    self->news.day_sent_ms = self->replied_ms;
  }
  if (!self->news.day_end_ms && reply->day_end_ms >= 0) self->news.day_end_ms = self->replied_ms + reply->day_end_ms;
}

static void ask(source *self, bool farewell, int64_t now_ms) {
  tether_error error;
  tether_buffer words;
  const tether_question question = {.number = ++self->question,
                                    .run = tether_redis_facts_of(self->redis)->run_id,
                                    .epoch = self->epoch,
                                    .expected_ms = self->replied_ms ? now_ms + self->clock_ahead_ms : 0,
                                    .reserve = self->reserve,
                                    .round_trip_ms = self->round_trip_ms,
                                    .most = self->reply.learnt ? self->reply.most : 0,
                                    .farewell = farewell,
                                    .was_alone = self->was_alone};
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
  if (sent) clear_news(&self->news);
  self->news.day_end_ms = day_end_ms;
  if (!sent) lose(self, &error, now_ms);
}

/* Whoever is away asks as soon as there is a connection; whoever has just begun, too. */
static int64_t asks_at(const source *self) {
  int64_t at = tether_purse_asks_at(&self->purse);
  if (self->state == SHARING) return at;
  int64_t least = self->purse.asked_before_ms ? self->purse.asked_before_ms + TETHER_PURSE_SECOND_MS : 0;
  int64_t next = self->purse.asked_ms ? self->purse.asked_ms + TETHER_PURSE_PACE_MS : 0;
  return least > next ? least : next;
}

static void look_at_connection(source *self, int64_t now_ms) {
  const tether_error *problem = tether_redis_problem(self->redis);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  tether_error late;
  if (!ready && problem->code != TETHER_OK && self->error.code != problem->code) lose(self, problem, now_ms);
  if (self->state == STARTING && self->joined && self->error.code == TETHER_OK && now_ms - self->began_ms >= START_MS) {
    tether_fail(&late, TETHER_REDIS_LOST, "Redis at %.200s did not answer in time", tether_redis_name(self->redis));
    lose(self, &late, now_ms);
  }
  if (self->state == LOST && self->lost == TETHER_LOST_ALONE && now_ms >= self->alone_ms) go_alone(self);
}

static int64_t step(tether_grants *grants, int64_t now_ms) {
  source *self = of(grants);
  tether_redis_answer answer;
  tether_redis_step(self->redis, 0);
  while (tether_redis_take(self->redis, &answer)) {
    hear_answer(self, &answer, now_ms);
    tether_redis_answer_free(&answer);
  }
  look_at_connection(self, now_ms);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  if (!self->joined || self->ticket || !ready) return self->state == SHARING ? -1 : now_ms + POLL_MS;
  int64_t at_ms = asks_at(self);
  if (at_ms == INT64_MAX) return -1;
  if (at_ms > now_ms) return at_ms;
  ask(self, false, now_ms);
  return -1;
}

/* -- the interface ------------------------------------------------------------------------------------------------- */

static bool join(tether_grants *grants, const char *url, const char *secret, tether_error *error) {
  static const char *const names[KEYS] = {"state", "window", "search", "owners"};
  source *self = of(grants);
  unsigned char digest[EVP_MAX_MD_SIZE];
  char *text = malloc(strlen(url) + strlen(secret) + 32);
  if (!text) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
  int length = sprintf(text, "tether quota\n%s\n%s", url, secret);
  bool made = EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha256(), NULL);
  explicit_bzero(text, (size_t)length);
  free(text);
  if (!made) return tether_fail(error, TETHER_NO_MEMORY, "the digest of a token cannot be made");
  for (int i = 0; i < (ID - 1) / 2; i++) snprintf(self->id + 2 * i, 3, "%02x", digest[i]);
  for (int i = 0; i < KEYS; i++)
    snprintf(self->keys[i], sizeof self->keys[i], "tether:quota:{%s}:%s", self->id, names[i]);
  self->joined = *secret != '\0';
  self->began_ms = tether_clock_ms();
  return true;
}

static void expect(tether_grants *grants, const tether_waiting *waiting, int64_t now_ms) {
  (void)now_ms;
  tether_purse *purse = &of(grants)->purse;
  purse->waiting[TETHER_FOR_SINGLE] = waiting->singles;
  purse->waiting[TETHER_FOR_SEARCH] = waiting->searches;
  purse->waiting[TETHER_FOR_BULK] = waiting->batches;
}

static tether_purse_kind kind_of(const tether_ask *ask) {
  return ask->search ? TETHER_FOR_SEARCH : ask->lane == TETHER_BULK ? TETHER_FOR_BULK : TETHER_FOR_SINGLE;
}

static tether_verdict refuse(const source *self, tether_error *error) {
  tether_fail(error, self->error.code, "%.400s: not sent", self->error.text);
  return TETHER_REFUSED;
}

/* Nobody can be asked: a short absence is waited for. */
static tether_verdict take_lost(source *self, int64_t now_ms, int64_t *until_ms, tether_error *error) {
  bool never = self->state == STARTING, patient = !never && now_ms - self->lost_ms < PATIENCE_MS;
  *until_ms = now_ms + POLL_MS;
  if (never) return self->error.code == TETHER_OK ? TETHER_WAIT : refuse(self, error);
  if (self->lost == TETHER_LOST_STOP && !patient) return refuse(self, error);
  if (self->lost == TETHER_LOST_ALONE && self->alone_ms > now_ms) *until_ms = self->alone_ms;
  return TETHER_WAIT;
}

static tether_verdict take_alone(source *self, const tether_ask *request, int64_t now_ms, uint32_t *number,
                                 int64_t *until_ms) {
  uint32_t own = 0;
  *until_ms = now_ms + POLL_MS;
  if (self->purse.call_count == TETHER_PURSE_CALLS) return TETHER_WAIT;
  tether_verdict verdict = tether_quota_take(&self->own, request, now_ms, &own, until_ms);
  if (verdict == TETHER_GO) *number = tether_purse_note(&self->purse, kind_of(request), own, now_ms);
  return verdict;
}

static tether_verdict take_shared(source *self, const tether_ask *request, int64_t now_ms, uint32_t *number,
                                  int64_t *until_ms) {
  int64_t blocked_ms = self->blocked_ms[request->search];
  *until_ms = now_ms + POLL_MS;
  if (self->reply.day_over && now_ms - self->replied_ms < FRESH_MS) return TETHER_DAY_OVER;
  if (blocked_ms > now_ms) {
    *until_ms = blocked_ms;
    return TETHER_WAIT;
  }
  *number = self->reply.is_free && !request->search
                ? tether_purse_note(&self->purse, kind_of(request), 0, now_ms)
                : tether_purse_take(&self->purse, kind_of(request), request->due, now_ms, until_ms);
  if (*number) return TETHER_GO;
  if (*until_ms == INT64_MAX) *until_ms = self->purse.later_ms > now_ms ? self->purse.later_ms : now_ms + POLL_MS;
  return TETHER_WAIT;
}

static tether_verdict take(tether_grants *grants, const tether_ask *request, int64_t now_ms, uint32_t *number,
                           int64_t *until_ms, tether_error *error) {
  source *self = of(grants);
  self->reserve = request->reserve;
  if (self->state == ALONE) return take_alone(self, request, now_ms, number, until_ms);
  if (self->state != SHARING) return take_lost(self, now_ms, until_ms, error);
  return take_shared(self, request, now_ms, number, until_ms);
}

/* Keeps what an answer says of the account for the next question. */
static void note_news(source *self, const tether_purse_call *call, const tether_heard *heard, int64_t now_ms) {
  tether_news *news = &self->news;
  bool search = call->kind == TETHER_FOR_SEARCH;
  if (heard->round_trip_ms > 0 && (!self->round_trip_ms || heard->round_trip_ms < self->round_trip_ms))
    self->round_trip_ms = heard->round_trip_ms;
  if (heard->window_ms > 0 && heard->window_ms <= 60000) self->purse.span_ms = heard->window_ms;
  if (!search && heard->window_most > 0 && heard->window_left >= 0 &&
      (news->most < 0 || call->sent_ms >= news->window_sent_ms)) {
    news->most = heard->window_most;
    news->left = heard->window_left;
    news->window_sent_ms = call->sent_ms;
  }
  if (!search && heard->success && heard->window_most <= 0) news->is_free = true;
  if (heard->daily >= 0 && heard->daily_left >= 0 && (news->daily < 0 || heard->daily_left <= news->day_left)) {
    news->daily = heard->daily;
    news->day_left = heard->daily_left;
    news->day_sent_ms = call->sent_ms;
  }
  if (heard->refusal == TETHER_LIMITED_DAY) news->day_over = true;
  if (heard->refusal == TETHER_NOT_LIMITED || heard->refusal == TETHER_LIMITED_DAY) return;
  int64_t wait_ms = heard->retry_after_ms >= 0                ? heard->retry_after_ms
                    : heard->refusal == TETHER_LIMITED_SECOND ? 1000
                                                              : self->purse.span_ms;
  keep_later(&self->blocked_ms[search], now_ms + wait_ms);
  tether_purse_give_back(&self->purse, true, now_ms);
}

/* In the own quota the window is the part that is ours: what the account counts of others is none of it. */
static void tell_own(source *self, const tether_purse_call *call, const tether_heard *heard, int64_t now_ms) {
  tether_heard mine;
  if (heard) {
    mine = *heard;
    if (heard->window_most > 0) {
      mine.window_most = part_of(self, heard->window_most);
      mine.window_left = mine.window_most - (int64_t)self->own.window.count;
      if (mine.window_left < 0) mine.window_left = 0;
    }
  }
  tether_quota_answered(&self->own, call->own, heard ? &mine : NULL, now_ms);
}

static void answered(tether_grants *grants, uint32_t number, const tether_heard *heard, int64_t now_ms) {
  source *self = of(grants);
  tether_purse_call *call = tether_purse_find(&self->purse, number);
  if (!call) return;
  call->answered_ms = now_ms;
  if (self->state == ALONE && call->own) tell_own(self, call, heard, now_ms);
  if (heard) note_news(self, call, heard, now_ms);
  bool exempt = heard && heard->success && heard->window_most <= 0 && call->kind != TETHER_FOR_SEARCH;
  if (exempt) tether_purse_forget(&self->purse, number); /* free of the window: the account does not count it */
}

static void drop(tether_grants *grants, uint32_t number) {
  source *self = of(grants);
  const tether_purse_call *call = tether_purse_find(&self->purse, number);
  if (call && call->own) tether_quota_drop(&self->own, call->own);
  tether_purse_drop(&self->purse, number, tether_clock_ms());
}

static void day_ends(tether_grants *grants, int64_t at_ms) {
  of(grants)->news.day_end_ms = at_ms;
  if (of(grants)->state == ALONE) tether_quota_day_ends(&of(grants)->own, at_ms);
}

static bool known(tether_grants *grants, tether_known *out, int64_t now_ms) {
  const source *self = of(grants);
  const tether_reply *reply = &self->reply;
  if (self->state == ALONE) {
    *out = (tether_known){.window_ms = self->own.window.span_ms,
                          .window_most = self->own.window.most,
                          .window_left = tether_quota_window_left(&self->own, now_ms),
                          .daily = self->own.daily,
                          .daily_left = self->own.daily_left,
                          .day_end_ms = self->own.day_end_ms,
                          .round_trip_ms = self->round_trip_ms};
    return true;
  }
  bool learnt = self->replied_ms && (reply->learnt || self->news.most >= 0);
  *out =
      (tether_known){.window_ms = self->purse.span_ms,
                     .window_most = !learnt                ? -1
                                    : self->news.most >= 0 ? self->news.most
                                                           : reply->most,
                     .window_left = !learnt                ? -1
                                    : self->news.most >= 0 ? self->news.left
                                                           : reply->window_left,
                     .daily = self->news.daily >= 0 ? self->news.daily
                              : self->replied_ms    ? reply->daily
                                                    : -1,
                     .daily_left = self->news.daily >= 0 ? self->news.day_left
                                   : self->replied_ms    ? reply->daily_left
                                                         : -1,
                     .day_end_ms = self->news.day_end_ms                        ? self->news.day_end_ms
                                   : self->replied_ms && reply->day_end_ms >= 0 ? self->replied_ms + reply->day_end_ms
                                                                                : 0,
                     .round_trip_ms = self->round_trip_ms};
  return true;
}

static void sharing(tether_grants *grants, tether_sharing *out) {
  const source *self = of(grants);
  *out = (tether_sharing){.through = "redis",
                          .where = tether_redis_name(self->redis),
                          .problem = self->problem,
                          .code = self->error.code,
                          .asks = self->asks,
                          .losses = self->losses,
                          .owners = self->replied_ms ? self->reply.owners : 0,
                          .starting = self->state == STARTING && self->error.code == TETHER_OK};
  /* Whose quota it is may be told much later: until then a connection is all there can be. */
  if (!self->joined && tether_redis_state_of(self->redis) == TETHER_REDIS_READY) out->starting = false;
}

static int fd(const tether_grants *grants) { return tether_redis_fd(((const source *)grants)->redis); }

static void free_source(tether_grants *grants, bool abandon) {
  source *self = of(grants);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  if (!abandon && ready && self->joined && self->replied_ms) ask(self, true, tether_clock_ms());
  tether_redis_free(self->redis);
  free(self);
}

tether_grants *tether_grants_of_redis(tether_redis *redis, tether_share_lost lost, tether_error *error) {
  static const tether_grants_kind kind = {.join = join,
                                          .expect = expect,
                                          .take = take,
                                          .answered = answered,
                                          .drop = drop,
                                          .day_ends = day_ends,
                                          .known = known,
                                          .sharing = sharing,
                                          .fd = fd,
                                          .step = step,
                                          .free = free_source};
  source *self = calloc(1, sizeof *self);
  unsigned char random[(OWNER - 1) / 2];
  if (!self || getrandom(random, sizeof random, 0) != sizeof random ||
      !tether_redis_script_init(&self->script, tether_quota_script, sizeof tether_quota_script - 1, error)) {
    free(self);
    tether_redis_free(redis);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
    return NULL;
  }
  self->grants.kind = &kind;
  self->redis = redis;
  self->lost = lost;
  self->began_ms = tether_clock_ms();
  self->reply.daily = self->reply.daily_left = self->reply.day_end_ms = -1;
  for (int i = 0; i < (OWNER - 1) / 2; i++) snprintf(self->owner + 2 * i, 3, "%02x", random[i]);
  clear_news(&self->news);
  tether_purse_init(&self->purse);
  return &self->grants;
}
