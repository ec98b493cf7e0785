/* The association batches that write. Each input stands for itself: what fails is told, the rest is done. */
#include "portal/batch.h"
#include "portal/handlers.h"
#include "portal/link.h"

/* Names the input in an error: what clients match by. */
static void name_input(const portal_call *call, portal_problem *problem, const portal_id *a, const portal_id *b) {
  portal_tell(problem, "fromObjectId", "%s", a->text);
  portal_tell(problem, "toObjectId", "%s", b->text);
  portal_tell(problem, "fromObjectType", "%s", call->from->singular);
  portal_tell(problem, "toObjectType", "%s", call->to->singular);
}

static bool read_ends(portal_call *call, const json_t *input, size_t i, const char *fields, portal_id *a,
                      portal_id *b) {
  return portal_require(call, input, fields, i, 3) && portal_read_ref(call, input, "from", a) &&
         portal_read_ref(call, input, "to", b);
}

static int status_of_create(const portal_call *call, bool partial) {
  if (call->request->version == PORTAL_2026_09) /* its description has one status */
    return partial && call->app->switches[PORTAL_PARTIAL_2026_09] ? 207 : 200;
  return partial ? 207 : 201;
}

/* False: the request is refused as a whole. An unknown type may spoil its own input alone: then it is in `problem`. */
static bool read_types(portal_call *call, const json_t *input, portal_typeset *types, portal_problem *problem) {
  if (portal_read_types(call, json_object_get(input, "types"), call->from, call->to, types)) return true;
  if (!call->problem->row || call->app->switches[PORTAL_UNKNOWN_TYPE] == 0) return false;
  *problem = *call->problem;
  *call->problem = (portal_problem){.status = 0};
  return true;
}

bool portal_batch_create(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_CREATE_MOST]), *input;
  portal_problem problem = {.status = 0};
  portal_batch batch;
  size_t i;
  if (!inputs) return false;
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    portal_id a = {.value = 0}, b = {.value = 0};
    portal_typeset types;
    portal_pair pair;
    if (!read_ends(call, input, i, "from,to,types", &a, &b) || !read_types(call, input, &types, &problem)) {
      portal_batch_drop(&batch);
      return false;
    }
    if (problem.status == 0 && portal_link_pair(call, &a, &b, &pair, &problem) &&
        portal_link_write(call, &pair, &types, portal_label_manner(call), &problem)) {
      portal_put_labels(call, portal_batch_next(&batch), &pair, &types);
      continue;
    }
    name_input(call, &problem, &a, &b);
    portal_batch_fail(&batch, &problem);
  }
  return portal_batch_end(&batch, status_of_create(call, false), status_of_create(call, true));
}

bool portal_batch_default(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_MOST]), *input;
  const portal_type *plain = portal_link_plain(call, call->from, call->to);
  portal_typeset types = {.count = 1, .list = {plain}};
  portal_problem problem = {.status = 0};
  portal_batch batch;
  size_t i;
  if (!inputs || !plain) return false;
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    portal_id a = {.value = 0}, b = {.value = 0};
    portal_pair pair;
    if (!read_ends(call, input, i, "from,to", &a, &b)) {
      portal_batch_drop(&batch);
      return false;
    }
    if (portal_link_pair(call, &a, &b, &pair, &problem) &&
        portal_link_write(call, &pair, &types, PORTAL_ADD, &problem)) {
      portal_put_default(call, &batch, &pair, plain);
      continue;
    }
    name_input(call, &problem, &a, &b);
    portal_batch_fail(&batch, &problem);
  }
  return portal_batch_end(&batch, 200, 200); /* errors stand in the 200 of every version (spec) */
}

/* -- removals ----------------------------------------------------------------------------------------------------- */

static int status_of_archive(const portal_call *call) { return call->request->version == PORTAL_V4 ? 204 : 200; }

/* Ids that are no ids cannot be removed; unknown ones are as good as removed. */
static bool fail_unless_ids(portal_batch *batch, const portal_id *a, const portal_id *b) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  if (a->value && b->value) return true;
  portal_refuse(&problem, 400, "VALIDATION_ERROR", "One or more associations are invalid");
  if (!a->value) portal_tell(&problem, "INVALID_OBJECT_IDS", "%s=%s is not valid", call->from->internal, a->text);
  if (!b->value) portal_tell(&problem, "INVALID_OBJECT_IDS", "%s=%s is not valid", call->to->internal, b->text);
  name_input(call, &problem, a, b);
  portal_batch_fail(batch, &problem);
  return false;
}

bool portal_batch_labels_archive(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_MOST]), *input;
  portal_batch batch;
  size_t i;
  if (!inputs) return false;
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    portal_id a = {.value = 0}, b = {.value = 0};
    portal_typeset types;
    if (!read_ends(call, input, i, "from,to,types", &a, &b) ||
        !portal_read_types(call, json_object_get(input, "types"), call->from, call->to, &types)) {
      portal_batch_drop(&batch);
      return false;
    }
    portal_pair pair = {.from = call->from, .to = call->to, .a = a.value, .b = b.value};
    if (fail_unless_ids(&batch, &a, &b)) portal_link_remove(call, &pair, &types);
  }
  return portal_batch_end(&batch, status_of_archive(call), 207);
}

/* `to` is an array here, unlike everywhere else. */
static bool archive_one(portal_batch *batch, const json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_id a = {.value = 0}, b = {.value = 0};
  json_t *targets, *target;
  size_t k;
  if (!portal_require(call, input, "from,to", i, 3) || !portal_read_ref(call, input, "from", &a)) return false;
  targets = json_object_get(input, "to");
  if (!json_is_array(targets)) return portal_wrong_type(call->problem, "java.util.ArrayList", targets);
  json_array_foreach(targets, k, target) {
    if (!portal_require(call, target, "id", k, 5)) return false;
    if (!portal_id_of_json(json_object_get(target, "id"), &b))
      return portal_wrong_type(call->problem, "java.lang.String", json_object_get(target, "id"));
    portal_pair pair = {.from = call->from, .to = call->to, .a = a.value, .b = b.value};
    if (fail_unless_ids(batch, &a, &b)) portal_link_clear(call, &pair);
  }
  return true;
}

bool portal_batch_archive(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_MOST]), *input;
  portal_batch batch;
  size_t i;
  if (!inputs) return false;
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    if (archive_one(&batch, input, i)) continue;
    portal_batch_drop(&batch);
    return false;
  }
  return portal_batch_end(&batch, status_of_archive(call), 207);
}
