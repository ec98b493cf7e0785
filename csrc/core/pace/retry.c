#include "core/pace/retry.h"

#include "core/wire/decode.h"

enum {
  CREDIT = 1000,            /* one attempt */
  CREDIT_MOST = 20000,      /* what can be saved up */
  CREDIT_SUCCESS = 100,     /* what a success earns: ten of them pay for one attempt */
  LONGEST_PAUSE_MS = 30000, /* doubling ends here */
  LOCK_PAUSES = 4,          /* 423: about two seconds between tries (wire.md, 10.3), which is four first pauses */
  MIGRATION_MS = 60000      /* 477 without Retry-After: a move between data centres takes up to a day (wire.md, 10.3) */
};

typedef enum { WAIT_LONGER, WAIT_FOR_LOCK, WAIT_FOR_WINDOW, WAIT_AS_TOLD, NO_MORE } pause_kind;

/* Ends that do not settle a request (wire.md, 11.2; wire.md, 10.3). Every other end settles it. */
static const struct {
  long status;
  tether_code code;
  bool applied; /* it can have been applied */
  pause_kind pause;
} ends[] = {
    {0, TETHER_HOST_UNREACHABLE, false, WAIT_LONGER},
    {0, TETHER_TIMED_OUT, true, WAIT_LONGER},
    {0, TETHER_CONNECTION_LOST, true, WAIT_LONGER},
    {0, TETHER_TOO_LARGE, true, NO_MORE}, /* an answer came, but it was too large to hold */
    {0, TETHER_NO_MEMORY, true, NO_MORE},
    {408, TETHER_OK, true, WAIT_LONGER},
    {423, TETHER_OK, false, WAIT_FOR_LOCK},
    {429, TETHER_OK, false, WAIT_FOR_WINDOW},
    {477, TETHER_OK, false, WAIT_AS_TOLD},
    {500, TETHER_OK, true, WAIT_LONGER},
    {502, TETHER_OK, true, WAIT_LONGER},
    {503, TETHER_OK, true, WAIT_LONGER},
    {504, TETHER_OK, true, WAIT_LONGER},
    {520, TETHER_OK, true, WAIT_LONGER},
    {521, TETHER_OK, true, WAIT_LONGER},
    {522, TETHER_OK, true, WAIT_LONGER},
    {523, TETHER_OK, true, WAIT_LONGER},
    {524, TETHER_OK, true, WAIT_LONGER},
};

enum { ENDS = sizeof ends / sizeof *ends, BROKEN = 2 /* as CONNECTION_LOST: the answer was lost on its way */ };

static size_t row_of(const tether_end *end) {
  if (end->broken) return BROKEN;
  for (size_t i = 0; i < ENDS; i++)
    if (ends[i].status == end->status && ends[i].code == end->code) return i;
  return ENDS;
}

void tether_budget_init(tether_budget *budget, int64_t now_ms) {
  *budget = (tether_budget){.credit = CREDIT_MOST, .seen_ms = now_ms};
}

static void fill(tether_budget *budget, int64_t credit) {
  budget->credit += credit;
  if (budget->credit > CREDIT_MOST) budget->credit = CREDIT_MOST;
}

void tether_budget_success(tether_budget *budget) { fill(budget, CREDIT_SUCCESS); }

/* When the budget can pay for an attempt: now, or once time has filled it again. It fills by one attempt a second. */
static int64_t pay(tether_budget *budget, int64_t now_ms) {
  fill(budget, now_ms - budget->seen_ms);
  budget->seen_ms = now_ms;
  budget->credit -= CREDIT;
  return budget->credit >= 0 ? now_ms : now_ms - budget->credit;
}

static int64_t doubled(int64_t pause_ms, int attempts) {
  for (int i = 1; i < attempts && pause_ms < LONGEST_PAUSE_MS; i++) pause_ms *= 2;
  return pause_ms < LONGEST_PAUSE_MS ? pause_ms : LONGEST_PAUSE_MS;
}

/* Clients that failed together must not come back together, so the pause is a random part of it, between half and
 * all. */
static int64_t jittered(int64_t pause_ms, uint64_t random) {
  return pause_ms - (int64_t)(random % (uint64_t)(pause_ms / 2 + 1));
}

/* The shortest pause, whatever the server says: a server that asks for no pause must not be hammered either. The
 * first refusal by the window needs none here, since the quota waits for it. */
static int64_t least_pause(const tether_retry_policy *policy, pause_kind kind, int attempts, uint64_t random) {
  switch (kind) {
  case WAIT_FOR_LOCK: /* at least that, never less */
    return doubled(policy->pause_ms * LOCK_PAUSES, attempts) + (int64_t)(random % (uint64_t)(policy->pause_ms + 1));
  case WAIT_FOR_WINDOW:
    return attempts == 1 ? 0 : jittered(doubled(policy->pause_ms, attempts - 1), random);
  default:
    return jittered(doubled(policy->pause_ms, attempts), random);
  }
}

static int64_t pause_of(const tether_retry_policy *policy, const tether_end *end, pause_kind kind, int attempts,
                        uint64_t random) {
  int64_t pause_ms = least_pause(policy, kind, attempts, random), told_ms = end->retry_after_ms;
  if (told_ms < 0 && kind == WAIT_AS_TOLD) told_ms = MIGRATION_MS;
  return told_ms > pause_ms ? told_ms : pause_ms;
}

/* An end that is not in the table settles the request. It does not always settle what became of an earlier attempt:
 * only an answer that speaks of the rows does that. An unlisted server error does not even tell whether its own attempt
 * was applied. 501 does: it means that the server has no such method. */
static tether_again settled(const tether_end *end, tether_history *history) {
  tether_code code = end->code != TETHER_OK ? end->code : tether_problem_code(end->status, "", "", "", "");
  if (end->status >= 500 && end->status != 501) history->in_doubt |= history->repeat != TETHER_READS;
  bool answered = end->code == TETHER_OK && end->status >= 200 && end->status < 300;
  return history->in_doubt && !answered && tether_problem_about(code) != TETHER_ABOUT_ROWS ? TETHER_IN_DOUBT
                                                                                           : TETHER_SETTLED;
}

tether_again tether_retry_decide(const tether_retry_policy *policy, tether_budget *budget, const tether_end *end,
                                 tether_history *history, int64_t now_ms, uint64_t random, int64_t *at_ms) {
  size_t row = row_of(end);
  if (row == ENDS) return settled(end, history);
  bool safe = history->repeat == TETHER_READS || history->repeat == TETHER_CONVERGES;
  history->in_doubt |= ends[row].applied && history->repeat != TETHER_READS;
  tether_again given_up = history->in_doubt ? TETHER_IN_DOUBT : TETHER_SETTLED;
  if (end->day_over || ends[row].pause == NO_MORE || (ends[row].applied && !safe)) return given_up;
  int64_t pause_ms = pause_of(policy, end, ends[row].pause, history->attempts, random);
  int64_t latest_ms = history->first_ms + policy->total_ms;
  if (now_ms + pause_ms > latest_ms) return given_up;
  /* A server that refuses by a limit or a lock is well: that costs no credit. */
  int64_t paid_ms = ends[row].pause == WAIT_LONGER ? pay(budget, now_ms) : now_ms;
  *at_ms = now_ms + pause_ms > paid_ms ? now_ms + pause_ms : paid_ms;
  return *at_ms > latest_ms ? given_up : TETHER_SEND_AGAIN;
}
