#include "portal/lab/throttle.h"

#include <stdlib.h>

/* A pack is one API limit increase. The associations guide of v4 still has the older figures; none for OAuth apps. */
static const struct {
  portal_allowance newer, older;
} tiers[] = {
    [PORTAL_TIER_none] = {{0, 0}, {0, 0}},
    [PORTAL_TIER_free] = {{100, 250000}, {100, 250000}},
    [PORTAL_TIER_free_pack] = {{250, 1250000}, {200, 1000000}},
    [PORTAL_TIER_professional] = {{190, 625000}, {150, 500000}},
    [PORTAL_TIER_professional_pack] = {{250, 1625000}, {200, 1000000}},
    [PORTAL_TIER_enterprise] = {{190, 1000000}, {150, 500000}},
    [PORTAL_TIER_enterprise_pack] = {{250, 2000000}, {200, 1000000}},
    [PORTAL_TIER_oauth] = {{110, 0}, {110, 0}},
};

portal_allowance portal_tier_allowance(int64_t tier, bool older) {
  size_t count = sizeof tiers / sizeof *tiers, place = tier >= 0 && (size_t)tier < count ? (size_t)tier : 0;
  return older ? tiers[place].older : tiers[place].newer;
}

void portal_throttle_free(portal_throttle *throttle) {
  free(throttle->window.times);
  free(throttle->second.times);
  *throttle = (portal_throttle){.day = 0};
}

/* -- spans -------------------------------------------------------------------------------------------------------- */

static void forget_older(portal_span *span, int64_t than_ms) {
  while (span->count && span->times[span->first] <= than_ms) {
    span->first = (span->first + 1) % span->capacity;
    span->count--;
  }
}

/* Gives the ring another size. The times are laid out anew, and the newest are kept. */
static bool fit(portal_span *span, size_t capacity) {
  if (span->capacity == capacity) return true;
  int64_t *times = calloc(capacity, sizeof *times);
  if (!times) return false;
  size_t kept = span->count < capacity ? span->count : capacity, skipped = span->count - kept;
  for (size_t i = 0; i < kept; i++) times[i] = span->times[(span->first + skipped + i) % span->capacity];
  free(span->times);
  *span = (portal_span){.times = times, .capacity = capacity, .count = kept};
  return true;
}

/* Whether one more request may pass in the span of time that ends now. */
static bool has_room(portal_span *span, int64_t most, int64_t now_ms, int64_t span_ms) {
  if (!fit(span, (size_t)most)) return false;
  forget_older(span, now_ms - span_ms);
  return span->count < span->capacity;
}

static void push(portal_span *span, int64_t now_ms) {
  span->times[(span->first + span->count++) % span->capacity] = now_ms;
}

/* -- deciding ----------------------------------------------------------------------------------------------------- */

portal_policy portal_throttle_take(portal_throttle *throttle, portal_allowance allowance, portal_kind kind,
                                   int64_t now_ms, int64_t day) {
  bool in_window = allowance.burst && !kind.search && !kind.exempt, limited = allowance.burst || allowance.daily;
  if (day != throttle->day) {
    throttle->day = day;
    throttle->day_count = 0;
  }
  if (allowance.daily && throttle->day_count >= allowance.daily) return PORTAL_DAILY;
  if (limited && kind.search && !has_room(&throttle->second, PORTAL_SEARCH_A_SECOND, now_ms, 1000))
    return PORTAL_SECONDLY;
  if (allowance.burst && !has_room(&throttle->window, allowance.burst, now_ms, PORTAL_WINDOW_MS) && in_window)
    return PORTAL_TEN_SECONDLY;
  throttle->day_count++;
  if (limited && kind.search) push(&throttle->second, now_ms);
  if (in_window) push(&throttle->window, now_ms);
  return PORTAL_PASS;
}

int64_t portal_throttle_window_left(const portal_throttle *throttle, portal_allowance allowance) {
  int64_t left = allowance.burst - (int64_t)throttle->window.count;
  return left > 0 ? left : 0;
}

int64_t portal_throttle_day_left(const portal_throttle *throttle, portal_allowance allowance) {
  int64_t left = allowance.daily - throttle->day_count;
  return left > 0 ? left : 0;
}

int64_t portal_throttle_wait_ms(const portal_throttle *throttle, portal_allowance allowance, int64_t now_ms) {
  const portal_span *window = &throttle->window;
  if (!allowance.burst || (int64_t)window->count < allowance.burst) return 0;
  return window->times[window->first] + PORTAL_WINDOW_MS - now_ms;
}

int64_t portal_span_used(const portal_span *span, int64_t since_ms) {
  size_t used = span->count;
  while (used && span->times[(span->first + span->count - used) % span->capacity] <= since_ms) used--;
  return (int64_t)used;
}
