#include "portal/api/answers.h"

#include "base/clock.h"

bool portal_answer_json(portal_call *call, int status, json_t *body) {
  call->answer->body = body;
  call->answer->status = status;
  return true;
}

bool portal_answer_results(portal_call *call, json_t *results) {
  return portal_answer_json(call, 200, json_pack("{s:o}", "results", results));
}

bool portal_answer_nothing(portal_call *call) {
  call->answer->status = 204;
  return true;
}

json_t *portal_now_json(const portal_store *store) {
  char now[TETHER_CLOCK_ISO];
  tether_clock_iso(portal_now_ms(&store->clock), now);
  return json_string(now);
}

void portal_default_to(json_t *object, const char *name, json_t *value) {
  if (json_object_get(object, name))
    json_decref(value);
  else
    json_object_set_new(object, name, value);
}
