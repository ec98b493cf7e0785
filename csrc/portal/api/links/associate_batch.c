/* The association batches that write. Each input stands for itself: what fails is told, the rest is done. */
#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"

static bool read_ends(portal_call *call, const json_t *input, size_t i, const char *fields, portal_id *a,
                      portal_id *b) {
  return portal_require(call, input, fields, i, 3) && portal_read_ref(call, input, "from", a) &&
         portal_read_ref(call, input, "to", b);
}

/* The former description of 2026-09 has one status, 200, errors or not (wire.md, 1.2). */
static int status(const portal_call *call, int otherwise) {
  bool former = call->request->version == PORTAL_2026_09 && PORTAL_IS(call->store, VERSION_2026_09, former);
  return former ? 200 : otherwise;
}

/* -- writes ------------------------------------------------------------------------------------------------------- */

/* False: the request is refused as a whole. An unknown type may spoil its own input alone: then it is in `problem`. */
static bool read_types(portal_call *call, const json_t *input, portal_typeset *types, portal_problem *problem) {
  if (portal_read_types(call, json_object_get(input, "types"), call->from, call->to, types)) return true;
  if (!call->problem->row || PORTAL_IS(call->store, UNKNOWN_TYPE, 400)) return false;
  *problem = *call->problem;
  *call->problem = (portal_problem){.status = 0};
  return true;
}

static bool create_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id a, b;
  portal_typeset types;
  portal_pair pair;
  if (!read_ends(call, input, i, "from,to,types", &a, &b) || !read_types(call, input, &types, &problem)) return false;
  if (problem.status == 0 && portal_link_pair(call, &a, &b, &pair, &problem) &&
      portal_link_write(call, &pair, &types, portal_label_manner(call), &problem))
    portal_put_labels(call, portal_batch_next(batch), &pair, &types);
  else
    portal_fail_input(batch, &problem, &a, &b);
  return true;
}

bool portal_batch_create(portal_call *call) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_CREATE_MOST], create_one, status(call, 201),
                           status(call, 207));
}

static bool default_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_typeset types = {.count = 1, .list = {portal_catalog_plain(call->store->catalog, call->from, call->to)}};
  portal_problem problem = {.status = 0};
  portal_id a, b;
  portal_pair pair;
  if (!read_ends(call, input, i, "from,to", &a, &b)) return false;
  if (portal_link_pair(call, &a, &b, &pair, &problem) && portal_link_write(call, &pair, &types, PORTAL_ADD, &problem))
    portal_put_default(call, batch, &pair, types.list[0]);
  else
    portal_fail_input(batch, &problem, &a, &b);
  return true;
}

/* Errors stand in the 200 of every version (wire.md, 4.11). */
bool portal_batch_default(portal_call *call) {
  return portal_link_plain(call, call->from, call->to) &&
         portal_batch_each(call, call->store->switches[PORTAL_BATCH_MOST], default_one, 200, 200);
}

/* -- removals ----------------------------------------------------------------------------------------------------- */

/* The dated versions answer an envelope, in which errors may stand; v4 has no body, unless there are errors. */
static bool archive_all(portal_call *call, portal_batch_work work, int64_t most) {
  bool v4 = call->request->version == PORTAL_V4;
  return portal_batch_each(call, most, work, v4 ? 204 : 200, v4 ? 207 : status(call, 200));
}

static bool archive_labels(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id a, b;
  portal_typeset types;
  portal_pair pair;
  if (!read_ends(call, input, i, "from,to,types", &a, &b) ||
      !portal_read_types(call, json_object_get(input, "types"), call->from, call->to, &types))
    return false;
  if (portal_loose_pair(call, &a, &b, &pair, &problem))
    portal_link_remove(call, &pair, &types);
  else
    portal_fail_input(batch, &problem, &a, &b);
  return true;
}

bool portal_batch_labels_archive(portal_call *call) {
  return archive_all(call, archive_labels, call->store->switches[PORTAL_BATCH_MOST]);
}

/* `to` is an array here, unlike everywhere else. */
static bool archive_pairs(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id a, b;
  portal_pair pair;
  json_t *targets, *target;
  size_t k;
  if (!portal_require(call, input, "from,to", i, 3) || !portal_read_ref(call, input, "from", &a)) return false;
  targets = json_object_get(input, "to");
  if (!json_is_array(targets)) return portal_wrong_type(call->problem, "java.util.ArrayList", targets);
  json_array_foreach(targets, k, target) {
    if (!portal_require(call, target, "id", k, 5) || !portal_read_id(call, json_object_get(target, "id"), &b))
      return false;
    if (portal_loose_pair(call, &a, &b, &pair, &problem))
      portal_link_clear(call, &pair);
    else
      portal_fail_input(batch, &problem, &a, &b);
  }
  return true;
}

/* The ceiling counts the different records on the from side, however many inputs they stand in (wire.md, 4.10). */
static bool check_froms(portal_call *call) {
  json_t *seen = json_object(), *input;
  size_t i, most = (size_t)call->store->switches[PORTAL_BATCH_MOST];
  json_array_foreach(json_object_get(call->json, "inputs"), i, input) {
    portal_id id;
    if (portal_id_of_json(json_object_get(json_object_get(input, "from"), "id"), &id))
      json_object_set_new(seen, id.text, json_true());
  }
  bool fits = json_object_size(seen) <= most;
  json_decref(seen);
  return fits || portal_too_many(call, (int64_t)most);
}

bool portal_batch_archive(portal_call *call) {
  return check_froms(call) && archive_all(call, archive_pairs, INT64_MAX);
}
