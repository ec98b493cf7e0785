/* Webhooks as HubSpot's routes have them (csrc/data/wire.md, 13.1), and as the portal's own do. */
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"

static bool read_number(portal_call *call, const char *text, int64_t *number) {
  portal_id id;
  portal_id_of_text(text, &id);
  *number = id.value;
  return id.value > 0 || portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "resource not found");
}

/* The app of the path, and the id at its end. */
static bool read_ids(portal_call *call, int64_t *app, int64_t *id) {
  return read_number(call, call->request->a, app) && read_number(call, call->request->id, id);
}

static bool answer(portal_call *call, int status, json_t *body) {
  return body && portal_answer_json(call, status, body);
}

static bool gone(portal_call *call, bool there) {
  if (there) return portal_answer_nothing(call);
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "resource not found");
}

/* -- settings ----------------------------------------------------------------------------------------------------- */

bool portal_hook_settings_get(portal_call *call) {
  int64_t app;
  if (!read_number(call, call->request->a, &app)) return false;
  return answer(call, 200, portal_hooks_settings(call->app->hooks, app, call->problem));
}

/* HubSpot knows an app's secret; it comes with no request, and would be seen in the log. */
bool portal_hook_settings_put(portal_call *call) {
  int64_t app;
  if (!read_number(call, call->request->a, &app)) return false;
  json_object_del(call->json, "secret");
  return answer(call, 200, portal_hooks_put_settings(call->app->hooks, call->store, app, call->json, call->problem));
}

bool portal_hook_settings_delete(portal_call *call) {
  int64_t app;
  if (!read_number(call, call->request->a, &app)) return false;
  return gone(call, portal_hooks_remove(call->app->hooks, app));
}

/* -- subscriptions ------------------------------------------------------------------------------------------------ */

bool portal_subscriptions_list(portal_call *call) {
  int64_t app;
  if (!read_number(call, call->request->a, &app)) return false;
  json_t *list = portal_hooks_subscriptions(call->app->hooks, app, 0, call->problem);
  return list && portal_answer_results(call, list);
}

bool portal_subscription_create(portal_call *call) {
  int64_t app;
  if (!read_number(call, call->request->a, &app)) return false;
  if (!json_object_get(call->json, "active") && call->request->version != PORTAL_V3)
    return portal_require(call, call->json, "active", 0, 1);
  return answer(call, 201, portal_hooks_subscribe(call->app->hooks, call->store, app, call->json, call->problem));
}

bool portal_subscription_get(portal_call *call) {
  int64_t app, id;
  if (!read_ids(call, &app, &id)) return false;
  return answer(call, 200, portal_hooks_subscriptions(call->app->hooks, app, id, call->problem));
}

static json_t *activate(portal_call *call, int64_t app, int64_t id, const json_t *body, portal_problem *problem) {
  const json_t *active = json_object_get(body, "active");
  if (json_is_boolean(active))
    return portal_hooks_activate(call->app->hooks, call->store, app, id, json_is_true(active), problem);
  portal_refuse(problem, 400, "VALIDATION_ERROR", "active: true or false is needed");
  return NULL;
}

bool portal_subscription_update(portal_call *call) {
  int64_t app, id;
  if (!read_ids(call, &app, &id)) return false;
  return answer(call, 200, activate(call, app, id, call->json, call->problem));
}

bool portal_subscription_delete(portal_call *call) {
  int64_t app, id;
  if (!read_ids(call, &app, &id)) return false;
  return gone(call, portal_hooks_unsubscribe(call->app->hooks, app, id));
}

/* One input, { id, active }; what is wrong with it fails it alone. */
static bool update_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id id, app;
  (void)i;
  portal_id_of_text(call->request->a, &app);
  if (!portal_id_of_json(json_object_get(input, "id"), &id)) id.value = 0;
  json_t *shown = activate(call, app.value, id.value, input, &problem);
  if (shown)
    portal_batch_item(batch, shown);
  else
    portal_batch_fail(batch, &problem);
  return true;
}

bool portal_subscriptions_update(portal_call *call) { return portal_batch_each(call, 1000, update_one, 200, 207); }

/* -- the portal's own --------------------------------------------------------------------------------------------- */

bool portal_admin_subscribe(portal_call *call) {
  json_t *ids = portal_hooks_set_up(call->app->hooks, call->store, call->json, call->problem);
  return ids && portal_answer_json(call, 200, json_pack("{s:o}", "subscriptions", ids));
}

bool portal_admin_webhooks(portal_call *call) { return answer(call, 200, portal_hooks_state(call->app->hooks)); }

bool portal_admin_clear_webhooks(portal_call *call) {
  portal_hooks_clear(call->app->hooks);
  return portal_answer_nothing(call);
}

bool portal_admin_deliveries(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  if (!portal_hooks_log(call->app->hooks, &call->answer->text.buffer, &error))
    return portal_refuse(call->problem, 500, NULL, "%s", error.text);
  call->answer->type = "application/x-ndjson";
  call->answer->status = 200;
  return true;
}

bool portal_admin_clear_deliveries(portal_call *call) {
  portal_hooks_clear_log(call->app->hooks);
  return portal_answer_nothing(call);
}
