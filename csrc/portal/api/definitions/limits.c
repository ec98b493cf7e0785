/* Limits: how many targets a record may have with a type ("configurations" on the wire). */
#include "portal/api/batch.h"
#include "portal/api/definitions/labels.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/store/rules.h"

static json_t *limit_json(const portal_type *type, bool with_label) {
  json_t *most = type->most > 0 ? json_integer(type->most) : json_null();
  json_t *item = json_pack("{s:s, s:I, s:o}", "category", portal_type_category(type), "typeId",
                           (json_int_t)portal_type_id(type), "userEnforcedMaxToObjectIds", most);
  if (with_label) json_object_set_new(item, "label", type->label ? json_string(type->label) : json_null());
  return item;
}

/* A type is listed when somebody limited it, or its other direction: then with null (wire.md, 4.17). */
static bool is_listed(const portal_call *call, const portal_type *type) {
  if (type->most > 0 || PORTAL_IS(call->store, LISTED_LIMITS, set)) return type->most > 0;
  const portal_type *inverse = portal_catalog_inverse(call->store->catalog, type);
  return inverse && inverse->most > 0;
}

/* `from` NULL: of every pair. */
static bool list(portal_call *call, const portal_object *from, const portal_object *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  json_t *results = json_array();
  for (size_t i = 0; i < count; i++)
    if (is_listed(call, types[i]) && (!from || (types[i]->from == from && types[i]->to == to)))
      json_array_append_new(results, limit_json(types[i], true));
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

bool portal_limits_all(portal_call *call) { return list(call, NULL, NULL); }

bool portal_limits_list(portal_call *call) { return list(call, call->from, call->to); }

/* -- writing ------------------------------------------------------------------------------------------------------ */

static void set_limit(portal_store *store, portal_type *type, int64_t most) {
  portal_catalog_limit(store->catalog, type, most);
  if (most)
    tether_sql_do(store->sql, "INSERT OR REPLACE INTO limits VALUES(?, ?)", "ii", type->key, most);
  else
    tether_sql_do(store->sql, "DELETE FROM limits WHERE type = ?", "i", type->key);
}

bool portal_limit_set(portal_store *store, portal_type *type, int64_t most, portal_problem *problem) {
  size_t count;
  int64_t least, largest;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  if (!portal_rules_limit_fits(types, count, type, most, store->switches[PORTAL_TECHNICAL_LIMIT],
                               PORTAL_IS(store, EQUAL_LIMITS, refuse), &least, &largest)) {
    portal_refuse(problem, 400, "VALIDATION_ERROR",
                  "Limit %lld of %s %lld is out of range: it must be between %lld and %lld", (long long)most,
                  portal_type_category(type), (long long)portal_type_id(type), (long long)least, (long long)largest);
    portal_tell(problem, "typeId", "%lld", (long long)portal_type_id(type));
    return false;
  }
  set_limit(store, type, most);
  return true;
}

/* The type that an input names, of the path's direction. False: the request is malformed; *type NULL: the input is. */
static bool read_type(portal_call *call, const json_t *input, size_t i, const char *fields, portal_type **type,
                      portal_problem *problem) {
  portal_id id = {.value = 0};
  *type = NULL;
  if (!portal_require(call, input, fields, i, 3)) return false;
  const json_t *category = json_object_get(input, "category");
  if (!json_is_string(category)) return portal_wrong_type(call->problem, "AssociationCategory", category);
  if (!portal_id_of_json(json_object_get(input, "typeId"), &id))
    return portal_wrong_type(call->problem, "java.lang.Integer", json_object_get(input, "typeId"));
  *type = portal_read_type(call, json_string_value(category), id.value, problem);
  if (*type && !portal_check_direction(*type, call->from, call->to, problem)) *type = NULL;
  if (!*type) portal_unfit_type(call, json_string_value(category), id.value, problem);
  return true;
}

static bool set_one(portal_batch *batch, const json_t *input, size_t i, bool create) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  portal_type *type;
  if (!read_type(call, input, i, "category,typeId,maxToObjectIds", &type, &problem)) return false;
  const json_t *most = json_object_get(input, "maxToObjectIds");
  if (!json_is_integer(most) || json_integer_value(most) < 1) {
    portal_problem_clear(&problem);
    return json_is_integer(most)
               ? portal_refuse(call->problem, 400, "VALIDATION_ERROR", "maxToObjectIds must be positive")
               : portal_wrong_type(call->problem, "java.lang.Integer", most);
  }
  if (type && create && type->most && PORTAL_IS(call->store, EXISTING_LIMIT, refuse)) {
    portal_refuse(&problem, 400, "VALIDATION_ERROR", "A limit of %s %lld exists already", portal_type_category(type),
                  (long long)portal_type_id(type));
    type = NULL;
  }
  if (type && portal_limit_set(call->store, type, json_integer_value(most), &problem))
    portal_batch_item(batch, limit_json(type, create));
  else
    portal_batch_fail(batch, &problem);
  return true;
}

static bool create_one(portal_batch *batch, json_t *input, size_t i) { return set_one(batch, input, i, true); }

static bool update_one(portal_batch *batch, json_t *input, size_t i) { return set_one(batch, input, i, false); }

/* Whether 2026-09 is as its former description has it (wire.md, 1.2). */
static bool is_former(const portal_call *call) {
  return call->request->version == PORTAL_2026_09 && PORTAL_IS(call->store, VERSION_2026_09, former);
}

/* Version 2025-09 lists one status, as the former 2026-09 does (wire.md, 1.2). */
static bool several(const portal_call *call) { return call->request->version != PORTAL_2025_09 && !is_former(call); }

/* One that fails cancels all of them (wire.md, 2). */
static bool each(portal_call *call, portal_batch_work work, int fine, int partial) {
  int64_t most = call->store->switches[PORTAL_BATCH_MOST];
  return PORTAL_IS(call->store, FAILED_LIMITS, canceled) ? portal_batch_whole(call, most, work, fine, partial)
                                                         : portal_batch_each(call, most, work, fine, partial);
}

bool portal_limits_create(portal_call *call) {
  bool many = several(call);
  return each(call, create_one, many ? 201 : 200, many ? 207 : 200);
}

bool portal_limits_update(portal_call *call) { return each(call, update_one, 200, several(call) ? 207 : 200); }

static bool purge_one(portal_batch *batch, json_t *input, size_t i) {
  portal_problem problem = {.status = 0};
  portal_type *type;
  if (!read_type(batch->call, input, i, "category,typeId", &type, &problem)) return false;
  if (type)
    set_limit(batch->call->store, type, 0);
  else
    portal_batch_fail(batch, &problem);
  return true;
}

bool portal_limits_purge(portal_call *call) {
  bool empty = call->request->version == PORTAL_V4 || is_former(call);
  return each(call, purge_one, empty ? 204 : 200, empty ? 207 : 200);
}
