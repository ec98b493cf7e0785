#include "core/purse/purse.h"

#include <string.h>

enum {
  UNUSED_MS = 1000, /* a permit that was not used for so long is given back, for others to use */
  RECENT_MS = 2000, /* as many permits are asked for as calls went out in this time */
  FIRST_WANTS = 16, /* the least to ask for: a run that begins has sent nothing yet */
  SEARCH_MS = 1000, /* the span of searches */
  SLACK_MS = 1000,  /* a call stays in the log for so much longer than it is counted: clocks differ */
  TOLD = -1         /* in place of a question: it has arrived */
};

void tether_purse_init(tether_purse *purse) {
  memset(purse, 0, sizeof *purse);
  purse->span_ms = TETHER_WINDOW_MS;
}

/* -- permits ------------------------------------------------------------------------------------------------------- */

void tether_purse_add(tether_purse *purse, tether_purse_kind kind, int64_t from_ms, int64_t now_ms) {
  size_t count = purse->permit_count[kind], at = count;
  tether_permit *permits = purse->permits[kind];
  if (count == TETHER_PURSE_PERMITS) return;
  while (at > 0 && permits[at - 1].from_ms > from_ms) at--;
  memmove(permits + at + 1, permits + at, (count - at) * sizeof *permits);
  permits[at] = (tether_permit){from_ms, now_ms};
  purse->permit_count[kind]++;
}

static void remove_first(tether_purse *purse, tether_purse_kind kind) {
  purse->permit_count[kind]--;
  memmove(purse->permits[kind], purse->permits[kind] + 1, purse->permit_count[kind] * sizeof(tether_permit));
}

/* Whether a permit of a kind can be used now; if not, when the first permit can be used. */
static bool use(tether_purse *purse, tether_purse_kind kind, int64_t now_ms, int64_t *until_ms) {
  if (purse->permit_count[kind] == 0 || purse->lease_ms <= now_ms) return false;
  int64_t from_ms = purse->permits[kind][0].from_ms;
  if (from_ms > now_ms) {
    if (from_ms < *until_ms) *until_ms = from_ms;
    return false;
  }
  remove_first(purse, kind);
  return true;
}

uint32_t tether_purse_take(tether_purse *purse, tether_purse_kind kind, bool due, int64_t now_ms, int64_t *until_ms) {
  *until_ms = INT64_MAX;
  if (purse->call_count == TETHER_PURSE_CALLS) return 0;
  bool found = use(purse, kind, now_ms, until_ms);
  if (!found && kind == TETHER_FOR_SINGLE) found = use(purse, TETHER_FOR_BULK, now_ms, until_ms);
  if (!found && kind == TETHER_FOR_BULK && due) found = use(purse, TETHER_FOR_SINGLE, now_ms, until_ms);
  return found ? tether_purse_note(purse, kind, 0, now_ms) : 0;
}

void tether_purse_give_back(tether_purse *purse, bool all, int64_t now_ms) {
  for (int kind = 0; kind < TETHER_FOR_KINDS; kind++) {
    size_t kept = 0;
    for (size_t i = 0; i < purse->permit_count[kind]; i++) {
      const tether_permit *permit = &purse->permits[kind][i];
      int64_t idle_from_ms = permit->from_ms > permit->granted_ms ? permit->from_ms : permit->granted_ms;
      bool unused = purse->waiting[kind] == 0 && now_ms - idle_from_ms >= UNUSED_MS;
      if (!all && !unused) purse->permits[kind][kept++] = *permit;
    }
    purse->permit_count[kind] = kept;
  }
}

/* -- calls --------------------------------------------------------------------------------------------------------- */

uint32_t tether_purse_note(tether_purse *purse, tether_purse_kind kind, uint32_t own, int64_t now_ms) {
  if (purse->call_count == TETHER_PURSE_CALLS) return 0;
  if (++purse->last_number == 0) purse->last_number = 1;
  purse->calls[purse->call_count++] =
      (tether_purse_call){.number = purse->last_number, .own = own, .kind = kind, .sent_ms = now_ms};
  return purse->last_number;
}

tether_purse_call *tether_purse_find(tether_purse *purse, uint32_t number) {
  for (size_t i = 0; number && i < purse->call_count; i++)
    if (purse->calls[i].number == number) return &purse->calls[i];
  return NULL;
}

void tether_purse_forget(tether_purse *purse, uint32_t number) {
  tether_purse_call *call = tether_purse_find(purse, number);
  if (call) *call = purse->calls[--purse->call_count];
}

void tether_purse_drop(tether_purse *purse, uint32_t number, int64_t now_ms) {
  tether_purse_call *call = tether_purse_find(purse, number);
  if (!call) return;
  if (!call->own) tether_purse_add(purse, call->kind, now_ms, now_ms);
  tether_purse_forget(purse, number);
}

void tether_purse_prune(tether_purse *purse, int64_t now_ms) {
  for (size_t i = purse->call_count; i-- > 0;) {
    const tether_purse_call *call = &purse->calls[i];
    int64_t span_ms = call->kind == TETHER_FOR_SEARCH ? SEARCH_MS : purse->span_ms;
    if (call->answered_ms && call->answered_ms + span_ms + SLACK_MS <= now_ms)
      purse->calls[i] = purse->calls[--purse->call_count];
  }
}

size_t tether_purse_held(const tether_purse *purse, bool search) {
  size_t held = search ? purse->permit_count[TETHER_FOR_SEARCH]
                       : purse->permit_count[TETHER_FOR_SINGLE] + purse->permit_count[TETHER_FOR_BULK];
  for (size_t i = 0; i < purse->call_count; i++)
    held += purse->calls[i].answered_ms == 0 && (purse->calls[i].kind == TETHER_FOR_SEARCH) == search;
  return held;
}

void tether_purse_told(tether_purse *purse, int64_t question) {
  for (size_t i = 0; i < purse->call_count; i++)
    if (purse->calls[i].told == question) purse->calls[i].told = TOLD;
}

void tether_purse_retell(tether_purse *purse) {
  for (size_t i = 0; i < purse->call_count; i++) purse->calls[i].told = 0;
  purse->retells = true;
}

/* -- asking -------------------------------------------------------------------------------------------------------- */

size_t tether_purse_wants(const tether_purse *purse, tether_purse_kind kind, int64_t now_ms) {
  size_t recent = 0, there = purse->permit_count[kind];
  if (purse->waiting[kind] == 0) return 0;
  for (size_t i = 0; i < purse->call_count; i++)
    recent += purse->calls[i].kind == kind && now_ms - purse->calls[i].sent_ms < RECENT_MS;
  size_t wants = purse->waiting[kind] + (recent > FIRST_WANTS ? recent : FIRST_WANTS);
  if (wants > TETHER_PURSE_PERMITS / 2) wants = TETHER_PURSE_PERMITS / 2;
  return wants > there ? wants - there : 0;
}

static bool has_untold(const tether_purse *purse) {
  for (size_t i = 0; i < purse->call_count; i++)
    if (purse->calls[i].answered_ms && purse->calls[i].told != TOLD) return true;
  return false;
}

/* How long after the last question the next question is due, judged by what there is to ask; INT64_MAX: nothing is. */
static int64_t pause_ms(const tether_purse *purse) {
  bool waits = false, holds = false;
  for (int kind = 0; kind < TETHER_FOR_KINDS; kind++) {
    if (purse->waiting[kind] && purse->permit_count[kind] == 0 && purse->later_ms <= purse->asked_ms) return 0;
    waits |= purse->waiting[kind] > 0;
    holds |= purse->permit_count[kind] > 0;
  }
  if (waits) return TETHER_PURSE_PACE_MS;
  if (has_untold(purse) || holds) return 2 * TETHER_PURSE_PACE_MS;
  return tether_purse_held(purse, false) + tether_purse_held(purse, true) ? TETHER_PURSE_BEAT_MS : INT64_MAX;
}

int64_t tether_purse_asks_at(const tether_purse *purse) {
  int64_t pause = purse->retells ? 0 : pause_ms(purse);
  if (pause == INT64_MAX) return INT64_MAX;
  int64_t at = purse->asked_ms + pause, least = purse->asked_before_ms + TETHER_PURSE_SECOND_MS;
  return purse->asked_before_ms && least > at ? least : at;
}

void tether_purse_asked(tether_purse *purse, int64_t now_ms) {
  purse->asked_before_ms = purse->asked_ms;
  purse->asked_ms = now_ms;
  purse->retells = false;
}
