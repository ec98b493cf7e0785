#include "core/pace/quota.h"

enum {
  MARGIN_MS = 2,        /* between our clock's ticks and the server's */
  POLL_MS = 25,         /* between looks, while another process's answer is awaited */
  URGENT_MS = 60,       /* how long one question of a single call holds bulk back */
  SECOND_MS = 1000,     /* the span of search, and of a window that is no longer enforced */
  PROBE_MS = 600000,    /* when to ask again where the day's end is unknown; no refusal holds others back for longer */
  SPAN_MOST_MS = 60000, /* six times the window that HubSpot documents: a header that names a longer one is wrong */
  REQUEST_MS = 86400000 * 2, /* no request is under way for longer: its timeout is at most a day */
  DAY_MS = 86400000
};

void tether_quota_init(tether_quota *quota) {
  *quota = (tether_quota){.daily = -1, .daily_left = -1, .daily_least = -1};
  quota->window.span_ms = TETHER_WINDOW_MS;
  quota->window.most = TETHER_WINDOW_MOST;
  quota->search.span_ms = SECOND_MS;
  quota->search.most = TETHER_SEARCH_MOST;
}

static bool is_sane_slot(const tether_slot *slot, int64_t now_ms) {
  return slot->sent_ms <= now_ms && slot->answered_ms <= now_ms && slot->deadline_ms <= now_ms + REQUEST_MS;
}

static bool is_sane_span(const tether_span *span, int64_t now_ms) {
  if (span->span_ms < 1 || span->span_ms > SPAN_MOST_MS || span->most < 1 || span->most > TETHER_SLOTS) return false;
  if (span->blocked_until_ms > now_ms + PROBE_MS || span->count > TETHER_SLOTS) return false;
  for (size_t i = 0; i < span->count; i++)
    if (!is_sane_slot(&span->slots[i], now_ms)) return false;
  return true;
}

bool tether_quota_is_sane(const tether_quota *quota, int64_t now_ms) {
  return is_sane_span(&quota->window, now_ms) && is_sane_span(&quota->search, now_ms) && quota->daily >= -1 &&
         quota->daily_left >= -1 && quota->daily_least >= -1 && quota->daily_seen_ms <= now_ms &&
         quota->daily_least_ms <= now_ms && quota->day_end_ms >= 0 && quota->day_end_ms <= now_ms + 2 * DAY_MS &&
         quota->urgent_until_ms <= now_ms + URGENT_MS && quota->round_trip_ms >= 0 &&
         quota->round_trip_ms <= SPAN_MOST_MS;
}

/* -- slots -------------------------------------------------------------------------------------------------------- */

static int64_t free_at(const tether_quota *quota, const tether_span *span, const tether_slot *slot) {
  /* The server counted this request one way (half a round trip) before its answer was here, and will count the next
   * request one way after it is sent. */
  if (slot->answered_ms) return slot->answered_ms + span->span_ms - quota->round_trip_ms + MARGIN_MS;
  return slot->deadline_ms + span->span_ms;
}

static void remove_slot(tether_span *span, size_t i) { span->slots[i] = span->slots[--span->count]; }

static void forget_free(const tether_quota *quota, tether_span *span, int64_t now_ms) {
  for (size_t i = span->count; i-- > 0;)
    if (free_at(quota, span, &span->slots[i]) <= now_ms) remove_slot(span, i);
}

static int64_t earliest(const tether_quota *quota, const tether_span *span, int64_t now_ms) {
  int64_t at = now_ms + SPAN_MOST_MS;
  bool under_way = false;
  for (size_t i = 0; i < span->count; i++) {
    int64_t free = free_at(quota, span, &span->slots[i]);
    if (free < at) at = free;
    under_way |= span->slots[i].answered_ms == 0;
  }
  return under_way && at > now_ms + POLL_MS ? now_ms + POLL_MS : at;
}

static tether_slot *find(tether_span *span, uint32_t number) {
  for (size_t i = 0; number && i < span->count; i++)
    if (span->slots[i].number == number) return &span->slots[i];
  return NULL;
}

static void add(tether_span *span, tether_slot slot) {
  if (span->count < TETHER_SLOTS) span->slots[span->count++] = slot;
}

static int64_t under_way_in(const tether_span *span, int64_t sent_until_ms) {
  int64_t count = 0;
  for (size_t i = 0; i < span->count; i++)
    count += span->slots[i].answered_ms == 0 && span->slots[i].sent_ms <= sent_until_ms;
  return count;
}

/* Requests that have no answer yet and were sent by then. */
static int64_t under_way(const tether_quota *quota, int64_t sent_until_ms) {
  return under_way_in(&quota->window, sent_until_ms) + under_way_in(&quota->search, sent_until_ms);
}

/* -- the day ------------------------------------------------------------------------------------------------------- */

static void pass_midnight(tether_quota *quota, int64_t now_ms) {
  bool over = quota->day_end_ms && now_ms >= quota->day_end_ms;
  bool stale = !quota->day_end_ms && quota->daily_left >= 0 && now_ms - quota->daily_seen_ms >= PROBE_MS;
  if (over) quota->day_end_ms += DAY_MS;
  if (over || stale) quota->daily_left = quota->daily_least = -1;
}

static tether_verdict ask_day(tether_quota *quota, int64_t reserve, int64_t now_ms, int64_t *until_ms) {
  pass_midnight(quota, now_ms);
  if (quota->daily_left < 0 || quota->daily_left > reserve) return TETHER_GO;
  /* The server may have counted these requests already when it named the least budget. Then they are subtracted twice,
   * until their own answers correct that. */
  int64_t doubtful = under_way(quota, quota->daily_least_ms);
  if (doubtful > 0 && quota->daily_left + doubtful > reserve) {
    *until_ms = now_ms + POLL_MS;
    return TETHER_WAIT;
  }
  *until_ms = quota->day_end_ms ? quota->day_end_ms : quota->daily_seen_ms + PROBE_MS;
  return TETHER_DAY_OVER;
}

void tether_quota_day_ends(tether_quota *quota, int64_t at_ms) { quota->day_end_ms = at_ms; }

/* -- asking -------------------------------------------------------------------------------------------------------- */

tether_verdict tether_quota_take(tether_quota *quota, const tether_ask *ask, int64_t now_ms, uint32_t *number,
                                 int64_t *until_ms) {
  tether_span *span = ask->search ? &quota->search : &quota->window;
  tether_verdict day = ask_day(quota, ask->reserve, now_ms, until_ms);
  if (day != TETHER_GO) return day;
  forget_free(quota, span, now_ms);
  if (ask->lane == TETHER_BULK && !ask->due && quota->urgent_until_ms > now_ms) {
    *until_ms = quota->urgent_until_ms;
    return TETHER_WAIT;
  }
  if (span->blocked_until_ms > now_ms || (int64_t)span->count >= span->most) {
    if (ask->lane == TETHER_SINGLE && !ask->search) quota->urgent_until_ms = now_ms + URGENT_MS;
    *until_ms = span->blocked_until_ms > now_ms ? span->blocked_until_ms : earliest(quota, span, now_ms);
    return TETHER_WAIT;
  }
  if (++quota->last_number == 0) quota->last_number = 1;
  *number = quota->last_number;
  add(span, (tether_slot){.sent_ms = now_ms, .deadline_ms = ask->deadline_ms, .number = *number, .owner = ask->owner});
  if (quota->daily_left > 0) quota->daily_left--;
  return TETHER_GO;
}

/* -- learning ------------------------------------------------------------------------------------------------------ */

static int64_t within(int64_t value, int64_t least, int64_t most) {
  return value < least ? least : value > most ? most : value;
}

/* Requests that were answered before this request was sent are certainly counted. When the server counts fewer, the
 * oldest of them have left its window. */
static void forget_uncounted(tether_span *span, int64_t sent_ms, int64_t used) {
  int64_t certain = 0;
  for (size_t i = 0; i < span->count; i++)
    certain += span->slots[i].answered_ms && span->slots[i].answered_ms < sent_ms;
  for (; certain > used; certain--) {
    size_t oldest = span->count;
    for (size_t i = 0; i < span->count; i++)
      if (span->slots[i].answered_ms && span->slots[i].answered_ms < sent_ms &&
          (oldest == span->count || span->slots[i].answered_ms < span->slots[oldest].answered_ms))
        oldest = i;
    remove_slot(span, oldest);
  }
}

/* When the server counts more requests than all of ours together, others use the token. */
static void count_others(tether_span *span, int64_t used, int64_t now_ms) {
  while ((int64_t)span->count < used && span->count < TETHER_SLOTS)
    add(span, (tether_slot){.sent_ms = now_ms, .answered_ms = now_ms});
}

static void forget_answered(tether_span *span) {
  for (size_t i = span->count; i-- > 0;)
    if (span->slots[i].answered_ms) remove_slot(span, i);
}

static void hear_window(tether_quota *quota, int64_t sent_ms, const tether_heard *heard, int64_t now_ms) {
  tether_span *window = &quota->window;
  window->most = within(heard->window_most, 1, TETHER_SLOTS);
  quota->learnt = 1;
  int64_t used = within(heard->window_most - heard->window_left, 0, TETHER_SLOTS);
  forget_uncounted(window, sent_ms, used);
  count_others(window, used, now_ms);
}

/* Answers overtake each other. Of answers to requests that were sent before the least budget was heard, the one with
 * the least budget is the latest. A request that was sent later, and whose answer names more, belongs to another
 * day. */
static void hear_day(tether_quota *quota, int64_t sent_ms, const tether_heard *heard, int64_t now_ms) {
  bool later = quota->daily_least < 0 || sent_ms > quota->daily_least_ms;
  if (later || heard->daily_left <= quota->daily_least) {
    quota->daily_least = heard->daily_left;
    quota->daily_least_ms = now_ms;
  }
  quota->daily = heard->daily;
  quota->daily_left = within(quota->daily_least - under_way(quota, now_ms), 0, INT64_MAX);
  quota->daily_seen_ms = now_ms;
}

/* Holds requests of the refused kind back for as long as the refusal says. If it does not say, they wait for the
 * span whose limit it names. */
static void refuse(tether_quota *quota, bool search, const tether_heard *heard, int64_t now_ms) {
  if (heard->refusal == TETHER_LIMITED_DAY) {
    quota->daily_left = quota->daily_least = 0;
    quota->daily_seen_ms = quota->daily_least_ms = now_ms;
    return;
  }
  tether_span *span = search ? &quota->search : &quota->window;
  int64_t wait_ms = heard->refusal == TETHER_LIMITED_SECOND ? SECOND_MS : quota->window.span_ms;
  if (heard->retry_after_ms >= 0) wait_ms = within(heard->retry_after_ms, 0, PROBE_MS);
  if (now_ms + wait_ms > span->blocked_until_ms) span->blocked_until_ms = now_ms + wait_ms;
}

static void hear(tether_quota *quota, bool search, uint32_t number, int64_t sent_ms, const tether_heard *heard,
                 int64_t now_ms) {
  tether_span *window = &quota->window;
  if (heard->round_trip_ms > 0 && (!quota->round_trip_ms || heard->round_trip_ms < quota->round_trip_ms))
    quota->round_trip_ms = heard->round_trip_ms;
  if (heard->daily >= 0 && heard->daily_left >= 0) hear_day(quota, sent_ms, heard, now_ms);
  if (heard->window_ms > 0 && heard->window_ms <= SPAN_MOST_MS) window->span_ms = heard->window_ms;
  if (heard->refusal != TETHER_NOT_LIMITED) refuse(quota, search, heard, now_ms);
  if (search) return;
  if (heard->window_most > 0 && heard->window_left >= 0) {
    hear_window(quota, sent_ms, heard, now_ms);
  } else if (heard->success && quota->learnt) { /* the window does not count this request: its answer names none */
    tether_slot *slot = find(window, number);
    if (slot) remove_slot(window, (size_t)(slot - window->slots));
  } else if (heard->success) { /* an account without limits */
    forget_answered(window);
  }
}

void tether_quota_answered(tether_quota *quota, uint32_t number, const tether_heard *heard, int64_t now_ms) {
  tether_slot *slot = find(&quota->window, number);
  bool search = !slot && (slot = find(&quota->search, number));
  int64_t sent_ms = slot ? slot->sent_ms : now_ms;
  if (slot) slot->answered_ms = now_ms;
  if (heard) hear(quota, search, number, sent_ms, heard, now_ms);
}

void tether_quota_drop(tether_quota *quota, uint32_t number) {
  tether_span *const spans[] = {&quota->window, &quota->search};
  for (size_t i = 0; i < 2; i++) {
    tether_slot *slot = find(spans[i], number);
    if (!slot) continue;
    remove_slot(spans[i], (size_t)(slot - spans[i]->slots));
    if (quota->daily_left >= 0) quota->daily_left++;
  }
}

void tether_quota_bury(tether_quota *quota, int32_t owner, int64_t now_ms) {
  tether_span *const spans[] = {&quota->window, &quota->search};
  for (size_t k = 0; k < 2; k++)
    for (size_t i = 0; i < spans[k]->count; i++)
      if (spans[k]->slots[i].owner == owner && !spans[k]->slots[i].answered_ms) spans[k]->slots[i].answered_ms = now_ms;
}

int64_t tether_quota_window_left(const tether_quota *quota, int64_t now_ms) {
  int64_t used = 0;
  for (size_t i = 0; i < quota->window.count; i++)
    used += free_at(quota, &quota->window, &quota->window.slots[i]) > now_ms;
  return within(quota->window.most - used, 0, quota->window.most);
}
