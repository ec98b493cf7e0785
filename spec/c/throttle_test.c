/* The portal's limits, told the time to the millisecond, beside a list of all that has passed. */
#include "portal/lab/throttle.h"

#include <string.h>

#include "check.h"

enum { CALLS = 5000, DAY_MS = 40000 };

typedef struct {
  int64_t at_ms;
  portal_kind kind;
} call;

static call passed[CALLS];
static size_t count;

static uint64_t seed = 88172645463325252u;
static int64_t chance(int64_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (int64_t)((seed >> 20) % (uint64_t)below);
}

static int64_t held(int64_t now_ms, int64_t span_ms, bool searches) {
  int64_t held = 0;
  for (size_t i = 0; i < count; i++)
    held +=
        passed[i].at_ms > now_ms - span_ms && passed[i].kind.search == searches && (searches || !passed[i].kind.exempt);
  return held;
}

static int64_t of_day(int64_t day) {
  int64_t of_day = 0;
  for (size_t i = 0; i < count; i++) of_day += passed[i].at_ms / DAY_MS == day;
  return of_day;
}

static portal_policy wanted(portal_allowance allowance, portal_kind kind, int64_t now_ms) {
  if (allowance.daily && of_day(now_ms / DAY_MS) >= allowance.daily) return PORTAL_DAILY;
  if (kind.search) return held(now_ms, 1000, true) < PORTAL_SEARCH_A_SECOND ? PORTAL_PASS : PORTAL_SECONDLY;
  if (kind.exempt || !allowance.burst) return PORTAL_PASS;
  return held(now_ms, PORTAL_WINDOW_MS, false) < allowance.burst ? PORTAL_PASS : PORTAL_TEN_SECONDLY;
}

/* Steps are mostly of whole seconds, so that a call often stands at the very end of a span. */
static void passes_as_the_list_says(portal_allowance allowance) {
  portal_throttle throttle = {.day = 0};
  int64_t now_ms = DAY_MS;
  count = 0;
  for (int turn = 0; turn < CALLS; turn++) {
    portal_kind kind = {.search = chance(4) == 0};
    kind.exempt = !kind.search && chance(5) == 0;
    if (chance(3) == 0) now_ms += chance(3) ? 1000 * chance(4) : chance(50);
    portal_policy policy = wanted(allowance, kind, now_ms);
    CHECK(portal_throttle_take(&throttle, allowance, kind, now_ms, now_ms / DAY_MS) == policy);
    if (policy == PORTAL_PASS) passed[count++] = (call){now_ms, kind};
    if (allowance.daily)
      CHECK(portal_throttle_day_left(&throttle, allowance) == allowance.daily - of_day(now_ms / DAY_MS));
    if (policy == PORTAL_TEN_SECONDLY) {
      int64_t wait_ms = portal_throttle_wait_ms(&throttle, allowance, now_ms);
      CHECK(wanted(allowance, kind, now_ms + wait_ms) == PORTAL_PASS || allowance.daily);
      CHECK(wanted(allowance, kind, now_ms + wait_ms - 1) == PORTAL_TEN_SECONDLY);
    }
    if (failed) break;
  }
  CHECK(count > 100);
  portal_throttle_free(&throttle);
}

/* HubSpot's figures (wire.md, 10.1). */
static void each_tier_has_its_figures(void) {
  static const struct {
    int64_t tier, burst, daily, older_burst, older_daily;
  } tiers[] = {{PORTAL_TIER_none, 0, 0, 0, 0},
               {PORTAL_TIER_free, 100, 250000, 100, 250000},
               {PORTAL_TIER_free_pack, 250, 1250000, 200, 1000000},
               {PORTAL_TIER_professional, 190, 625000, 150, 500000},
               {PORTAL_TIER_professional_pack, 250, 1625000, 200, 1000000},
               {PORTAL_TIER_enterprise, 190, 1000000, 150, 500000},
               {PORTAL_TIER_enterprise_pack, 250, 2000000, 200, 1000000},
               {PORTAL_TIER_oauth, 110, 0, 110, 0}};
  for (size_t i = 0; i < sizeof tiers / sizeof *tiers; i++) {
    portal_allowance newer = portal_tier_allowance(tiers[i].tier, false),
                     older = portal_tier_allowance(tiers[i].tier, true);
    CHECK(newer.burst == tiers[i].burst && newer.daily == tiers[i].daily);
    CHECK(older.burst == tiers[i].older_burst && older.daily == tiers[i].older_daily);
  }
}

int main(void) {
  passes_as_the_list_says((portal_allowance){1, 0});
  passes_as_the_list_says((portal_allowance){10, 0});
  passes_as_the_list_says((portal_allowance){0, 30});
  passes_as_the_list_says((portal_allowance){7, 25});
  each_tier_has_its_figures();
  return failed != 0;
}
