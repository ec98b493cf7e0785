/* Records: create with associations, read with associations, batch create. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/links.h"

/* Property values are strings; numbers and booleans are made ones. */
static json_t *stringified(const json_t *value) {
  char text[64];
  if (json_is_string(value) || json_is_null(value)) return json_copy((json_t *)value);
  if (json_is_boolean(value)) return json_string(json_is_true(value) ? "true" : "false");
  if (json_is_integer(value))
    snprintf(text, sizeof text, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
  else if (json_is_real(value))
    snprintf(text, sizeof text, "%.15g", json_real_value(value));
  else
    return NULL;
  return json_string(text);
}

static bool read_properties(portal_call *call, const json_t *given, json_t *properties) {
  const char *name;
  json_t *value;
  if (!json_is_object(given))
    return portal_invalid(call,
                          "Invalid input JSON on line 1, column 1. Some required fields were not set: [properties]");
  json_object_foreach((json_t *)given, name, value) {
    json_t *text = stringified(value);
    if (!text) return portal_invalid(call, "Property values were not valid: %.100s", name);
    json_object_set_new(properties, name, text);
  }
  return true;
}

static json_t *record_json(int64_t id, json_t *properties, int64_t created_ms) {
  json_t *record = json_object();
  portal_set_id(record, "id", id);
  portal_set_id(properties, "hs_object_id", id);
  portal_set_time(properties, "createdate", created_ms);
  portal_set_time(properties, "lastmodifieddate", created_ms);
  json_object_set(record, "properties", properties);
  portal_set_time(record, "createdAt", created_ms);
  portal_set_time(record, "updatedAt", created_ms);
  json_object_set_new(record, "archived", json_false());
  return record;
}

/* The types of one entry say what kind of record its target is. */
static bool link_target(portal_call *call, int64_t id, const json_t *entry) {
  portal_types types;
  portal_pair pair = {.from = call->from, .a = id};
  if (!portal_read_id(call, json_object_get(entry, "to"), &pair.b)) return false;
  if (!portal_types_read(call, json_object_get(entry, "types"), &call->from, NULL, &types)) return false;
  pair.to = types.list[0].to;
  for (size_t i = 1; i < types.count; i++)
    if (!portal_type_fits(call, &types.list[i], &call->from, &pair.to)) return false;
  return portal_link_write(call, &pair, &types, false);
}

static bool insert(portal_call *call, json_t *properties, int64_t *id) {
  char *text = json_dumps(properties, JSON_COMPACT);
  *id = portal_store_number(
      call->store, 101, "SELECT max(coalesce(max(id), 100), 100) + 1 FROM records WHERE id < 9000000000000000000", "");
  portal_store_run(call->store, "INSERT INTO records VALUES (?, ?, ?, ?, 0)", "sisi", call->from.key, *id, text,
                   call->now_ms);
  free(text);
  return true;
}

static bool create(portal_call *call, const json_t *input, int64_t *id, json_t **record) {
  json_t *properties = json_object(), *associations = json_object_get(input, "associations"), *entry;
  size_t index;
  bool good = read_properties(call, json_object_get(input, "properties"), properties) && insert(call, properties, id);
  json_array_foreach(associations, index, entry) { good = good && link_target(call, *id, entry); }
  *record = good ? record_json(*id, properties, call->now_ms) : NULL;
  json_decref(properties);
  return good;
}

bool portal_object_create(portal_call *call) {
  int64_t id;
  json_t *record;
  if (!create(call, call->body, &id, &record)) return false;
  snprintf(call->location, sizeof call->location, "%.200s/%" PRId64, call->path, id);
  return portal_done(call, 201, record);
}

static bool traced(const json_t *inputs) {
  size_t index;
  json_t *input, *seen = json_object();
  json_array_foreach(inputs, index, input) {
    const char *trace = json_string_value(json_object_get(input, "objectWriteTraceId"));
    if (trace) json_object_set_new(seen, trace, json_true());
  }
  bool every = json_object_size(seen) == json_array_size(inputs);
  json_decref(seen);
  return every;
}

static bool create_input(portal_call *call, json_t *input, json_t *results) {
  int64_t id;
  json_t *record, *trace = json_object_get(input, "objectWriteTraceId");
  if (!create(call, input, &id, &record)) {
    /* Rows fail by themselves only when each has its own trace id (guide). */
    call->problem.row = traced(json_object_get(call->body, "inputs"));
    if (call->problem.row) portal_context(call, "objectWriteTraceId", "%s", json_string_value(trace));
    return false;
  }
  if (trace) json_object_set(record, "objectWriteTraceId", trace);
  json_array_append_new(results, record);
  return true;
}

bool portal_object_batch_create(portal_call *call) {
  return portal_batch(call, PORTAL_MAX_OTHER, create_input, 201, 207);
}

/* {results: [{id, type}]}: two entries for a target of two types (observed). */
static json_t *associated(portal_call *call, const portal_object *to) {
  json_t *entries = json_array();
  sqlite3_stmt *rows = portal_store_select(
      call->store,
      "SELECT l.to_id, l.category, l.type_id FROM links l JOIN records r ON r.type = l.to_type AND r.id = l.to_id "
      "WHERE l.from_type = ? AND l.from_id = ? AND l.to_type = ? AND r.archived = 0 ORDER BY l.to_id",
      "sis", call->from.key, call->a, to->key);
  while (portal_store_row(call->store, rows)) {
    portal_type type;
    char name[PORTAL_TEXT];
    bool user = strcmp((const char *)sqlite3_column_text(rows, 1), "USER_DEFINED") == 0;
    if (!portal_type_load(call->store, user, sqlite3_column_int64(rows, 2), &type)) continue;
    portal_rules_wire_name(&type, name);
    json_t *entry = json_pack("{s:s}", "type", name);
    portal_set_id(entry, "id", sqlite3_column_int64(rows, 0));
    json_array_append_new(entries, entry);
  }
  sqlite3_finalize(rows);
  return entries;
}

/* `names` is a comma list; a type that does not exist is passed over. */
static void add_associations(portal_call *call, const char *names, json_t *record) {
  json_t *map = json_object();
  while (*names) {
    char name[PORTAL_KEY];
    portal_object to;
    size_t length = strcspn(names, ",");
    snprintf(name, sizeof name, "%.*s", (int)(length < sizeof name ? length : sizeof name - 1), names);
    names += length + (names[length] == ',');
    if (!portal_rules_object(name, &to)) continue;
    json_t *entries = associated(call, &to);
    if (json_array_size(entries))
      json_object_set_new(map, portal_rules_map_key(&to), json_pack("{s:O}", "results", entries));
    json_decref(entries);
  }
  if (json_object_size(map)) json_object_set(record, "associations", map);
  json_decref(map);
}

bool portal_object_get(portal_call *call) {
  sqlite3_stmt *row = portal_store_select(
      call->store, "SELECT properties, created FROM records WHERE type = ? AND id = ? AND archived = 0", "si",
      call->from.key, call->a);
  json_t *record = NULL;
  if (portal_store_row(call->store, row)) {
    json_t *properties = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
    record = record_json(call->a, properties, sqlite3_column_int64(row, 1));
    json_decref(properties);
  }
  sqlite3_finalize(row);
  if (!record) return portal_refuse(call, 404, NULL, "resource not found");
  if (call->with) add_associations(call, call->with, record);
  return portal_done(call, 200, record);
}
