#include "portal/store/records/facet.h"

#include "portal/store/file.h"
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

/* -- a file of an earlier version --------------------------------------------------------------------------------- */

static bool fill_object(portal_store *store, const portal_object *object) {
  bool fine = true;
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT id, properties FROM records WHERE object = ?", "i", object->key);
  while (fine && tether_sql_next(store->sql, rows)) {
    json_t *properties = json_loads((const char *)sqlite3_column_text(rows, 1), 0, NULL);
    fine = properties != NULL;
    portal_facets_change(store, object, sqlite3_column_int64(rows, 0), NULL, properties);
    json_decref(properties);
  }
  if (!fine) tether_sql_end(rows);
  return fine;
}

/* An older version, which knows no facets, may have written after a newer one. So the facets that are there are not
 * trusted, and all are made anew. */
static bool fill(portal_store *store) {
  size_t count;
  portal_object *const *objects = portal_catalog_objects(store->catalog, &count);
  bool fine = tether_sql_script(store->sql, "BEGIN; DELETE FROM facets");
  for (size_t i = 0; fine && i < count; i++) fine = fill_object(store, objects[i]);
  return fine && tether_sql_script(store->sql, "PRAGMA user_version = 3; COMMIT");
}

bool portal_facets_open(portal_store *store, tether_error *error) {
  if (tether_sql_number(store->sql, 0, "PRAGMA user_version", "") >= PORTAL_FILE_VERSION || fill(store)) return true;
  if (!tether_sql_failed(store->sql, error)) tether_fail(error, TETHER_NO_MEMORY, "no memory for an index of values");
  tether_sql_forgive(store->sql);
  tether_sql_script(store->sql, "ROLLBACK");
  return false;
}
