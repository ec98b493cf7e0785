/* The association batches that write. Each input stands for itself: what fails is told, the rest is done. */
#include <string.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/quick.h"

static bool read_ends(portal_call *call, const json_t *input, size_t i, const char *fields, portal_id *from_id,
                      portal_id *to_id) {
  return portal_require(call, input, fields, i, 3) && portal_read_ref(call, input, "from", from_id) &&
         portal_read_ref(call, input, "to", to_id);
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

static void create_pair(portal_batch *batch, const portal_id *from, const portal_id *to, const portal_typeset *types) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_pair pair;
  if (portal_link_pair(call, from, to, &pair, &problem) &&
      portal_link_write(call, &pair, types, portal_label_manner(call), &problem))
    portal_put_labels(call, portal_batch_next(batch), &pair, types);
  else
    portal_fail_input(batch, &problem, from, to);
}

static bool create_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id from, to;
  portal_typeset types;
  if (!read_ends(call, input, i, "from,to,types", &from, &to) || !read_types(call, input, &types, &problem))
    return false;
  if (problem.status)
    portal_fail_input(batch, &problem, &from, &to);
  else
    create_pair(batch, &from, &to, &types);
  return true;
}

/* Types that nothing is wrong with. */
static bool read_quick_types(portal_batch *batch, const portal_quick_link *link) {
  portal_call *call = batch->call;
  if (batch->last.text && batch->last.length == link->length &&
      memcmp(batch->last.text, link->types, link->length) == 0)
    return true;
  json_t *list = json_loadb(link->types, link->length, 0, NULL);
  bool fine = list && portal_read_types(call, list, call->from, call->to, &batch->last.types);
  json_decref(list);
  portal_problem_clear(call->problem);
  batch->last.text = fine ? link->types : NULL;
  batch->last.length = link->length;
  return fine;
}

static const char *create_quickly(portal_batch *batch, const char *at, const char *end) {
  portal_quick_link link;
  const char *behind = portal_quick_read(at, end, &link);
  if (!behind || !read_quick_types(batch, &link)) return NULL;
  create_pair(batch, &link.from, &link.to, &batch->last.types);
  return behind;
}

bool portal_batch_create(portal_call *call) {
  return portal_batch_each_quick(call, call->store->switches[PORTAL_BATCH_CREATE_MOST], create_quickly, create_one,
                                 status(call, 201), status(call, 207));
}

static bool default_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_typeset types = {.count = 1, .list = {portal_catalog_plain(call->store->catalog, call->from, call->to)}};
  portal_problem problem = {.status = 0};
  portal_id from_id, to_id;
  portal_pair pair;
  if (!read_ends(call, input, i, "from,to", &from_id, &to_id)) return false;
  if (portal_link_pair(call, &from_id, &to_id, &pair, &problem) &&
      portal_link_write(call, &pair, &types, PORTAL_ADD, &problem))
    portal_put_default(call, batch, &pair, types.list[0]);
  else
    portal_fail_input(batch, &problem, &from_id, &to_id);
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
  portal_id from_id, to_id;
  portal_typeset types;
  portal_pair pair;
  if (!read_ends(call, input, i, "from,to,types", &from_id, &to_id) ||
      !portal_read_types(call, json_object_get(input, "types"), call->from, call->to, &types))
    return false;
  if (portal_loose_pair(call, &from_id, &to_id, &pair, &problem))
    portal_link_remove(call, &pair, &types);
  else
    portal_fail_input(batch, &problem, &from_id, &to_id);
  return true;
}

bool portal_batch_labels_archive(portal_call *call) {
  return archive_all(call, archive_labels, call->store->switches[PORTAL_BATCH_MOST]);
}

/* `to` is an array here, unlike everywhere else. */
static bool archive_pairs(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_id from_id, to_id;
  portal_pair pair;
  json_t *targets, *target;
  size_t k;
  if (!portal_require(call, input, "from,to", i, 3) || !portal_read_ref(call, input, "from", &from_id)) return false;
  targets = json_object_get(input, "to");
  if (!json_is_array(targets)) return portal_wrong_type(call->problem, "java.util.ArrayList", targets);
  json_array_foreach(targets, k, target) {
    if (!portal_require(call, target, "id", k, 5) || !portal_read_id(call, json_object_get(target, "id"), &to_id))
      return false;
    if (portal_loose_pair(call, &from_id, &to_id, &pair, &problem))
      portal_link_clear(call, &pair);
    else
      portal_fail_input(batch, &problem, &from_id, &to_id);
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
