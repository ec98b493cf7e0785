#include "core/purse/source.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/clock.h"
#include "core/purse/inside.h"
#include "purse/quota_script.h"

enum {
  PATIENCE_MS = 2000, /* a short absence, a restart, is waited for before calls are refused */
  FRESH_MS = 1000,    /* for so long "the day is over" is believed; then Redis is asked again */
  POLL_MS = 1000      /* the longest time between two looks */
};

static tether_source *of(tether_grants *grants) { return (tether_source *)grants; }

/* -- the interface ------------------------------------------------------------------------------------------------- */

static bool join(tether_grants *grants, const char *url, const char *secret, tether_error *error) {
  static const char *const names[TETHER_SOURCE_KEYS] = {"state", "window", "search", "owners"};
  tether_source *self = of(grants);
  unsigned char digest[EVP_MAX_MD_SIZE];
  char *text = malloc(strlen(url) + strlen(secret) + 32);
  if (!text) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
  int length = sprintf(text, "tether quota\n%s\n%s", url, secret);
  bool made = EVP_Digest(text, (size_t)length, digest, NULL, EVP_sha256(), NULL);
  explicit_bzero(text, (size_t)length);
  free(text);
  if (!made) return tether_fail(error, TETHER_NO_MEMORY, "the digest of a token cannot be made");
  for (int i = 0; i < (TETHER_SOURCE_ID - 1) / 2; i++) snprintf(self->id + 2 * i, 3, "%02x", digest[i]);
  for (int i = 0; i < TETHER_SOURCE_KEYS; i++)
    snprintf(self->keys[i], sizeof self->keys[i], "tether:quota:{%s}:%s", self->id, names[i]);
  self->joined = *secret != '\0';
  self->began_ms = tether_clock_ms();
  return true;
}

static void expect(tether_grants *grants, const tether_waiting *waiting, int64_t now_ms) {
  (void)now_ms;
  tether_source *self = of(grants);
  tether_purse *purse = &self->purse;
  bool idle = waiting->singles + waiting->searches + waiting->batches == 0;
  if (idle && self->state == TETHER_SHARING) self->stalled_ms = 0;
  purse->waiting[TETHER_FOR_SINGLE] = waiting->singles;
  purse->waiting[TETHER_FOR_SEARCH] = waiting->searches;
  purse->waiting[TETHER_FOR_BULK] = waiting->batches;
}

static int64_t step(tether_grants *grants, int64_t now_ms) { return tether_source_step(of(grants), now_ms); }

static tether_purse_kind kind_of(const tether_ask *ask) {
  return ask->search ? TETHER_FOR_SEARCH : ask->lane == TETHER_BULK ? TETHER_FOR_BULK : TETHER_FOR_SINGLE;
}

static tether_verdict refuse(const tether_source *self, tether_error *error) {
  tether_fail(error, self->error.code, "%.400s: not sent", self->error.text);
  return TETHER_REFUSED;
}

/* Redis cannot be asked. Calls wait through a short absence. In a longer absence they are refused, or wait until
 * this process may go on alone. */
static tether_verdict take_lost(tether_source *self, int64_t now_ms, int64_t *until_ms, tether_error *error) {
  bool never = self->state == TETHER_STARTING, patient = !never && now_ms - self->lost_ms < PATIENCE_MS;
  *until_ms = now_ms + POLL_MS;
  if (never) return self->error.code == TETHER_OK ? TETHER_WAIT : refuse(self, error);
  if (self->lost == TETHER_LOST_STOP && !patient) return refuse(self, error);
  if (self->lost == TETHER_LOST_ALONE && self->alone_ms > now_ms) *until_ms = self->alone_ms;
  return TETHER_WAIT;
}

static tether_verdict take_alone(tether_source *self, const tether_ask *request, int64_t now_ms, uint32_t *number,
                                 int64_t *until_ms) {
  uint32_t own = 0;
  *until_ms = now_ms + POLL_MS;
  if (self->purse.call_count == TETHER_PURSE_CALLS) return TETHER_WAIT;
  tether_verdict verdict = tether_quota_take(&self->own, request, now_ms, &own, until_ms);
  if (verdict == TETHER_GO) *number = tether_purse_note(&self->purse, kind_of(request), own, now_ms);
  return verdict;
}

static tether_verdict take_shared(tether_source *self, const tether_ask *request, int64_t now_ms, uint32_t *number,
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

/* Redis holds a waiting call up for no longer than the call's own patience, however often Redis goes and comes back. */
static tether_verdict bound(const tether_source *self, const tether_ask *request, int64_t now_ms, int64_t *until_ms,
                            tether_error *error) {
  int64_t from_ms = request->asked_ms > self->stalled_ms ? request->asked_ms : self->stalled_ms;
  if (request->begun_ms) from_ms = request->begun_ms;
  int64_t over_ms = from_ms + request->patience_ms;
  if (over_ms > now_ms) {
    if (over_ms < *until_ms) *until_ms = over_ms;
    return TETHER_WAIT;
  }
  tether_fail(error, TETHER_REDIS_LOST,
              "Redis at %.200s has held calls up for %lld s, and this one may take no longer (retry_for, timeout): not "
              "sent",
              tether_redis_name(self->redis), (long long)((now_ms - self->stalled_ms) / 1000));
  return TETHER_REFUSED;
}

static tether_verdict take(tether_grants *grants, const tether_ask *request, int64_t now_ms, uint32_t *number,
                           int64_t *until_ms, tether_error *error) {
  tether_source *self = of(grants);
  self->reserve = request->reserve;
  tether_verdict verdict = self->state == TETHER_ALONE     ? take_alone(self, request, now_ms, number, until_ms)
                           : self->state != TETHER_SHARING ? take_lost(self, now_ms, until_ms, error)
                                                           : take_shared(self, request, now_ms, number, until_ms);
  if (verdict == TETHER_GO) self->stalled_ms = 0;
  return verdict == TETHER_WAIT && self->stalled_ms ? bound(self, request, now_ms, until_ms, error) : verdict;
}

/* Keeps what an answer says of the account for the next question. */
static void note_news(tether_source *self, const tether_purse_call *call, const tether_heard *heard, int64_t now_ms) {
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
  tether_source_keep_later(&self->blocked_ms[search], now_ms + wait_ms);
  tether_purse_give_back(&self->purse, true, now_ms);
}

/* The quota of a process that is alone knows its own part of the window only, so what the account counts of others must
 * not be heard. */
static void tell_own(tether_source *self, const tether_purse_call *call, const tether_heard *heard, int64_t now_ms) {
  tether_heard mine;
  if (heard) {
    mine = *heard;
    if (heard->window_most > 0) {
      mine.window_most = tether_source_part(self, heard->window_most);
      mine.window_left = mine.window_most - (int64_t)self->own.window.count;
      if (mine.window_left < 0) mine.window_left = 0;
    }
  }
  tether_quota_answered(&self->own, call->own, heard ? &mine : NULL, now_ms);
}

static void answered(tether_grants *grants, uint32_t number, const tether_heard *heard, int64_t now_ms) {
  tether_source *self = of(grants);
  tether_purse_call *call = tether_purse_find(&self->purse, number);
  if (!call) return;
  call->answered_ms = now_ms;
  if (self->state == TETHER_ALONE && call->own) tell_own(self, call, heard, now_ms);
  if (heard) note_news(self, call, heard, now_ms);
  bool exempt = heard && heard->success && heard->window_most <= 0 && call->kind != TETHER_FOR_SEARCH;
  if (exempt) tether_purse_forget(&self->purse, number); /* exempt from the window: the account does not count it */
}

static void drop(tether_grants *grants, uint32_t number) {
  tether_source *self = of(grants);
  const tether_purse_call *call = tether_purse_find(&self->purse, number);
  if (call && call->own) tether_quota_drop(&self->own, call->own);
  tether_purse_drop(&self->purse, number, tether_clock_ms());
}

static void day_ends(tether_grants *grants, int64_t at_ms) {
  of(grants)->news.day_end_ms = at_ms;
  if (of(grants)->state == TETHER_ALONE) tether_quota_day_ends(&of(grants)->own, at_ms);
}

static bool known(tether_grants *grants, tether_known *out, int64_t now_ms) {
  const tether_source *self = of(grants);
  const tether_reply *reply = &self->reply;
  if (self->state == TETHER_ALONE) {
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
  const tether_source *self = of(grants);
  *out = (tether_sharing){.through = "redis",
                          .where = tether_redis_name(self->redis),
                          .problem = self->problem,
                          .code = self->error.code,
                          .asks = self->asks,
                          .losses = self->losses,
                          .owners = self->replied_ms ? self->reply.owners : 0,
                          .starting = self->state == TETHER_STARTING && self->error.code == TETHER_OK};
  /* Join may come much later, with the first token. Until then there can only be a connection. */
  if (!self->joined && tether_redis_state_of(self->redis) == TETHER_REDIS_READY) out->starting = false;
}

static int fd(const tether_grants *grants) { return tether_redis_fd(((const tether_source *)grants)->redis); }

static void free_source(tether_grants *grants, bool abandon) {
  tether_source *self = of(grants);
  bool ready = tether_redis_state_of(self->redis) == TETHER_REDIS_READY;
  if (!abandon && ready && self->joined && self->replied_ms) tether_source_ask(self, true, tether_clock_ms());
  tether_redis_free(self->redis);
  free(self);
}

tether_grants *tether_grants_of_redis(tether_redis *redis, tether_share_lost lost, tether_error *error) {
  static const tether_grants_kind kind = {join,  expect,  take,        answered, drop, day_ends,
                                          known, sharing, free_source, fd,       step};
  tether_source *self = calloc(1, sizeof *self);
  unsigned char random[(TETHER_SOURCE_OWNER - 1) / 2];
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
  for (int i = 0; i < (TETHER_SOURCE_OWNER - 1) / 2; i++) snprintf(self->owner + 2 * i, 3, "%02x", random[i]);
  tether_source_clear(&self->news);
  tether_purse_init(&self->purse);
  return &self->grants;
}
