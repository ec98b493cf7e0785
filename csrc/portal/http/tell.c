#include "portal/http/tell.h"

#include <stdlib.h>

#include "portal/api/answers.h"
#include "portal/http/limiter.h"

bool portal_health(portal_call *call) {
  bool well = !call->store->damaged;
  return portal_answer_json(call, well ? 200 : 503, json_pack("{s:s}", "status", well ? "ok" : "damaged"));
}

static json_t *counters_json(const portal_app *app) {
  tether_buffer text;
  tether_buffer_init(&text, TETHER_CEILING_FIELD);
  portal_counters_write(&app->counters, app->store.linked, &text, NULL);
  json_t *counters = json_loadb(text.data ? text.data : "", text.length, 0, NULL);
  tether_buffer_free(&text);
  return counters;
}

/* { now_ms, window, second, day, counters }; see limiter.h and lab/counters.h. */
bool portal_admin_limits(portal_call *call) {
  int64_t now_ms = call->request->started_ms;
  json_t *limits = portal_limiter_json(call->app, now_ms);
  json_object_set_new(limits, "now_ms", json_integer(now_ms));
  json_object_set_new(limits, "counters", counters_json(call->app));
  return portal_answer_json(call, 200, limits);
}
