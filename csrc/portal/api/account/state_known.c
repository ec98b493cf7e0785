#include "portal/api/account/state_known.h"

/* The values that the record lacks here. */
static json_t *missing_values(const json_t *given, const json_t *stored) {
  json_t *left = json_object(), *value;
  const char *name;
  json_object_foreach((json_t *)given, name, value) {
    if (!json_object_get(stored, name)) json_object_set(left, name, value);
  }
  return left;
}

static int64_t updated_of(portal_call *call, int64_t id) {
  return tether_sql_number(call->store->sql, 0, "SELECT updated FROM records WHERE object = ? AND id = ?", "ii",
                           call->from->key, id);
}

static void set_times(portal_call *call, int64_t id, const json_t *line, int64_t updated) {
  int64_t created = json_integer_value(json_object_get(line, "created"));
  int64_t given = json_integer_value(json_object_get(line, "updated"));
  if (created)
    tether_sql_do(call->store->sql, "UPDATE records SET created = ? WHERE object = ? AND id = ?", "iii", created,
                  call->from->key, id);
  tether_sql_do(call->store->sql, "UPDATE records SET updated = ? WHERE object = ? AND id = ?", "iii",
                given ? given : updated, call->from->key, id);
}

static bool complete(portal_call *call, int64_t id, const json_t *properties, const json_t *line) {
  int64_t created, updated = updated_of(call, id);
  json_t *stored = portal_record_stored(call->store, call->from, id, &created);
  json_t *left = missing_values(properties, stored);
  bool fine = json_object_size(left) == 0 || portal_record_merge(call->store, call->from, id, left, call->problem);
  if (fine) set_times(call, id, line, updated);
  json_decref(left);
  json_decref(stored);
  return fine;
}

static bool add(portal_call *call, int64_t id, const json_t *properties, const json_t *line) {
  if (!portal_record_insert(call->store, call->from, &id, properties, call->problem)) return false;
  set_times(call, id, line, updated_of(call, id));
  return true;
}

bool portal_known_record(portal_call *call, const portal_id *id, const json_t *line) {
  json_t *properties = json_object_get(line, "properties");
  portal_presence presence = portal_record_presence(call->store, call->from, id->value);
  if (presence == PORTAL_ARCHIVED) return true;
  properties = properties ? json_incref(properties) : json_object();
  bool fine =
      portal_properties_read(properties, call->problem) &&
      (presence == PORTAL_LIVE ? complete(call, id->value, properties, line) : add(call, id->value, properties, line));
  json_decref(properties);
  return fine;
}

bool portal_known_link(portal_call *call, const portal_pair *pair, const portal_typeset *types) {
  portal_typeset none = {.count = 0};
  if (portal_record_presence(call->store, pair->from, pair->from_id) == PORTAL_ABSENT ||
      portal_record_presence(call->store, pair->to, pair->to_id) == PORTAL_ABSENT ||
      portal_links_any(call->store, pair) || types->count == 0)
    return true;
  return portal_links_change(call->store, pair, &none, types);
}
