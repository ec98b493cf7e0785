/* Limits ("configurations"): how many records one record may have by a type. */
#include <string.h>

#include "portal/links.h"

/* An item of the lists and envelopes; update's has no label (spec). */
static json_t *limit_json(const portal_type *type, int64_t most, bool with_label) {
  json_t *json = portal_type_json(type);
  if (!with_label) json_object_del(json, "label");
  json_object_set_new(json, "userEnforcedMaxToObjectIds", json_integer((json_int_t)most));
  return json;
}

static bool answer(portal_call *call, sqlite3_stmt *rows) {
  json_t *results = json_array();
  while (portal_store_row(call->store, rows)) {
    portal_type type;
    bool user = strcmp((const char *)sqlite3_column_text(rows, 0), "USER_DEFINED") == 0;
    if (portal_type_load(call->store, user, sqlite3_column_int64(rows, 1), &type))
      json_array_append_new(results, limit_json(&type, sqlite3_column_int64(rows, 2), true));
  }
  sqlite3_finalize(rows);
  return portal_done(call, 200, json_pack("{s:o}", "results", results));
}

bool portal_limits_all(portal_call *call) {
  return answer(call, portal_store_select(call->store, "SELECT category, type_id, most FROM limits", ""));
}

bool portal_limits_pair(portal_call *call) {
  return answer(call, portal_store_select(call->store,
                                          "SELECT category, type_id, most FROM limits WHERE from_type = ? AND "
                                          "to_type = ?",
                                          "ss", call->from.key, call->to.key));
}

static bool read_type(portal_call *call, const json_t *input, portal_type *type) {
  const char *category = json_string_value(json_object_get(input, "category"));
  const json_t *id = json_object_get(input, "typeId");
  if (!category || !json_is_integer(id))
    return portal_invalid(call, "Invalid input JSON. Some required fields were not set: [category, typeId]");
  bool user = strcmp(category, "USER_DEFINED") == 0, known = user || strcmp(category, "HUBSPOT_DEFINED") == 0;
  if (!known || !portal_type_load(call->store, user, json_integer_value(id), type))
    return portal_type_unknown(call, category, json_integer_value(id));
  return portal_type_fits(call, type, &call->from, &call->to);
}

static bool set(portal_call *call, json_t *input, json_t *results, bool with_label) {
  portal_type type;
  const json_t *most = json_object_get(input, "maxToObjectIds");
  if (!read_type(call, input, &type)) return false;
  if (!json_is_integer(most) || json_integer_value(most) < 1)
    return portal_invalid(call, "maxToObjectIds must be a number of at least 1");
  portal_store_run(call->store, "INSERT OR REPLACE INTO limits VALUES (?, ?, ?, ?, ?)", "sssii", call->from.key,
                   call->to.key, portal_rules_category(&type), type.id, (int64_t)json_integer_value(most));
  json_array_append_new(results, limit_json(&type, json_integer_value(most), with_label));
  return true;
}

static bool create_input(portal_call *call, json_t *input, json_t *results) { return set(call, input, results, true); }
static bool update_input(portal_call *call, json_t *input, json_t *results) { return set(call, input, results, false); }

static bool purge_input(portal_call *call, json_t *input, json_t *results) {
  portal_type type;
  (void)results;
  if (!read_type(call, input, &type)) return false;
  portal_store_run(call->store,
                   "DELETE FROM limits WHERE from_type = ? AND to_type = ? AND category = ? AND type_id = ?", "sssi",
                   call->from.key, call->to.key, portal_rules_category(&type), type.id);
  return true;
}

bool portal_limits_create(portal_call *call) {
  bool listed = call->version == PORTAL_V4 || call->version == PORTAL_2026_03;
  return portal_batch(call, PORTAL_MAX_OTHER, create_input, listed ? 201 : 200, 207);
}

bool portal_limits_update(portal_call *call) { return portal_batch(call, PORTAL_MAX_OTHER, update_input, 200, 207); }

bool portal_limits_purge(portal_call *call) {
  return portal_batch(call, PORTAL_MAX_OTHER, purge_input, call->version == PORTAL_V4 ? 204 : 200, 207);
}
