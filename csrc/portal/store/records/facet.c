#include "portal/store/records/facet.h"

#include "portal/store/records/value.h"

typedef struct place {
  portal_store *store;
  const portal_object *object;
  int64_t id;
} place;

static void add(const place *at, const char *name, const char *value) {
  char key[PORTAL_VALUE_KEY];
  portal_value_key(value, key);
  tether_sql_do(at->store->sql, "INSERT OR IGNORE INTO facets VALUES(?, ?, ?, ?)", "itti", at->object->key, name, key,
                at->id);
}

static void drop(const place *at, const char *name, const char *value) {
  char key[PORTAL_VALUE_KEY];
  portal_value_key(value, key);
  tether_sql_do(at->store->sql, "DELETE FROM facets WHERE object = ? AND name = ? AND key = ? AND id = ?", "itti",
                at->object->key, name, key, at->id);
}

static void each(const place *at, const char *name, const char *value,
                 void (*change)(const place *at, const char *name, const char *value)) {
  char part[400];
  if (!value || !*value) return;
  if (!portal_value_is_list(name)) {
    change(at, name, value);
    return;
  }
  while (portal_value_part(&value, part, sizeof part)) change(at, name, part);
}

void portal_facets_change(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                          const json_t *after) {
  place at = {.store = store, .object = object, .id = id};
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)before, name, value) {
    if (!json_equal(value, json_object_get(after, name))) each(&at, name, json_string_value(value), drop);
  }
  json_object_foreach((json_t *)after, name, value) {
    if (!json_equal(value, json_object_get(before, name))) each(&at, name, json_string_value(value), add);
  }
}

sqlite3_stmt *portal_facets_query(portal_store *store, const portal_object *object, const char *name,
                                  const char key[]) {
  return tether_sql_query(store->sql, "SELECT id FROM facets WHERE object = ? AND name = ? AND key = ? ORDER BY id",
                          "itt", object->key, name, key);
}
