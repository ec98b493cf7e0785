#include "portal/http/limiter.h"

#include <string.h>

#include "base/clock.h"
#include "portal/api/handlers.h"
#include "portal/http/route.h"

enum { DAY_MS = 86400000 };

static const struct {
  const char *policy, *message;
} refusals[] = {
    [PORTAL_DAILY] = {"DAILY", "You have reached your daily limit."},
    [PORTAL_TEN_SECONDLY] = {"TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit."},
    [PORTAL_SECONDLY] = {"SECONDLY", "You have reached your secondly limit."},
};

static portal_allowance allowance_of(const portal_app *app) {
  portal_allowance allowance =
      portal_tier_allowance(app->store.switches[PORTAL_TIER], PORTAL_IS(&app->store, TIER_FIGURES, older));
  if (app->store.switches[PORTAL_BURST]) allowance.burst = app->store.switches[PORTAL_BURST];
  if (app->store.switches[PORTAL_DAILY_LIMIT]) allowance.daily = app->store.switches[PORTAL_DAILY_LIMIT];
  return allowance;
}

static int64_t local_ms(const portal_app *app, int64_t now_ms) {
  return now_ms + app->store.switches[PORTAL_UTC_OFFSET] * 60000;
}

/* Search answers carry no headers, exempt ones no window, OAuth apps no day (wire.md, 10.2). */
static void add_headers(portal_call *call, portal_allowance allowance, portal_kind kind) {
  const portal_throttle *throttle = &call->app->throttle;
  if (kind.search) return;
  if (allowance.daily) {
    portal_answer_header(call->answer, "X-HubSpot-RateLimit-Daily", "%lld", (long long)allowance.daily);
    portal_answer_header(call->answer, "X-HubSpot-RateLimit-Daily-Remaining", "%lld",
                         (long long)portal_throttle_day_left(throttle, allowance));
  }
  if (!allowance.burst || kind.exempt) return;
  portal_answer_header(call->answer, "X-HubSpot-RateLimit-Interval-Milliseconds", "%d", PORTAL_WINDOW_MS);
  portal_answer_header(call->answer, "X-HubSpot-RateLimit-Max", "%lld", (long long)allowance.burst);
  portal_answer_header(call->answer, "X-HubSpot-RateLimit-Remaining", "%lld",
                       (long long)portal_throttle_window_left(throttle, allowance));
}

static void add_retry_after(portal_call *call, portal_policy policy, portal_allowance allowance, int64_t now_ms) {
  int64_t wait_ms = policy == PORTAL_DAILY      ? DAY_MS - local_ms(call->app, now_ms) % DAY_MS
                    : policy == PORTAL_SECONDLY ? 1000
                                                : portal_throttle_wait_ms(&call->app->throttle, allowance, now_ms);
  if (PORTAL_IS(call->store, RETRY_AFTER, on))
    portal_answer_header(call->answer, "Retry-After", "%lld", (long long)(wait_ms + 999) / 1000);
}

bool portal_limiter_pass(portal_call *call) {
  portal_app *app = call->app;
  const portal_route *route = call->request->route;
  portal_allowance allowance = allowance_of(app);
  portal_kind kind = {.search = route && strcmp(route->name, "record_search") == 0,
                      .exempt =
                          route && (route->flags & PORTAL_ROUTE_EXEMPT) && PORTAL_IS(&app->store, EXEMPTIONS, on)};
  int64_t now_ms = call->request->started_ms;
  portal_policy policy = portal_throttle_take(&app->throttle, allowance, kind, now_ms, local_ms(app, now_ms) / DAY_MS);
  add_headers(call, allowance, kind);
  if (policy == PORTAL_PASS) return true;
  add_retry_after(call, policy, allowance, now_ms);
  portal_refuse(call->problem, 429, NULL, "%s", refusals[policy].message);
  if (PORTAL_IS(&app->store, RATE_LIMIT_BODY, category))
    call->problem->category = "RATE_LIMITS";
  else
    call->problem->policy = refusals[policy].policy;
  return false;
}

json_t *portal_limiter_json(portal_app *app, int64_t now_ms) {
  portal_allowance allowance = allowance_of(app);
  int64_t day = local_ms(app, now_ms) / DAY_MS;
  bool limited = allowance.burst || allowance.daily;
  return json_pack(
      "{s:{s:I, s:I, s:i}, s:{s:I, s:i, s:i}, s:{s:I, s:I, s:I}}", "window", "used",
      (json_int_t)portal_span_used(&app->throttle.window, now_ms - PORTAL_WINDOW_MS), "most",
      (json_int_t)allowance.burst, "span_ms", PORTAL_WINDOW_MS, "second", "used",
      (json_int_t)portal_span_used(&app->throttle.second, now_ms - 1000), "most", limited ? PORTAL_SEARCH_A_SECOND : 0,
      "span_ms", 1000, "day", "used", (json_int_t)(day == app->throttle.day ? app->throttle.day_count : 0), "most",
      (json_int_t)allowance.daily, "resets_ms", (json_int_t)(now_ms + DAY_MS - local_ms(app, now_ms) % DAY_MS));
}

bool portal_api_usage(portal_call *call) {
  portal_app *app = call->app;
  portal_allowance allowance = allowance_of(app);
  int64_t now_ms = call->request->started_ms;
  char collected[TETHER_CLOCK_ISO], resets[TETHER_CLOCK_ISO];
  tether_clock_iso(now_ms, collected);
  tether_clock_iso(now_ms + DAY_MS - local_ms(app, now_ms) % DAY_MS, resets);
  call->answer->body =
      json_pack("{s:[{s:s, s:I, s:I, s:s, s:s, s:s}]}", "results", "name", "private-apps-api-calls-daily", "usageLimit",
                (json_int_t)allowance.daily, "currentUsage", (json_int_t)app->throttle.day_count, "collectedAt",
                collected, "fetchStatus", "SUCCESS", "resetsAt", resets);
  call->answer->status = 200;
  return true;
}
