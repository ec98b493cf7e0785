#include "core/pace/folder.h"

#include <stdlib.h>
#include <string.h>

#include "core/pace/share.h"

enum { LOCKED_MS = 3, WHY_MOST = 128 }; /* the wait when another process has the quota locked */

typedef struct {
  tether_grants grants;
  tether_share *share; /* NULL: not joined */
  char *folder;        /* NULL: this process alone */
  char why[WHY_MOST];
} source;

static source *of(tether_grants *grants) { return (source *)grants; }

static bool join(tether_grants *grants, const char *url, const char *secret, tether_error *error) {
  tether_share *share = tether_share_open(of(grants)->folder, tether_share_key(url, secret), error);
  if (!share) return false;
  tether_share_close(of(grants)->share);
  of(grants)->share = share;
  return true;
}

static void expect(tether_grants *grants, const tether_waiting *waiting, int64_t now_ms) {
  (void)grants, (void)waiting, (void)now_ms; /* a file needs no forecast: each request asks for itself */
}

static tether_verdict take(tether_grants *grants, const tether_ask *ask, int64_t now_ms, uint32_t *number,
                           int64_t *until_ms, tether_error *error) {
  (void)error;
  tether_share *share = of(grants)->share;
  *until_ms = now_ms + LOCKED_MS;
  tether_quota *quota = tether_share_lock(share);
  if (!quota) return TETHER_WAIT;
  tether_verdict verdict = tether_quota_take(quota, ask, now_ms, number, until_ms);
  if (verdict == TETHER_WAIT) tether_share_bury_dead(share, now_ms);
  tether_share_unlock(share);
  return verdict;
}

static void answered(tether_grants *grants, uint32_t number, const tether_heard *heard, int64_t now_ms) {
  tether_quota *quota = tether_share_lock(of(grants)->share);
  if (!quota) return; /* then the slot ends at its deadline */
  tether_quota_answered(quota, number, heard, now_ms);
  tether_share_unlock(of(grants)->share);
}

static void drop(tether_grants *grants, uint32_t number) {
  tether_quota *quota = tether_share_lock(of(grants)->share);
  if (!quota) return;
  tether_quota_drop(quota, number);
  tether_share_unlock(of(grants)->share);
}

static void day_ends(tether_grants *grants, int64_t at_ms) {
  tether_quota *quota = tether_share_lock(of(grants)->share);
  if (!quota) return;
  tether_quota_day_ends(quota, at_ms);
  tether_share_unlock(of(grants)->share);
}

static bool known(tether_grants *grants, tether_known *out, int64_t now_ms) {
  tether_quota *quota = tether_share_lock(of(grants)->share);
  if (!quota) return false;
  *out = (tether_known){.window_ms = quota->window.span_ms,
                        .window_most = quota->learnt ? quota->window.most : -1,
                        .window_left = quota->learnt ? tether_quota_window_left(quota, now_ms) : -1,
                        .daily = quota->daily,
                        .daily_left = quota->daily_left,
                        .day_end_ms = quota->day_end_ms,
                        .round_trip_ms = quota->round_trip_ms};
  tether_share_unlock(of(grants)->share);
  return true;
}

static void sharing(tether_grants *grants, tether_sharing *out) {
  source *self = of(grants);
  bool left = self->share && tether_share_problem(self->share, self->why, sizeof self->why);
  *out = (tether_sharing){.through = self->folder ? "folder" : NULL,
                          .where = self->folder ? self->folder : "",
                          .problem = left ? self->why : "",
                          .code = left ? TETHER_FILE_FAILED : TETHER_OK};
}

static void free_source(tether_grants *grants, bool abandon) {
  (void)abandon; /* closing copies of descriptors takes nothing from the parent */
  tether_share_close(of(grants)->share);
  free(of(grants)->folder);
  free(grants);
}

tether_grants *tether_grants_of_folder(const char *folder, tether_error *error) {
  static const tether_grants_kind kind = {join,  expect,  take,        answered, drop, day_ends,
                                          known, sharing, free_source, NULL,     NULL};
  source *self = calloc(1, sizeof *self);
  if (self && (!folder || (self->folder = strdup(folder)))) {
    self->grants.kind = &kind;
    return &self->grants;
  }
  free(self);
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
  return NULL;
}
