/* The routes under /portal/snapshots. A request is a transaction, and the account is copied between two: so the one
 * that was begun, in which nothing is changed yet, ends before, and a new one begins behind. */
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/snapshots/snapshots.h"

static bool refuse(portal_call *call, int status, const tether_error *error) {
  return portal_refuse(call->problem, status, status == 404 ? "OBJECT_NOT_FOUND" : "VALIDATION_ERROR", "%s",
                       error->text);
}

bool portal_snapshots_list(portal_call *call) {
  return portal_answer_json(call, 200, portal_snapshots_json(call->app->snapshots));
}

bool portal_snapshot_keep(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  portal_store_rollback(call->store);
  bool fine = portal_snapshots_keep(call->app->snapshots, call->app, call->request->id, &error);
  portal_store_begin(call->store);
  if (!fine) return refuse(call, error.code == TETHER_BAD_ARGUMENT ? 400 : 500, &error);
  return portal_answer_json(call, 201, portal_snapshots_json(call->app->snapshots));
}

bool portal_snapshot_restore(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  const portal_snapshot *snapshot = portal_snapshots_find(call->app->snapshots, call->request->id, &error);
  if (!snapshot) return refuse(call, 404, &error);
  portal_store_rollback(call->store);
  bool fine = portal_snapshot_put(snapshot, call->app, &error);
  portal_store_begin(call->store);
  return fine ? portal_answer_nothing(call) : refuse(call, 500, &error);
}

bool portal_snapshot_drop(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  return portal_snapshots_drop(call->app->snapshots, call->request->id, &error) ? portal_answer_nothing(call)
                                                                                : refuse(call, 404, &error);
}
