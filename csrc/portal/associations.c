/* One record's associations: default, by array, by type id in the path, list, remove. */
#include "base/id.h"
#include "portal/links.h"

#include <stdlib.h>
#include <string.h>

static portal_pair pair_of(const portal_call *call) {
  return (portal_pair){.from = call->from, .to = call->to, .a = call->a, .b = call->b};
}

static bool plain_of(portal_call *call, portal_type *plain) {
  char from[PORTAL_KEY], to[PORTAL_KEY];
  if (portal_type_plain(call->store, &call->from, &call->to, plain)) return true;
  portal_rules_internal(&call->from, from);
  portal_rules_internal(&call->to, to);
  return portal_invalid(call, "No default association exists between %s and %s", from, to);
}

static json_t *envelope(portal_call *call, json_t *results) {
  json_t *json = json_pack("{s:s, s:o}", "status", "COMPLETE", "results", results);
  portal_set_time(json, "startedAt", call->now_ms);
  portal_set_time(json, "completedAt", call->now_ms);
  return json;
}

static const portal_types no_types;

bool portal_associate_default(portal_call *call) {
  portal_pair pair = pair_of(call);
  portal_type plain;
  if (!plain_of(call, &plain) || !portal_link_write(call, &pair, &no_types, false)) return false;
  json_t *results = json_array();
  portal_default_json(&pair, &plain, results);
  return portal_done(call, 200, envelope(call, results));
}

bool portal_associate_types(portal_call *call) {
  portal_pair pair = pair_of(call);
  portal_types types;
  if (!portal_types_read(call, call->body, &call->from, &call->to, &types)) return false;
  if (!portal_link_write(call, &pair, &types, true)) return false;
  return portal_done(call, 201, portal_pair_json(&pair, &types));
}

/* The path names no category: HubSpot's own first, if it fits, then the account's. */
static bool type_of_path(portal_call *call, portal_type *type) {
  bool builtin = portal_type_load(call->store, false, call->type_id, type);
  if (builtin && portal_type_fits(call, type, &call->from, &call->to)) return true;
  portal_type custom;
  if (portal_type_load(call->store, true, call->type_id, &custom) && strcmp(custom.from.key, call->from.key) == 0 &&
      strcmp(custom.to.key, call->to.key) == 0) {
    portal_problem_clear(&call->problem);
    *type = custom;
    return true;
  }
  return builtin ? false : portal_type_unknown(call, "HUBSPOT_DEFINED", call->type_id);
}

bool portal_associate_type(portal_call *call) {
  portal_pair pair = pair_of(call);
  portal_types types = {.count = 1};
  if (!type_of_path(call, &types.list[0]) || !portal_link_write(call, &pair, &types, false)) return false;
  call->with = call->to.key;
  return portal_object_get(call);
}

bool portal_remove_type(portal_call *call) {
  portal_pair pair = pair_of(call);
  portal_type type;
  if (!type_of_path(call, &type)) return false;
  portal_link_remove_type(call, &pair, &type);
  return portal_done(call, 204, NULL);
}

bool portal_remove_pair(portal_call *call) {
  portal_pair pair = pair_of(call);
  portal_link_remove(call, &pair);
  return portal_done(call, 204, NULL);
}

static bool read_page(portal_call *call, int64_t *limit, int64_t *after) {
  *limit = PORTAL_PAGE;
  *after = 0;
  if (call->limit && (!tether_id_parse(call->limit, strlen(call->limit), limit) || *limit > PORTAL_PAGE))
    return portal_invalid(call, "limit must be between 1 and %d", PORTAL_PAGE);
  if (call->after && !portal_rules_cursor_read(call->after, after))
    return portal_invalid(call, "The cursor in `after` is not valid");
  return true;
}

static void set_paging(json_t *json, int64_t next) {
  char cursor[PORTAL_CURSOR];
  if (!next) return;
  portal_rules_cursor(next, cursor);
  json_object_set_new(json, "paging", json_pack("{s:{s:s}}", "next", "after", cursor));
}

bool portal_list(portal_call *call) {
  portal_pair pair = pair_of(call);
  int64_t limit, after;
  if (!read_page(call, &limit, &after)) return false;
  if (!portal_record_exists(call->store, &call->from, call->a))
    return portal_refuse(call, 404, NULL, "resource not found");
  json_t *results = json_array(), *json = json_pack("{s:o}", "results", results);
  set_paging(json, portal_link_page(call, &pair, limit, after, results));
  return portal_done(call, 200, json);
}

/* batch/read: a record without links is an error, whether it exists or not (observed). */
static bool none_found(portal_call *call, const portal_pair *pair) {
  const char *from = portal_rules_singular(&pair->from), *to = portal_rules_singular(&pair->to);
  char id[TETHER_ID_DIGITS + 1];
  id[tether_id_format(pair->a, id)] = '\0';
  portal_refuse(call, 207, "OBJECT_NOT_FOUND", "No %s is associated with %s %s.", to, from, id);
  call->problem.row = true;
  call->problem.sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND";
  portal_context(call, "fromObjectId", "%s", id);
  portal_context(call, "fromObjectType", "%s", from);
  return portal_context(call, "toObjectType", "%s", to);
}

static bool read_input(portal_call *call, json_t *input, json_t *results) {
  portal_pair pair = pair_of(call);
  int64_t after = 0;
  const char *cursor = json_string_value(json_object_get(input, "after"));
  if (!portal_read_id(call, input, &pair.a)) return false;
  if (cursor && !portal_rules_cursor_read(cursor, &after))
    return portal_invalid(call, "The cursor in `after` is not valid");
  json_t *to = json_array();
  int64_t next = portal_link_page(call, &pair, PORTAL_PAGE, after, to);
  if (json_array_size(to) == 0 && !cursor) {
    json_decref(to);
    return none_found(call, &pair);
  }
  json_t *from = json_object();
  portal_set_id(from, "id", pair.a);
  json_t *result = json_pack("{s:o, s:o}", "from", from, "to", to);
  set_paging(result, next);
  json_array_append_new(results, result);
  return true;
}

bool portal_batch_read(portal_call *call) { return portal_batch(call, PORTAL_MAX_READ, read_input, 200, 207); }

/* A failed row says which pair it was. */
static bool row_failed(portal_call *call, const portal_pair *pair) {
  char id[TETHER_ID_DIGITS + 1];
  if (!call->problem.row) return false;
  id[tether_id_format(pair->a, id)] = '\0';
  portal_context(call, "fromObjectId", "%s", id);
  id[tether_id_format(pair->b, id)] = '\0';
  return portal_context(call, "toObjectId", "%s", id);
}

static bool read_pair(portal_call *call, const json_t *input, portal_pair *pair) {
  *pair = pair_of(call);
  return portal_read_id(call, json_object_get(input, "from"), &pair->a) &&
         portal_read_id(call, json_object_get(input, "to"), &pair->b);
}

static bool create_input(portal_call *call, json_t *input, json_t *results) {
  portal_pair pair;
  portal_types types;
  if (!read_pair(call, input, &pair)) return false;
  if (!portal_types_read(call, json_object_get(input, "types"), &call->from, &call->to, &types)) return false;
  if (!portal_link_write(call, &pair, &types, true)) return row_failed(call, &pair);
  json_array_append_new(results, portal_pair_json(&pair, &types));
  return true;
}

bool portal_batch_create(portal_call *call) {
  return portal_batch(call, PORTAL_MAX_CREATE, create_input, call->version == PORTAL_2026_09 ? 200 : 201, 207);
}

static bool default_input(portal_call *call, json_t *input, json_t *results) {
  portal_pair pair;
  portal_type plain;
  if (!read_pair(call, input, &pair) || !plain_of(call, &plain)) return false;
  if (!portal_link_write(call, &pair, &no_types, false)) return row_failed(call, &pair);
  portal_default_json(&pair, &plain, results);
  return true;
}

bool portal_batch_default(portal_call *call) { return portal_batch(call, PORTAL_MAX_OTHER, default_input, 200, 200); }

static bool archive_input(portal_call *call, json_t *input, json_t *results) {
  portal_pair pair = pair_of(call);
  json_t *targets = json_object_get(input, "to"), *target;
  size_t index;
  (void)results;
  if (!portal_read_id(call, json_object_get(input, "from"), &pair.a)) return false;
  if (!json_is_array(targets))
    return portal_invalid(call, "Invalid input JSON. Some required fields were not set: [to]");
  json_array_foreach(targets, index, target) {
    if (!portal_read_id(call, target, &pair.b)) return false;
    portal_link_remove(call, &pair);
  }
  return true;
}

static int gone(const portal_call *call) { return call->version == PORTAL_V4 ? 204 : 200; }

bool portal_batch_archive(portal_call *call) {
  return portal_batch(call, PORTAL_MAX_OTHER, archive_input, gone(call), 207);
}

static bool unlabel_input(portal_call *call, json_t *input, json_t *results) {
  portal_pair pair;
  portal_types types;
  (void)results;
  if (!read_pair(call, input, &pair)) return false;
  if (!portal_types_read(call, json_object_get(input, "types"), &call->from, &call->to, &types)) return false;
  for (size_t i = 0; i < types.count; i++) portal_link_remove_type(call, &pair, &types.list[i]);
  return true;
}

bool portal_batch_labels_archive(portal_call *call) {
  return portal_batch(call, PORTAL_MAX_OTHER, unlabel_input, gone(call), 207);
}
