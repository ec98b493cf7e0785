#include "portal/store/store.h"

#include <string.h>

#include "portal/store/document.h"
#include "portal/store/file.h"
#include "portal/store/saved.h"

enum { FIRST_ID = 1000001 }; /* ids of records that are not given one */

/* Pages of 8 KB instead of 4: when many records come at once, fewer pages are touched and kept for a rollback. */
static const char settings[] =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;";

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS records(object INTEGER NOT NULL, id INTEGER NOT NULL, properties TEXT NOT NULL,"
    "  created INTEGER NOT NULL, updated INTEGER NOT NULL, archived INTEGER, PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS archived ON records(object, id) WHERE archived IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS live ON records(object, id) WHERE archived IS NULL;"
    "CREATE TABLE IF NOT EXISTS merges(object INTEGER NOT NULL, id INTEGER NOT NULL, survivor INTEGER NOT NULL,"
    "  PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS survivors ON merges(object, survivor);"
    "CREATE TABLE IF NOT EXISTS uniques(object INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    "  id INTEGER NOT NULL, PRIMARY KEY(object, name, value)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS facets(object INTEGER NOT NULL, name TEXT NOT NULL, key TEXT NOT NULL,"
    "  id INTEGER NOT NULL, PRIMARY KEY(object, name, key, id)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS properties(object INTEGER NOT NULL, name TEXT NOT NULL, is_unique INTEGER,"
    "  PRIMARY KEY(object, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS documents(kind INTEGER NOT NULL, object INTEGER NOT NULL, name TEXT NOT NULL,"
    "  details TEXT NOT NULL, PRIMARY KEY(kind, object, name)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS owners ON documents(json_extract(details, '$.archived'), CAST(name AS INTEGER))"
    "  WHERE kind = 4;"
    "CREATE INDEX IF NOT EXISTS owner_mails ON documents(lower(json_extract(details, '$.email'))) WHERE kind = 4;"
    "CREATE TABLE IF NOT EXISTS history(object INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL,"
    "  at INTEGER NOT NULL, value TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS past ON history(object, id, name, at);"
    "CREATE TABLE IF NOT EXISTS objects(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, singular TEXT NOT NULL,"
    "  plural TEXT NOT NULL, details TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS changes(at INTEGER, added INTEGER, from_object INTEGER, to_object INTEGER,"
    "  from_id INTEGER, to_id INTEGER, type INTEGER);"
    "CREATE INDEX IF NOT EXISTS temp.changed ON changes(from_object, to_object, from_id, at);"
    "CREATE TEMP TABLE IF NOT EXISTS gone(id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS dropped(at INTEGER, from_object INTEGER, to_object INTEGER, label TEXT);"
    "CREATE INDEX IF NOT EXISTS temp.dropped_by ON dropped(from_object, to_object, at);"
    "CREATE TABLE IF NOT EXISTS definitions(id INTEGER PRIMARY KEY, from_object INTEGER NOT NULL,"
    "  to_object INTEGER NOT NULL, inverse INTEGER NOT NULL, label TEXT, name TEXT NOT NULL,"
    "  made INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS defined_from ON definitions(from_object);"
    "CREATE INDEX IF NOT EXISTS defined_to ON definitions(to_object);"
    "CREATE TABLE IF NOT EXISTS reports(id INTEGER PRIMARY KEY, body TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS limits(type INTEGER PRIMARY KEY, most INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS sets(number INTEGER PRIMARY KEY, types BLOB NOT NULL);"
    "CREATE TABLE IF NOT EXISTS links(number INTEGER PRIMARY KEY, from_object INTEGER NOT NULL,"
    "  to_object INTEGER NOT NULL, changes BLOB NOT NULL);"
    "PRAGMA application_id = 1413829704;";

/* Raises the file's version by this room's step alone. The room `records` raises it further when it has brought its own
 * tables over. */
static bool raise_version(portal_store *store) {
  return tether_sql_number(store->sql, 0, "PRAGMA user_version", "") >= PORTAL_FILE_LINKS ||
         tether_sql_script(store->sql, "PRAGMA user_version = 2");
}

_Static_assert(PORTAL_OWNER == 4, "the indices of owners name their kind");

static bool make_tables(portal_store *store) {
  bool former = portal_file_is_former(store->sql);
  bool fine = tether_sql_script(store->sql, settings) && tether_sql_script(store->sql, "BEGIN") &&
              (!former || tether_sql_script(store->sql, "ALTER TABLE links RENAME TO former_links")) &&
              tether_sql_script(store->sql, schema) && portal_catalog_load(store->catalog, store->sql);
  if (fine && former) fine = portal_saved_load_rows(store) && tether_sql_script(store->sql, "DROP TABLE former_links");
  if (fine && !former) fine = portal_saved_load(store);
  return fine && raise_version(store) && tether_sql_script(store->sql, "COMMIT");
}

/* Behind the largest id of each object type. */
static int64_t first_free_id(portal_store *store) {
  size_t count;
  portal_object *const *objects = portal_catalog_objects(store->catalog, &count);
  int64_t last = FIRST_ID - 1;
  for (size_t i = 0; i < count; i++) {
    int64_t record =
        tether_sql_number(store->sql, 0, "SELECT max(id) FROM records WHERE object = ?", "i", objects[i]->key);
    int64_t merged =
        tether_sql_number(store->sql, 0, "SELECT max(id) FROM merges WHERE object = ?", "i", objects[i]->key);
    if (record > last) last = record;
    if (merged > last) last = merged;
  }
  return last == INT64_MAX ? 0 : last + 1;
}

static bool is_label(const void *context, int64_t key) {
  const portal_store *store = context;
  return !portal_catalog_is_implied(store->catalog, portal_catalog_type(store->catalog, key));
}

static bool make_memory(portal_store *store, tether_error *error) {
  store->catalog = portal_catalog_new();
  store->sets = portal_sets_new(is_label, store);
  store->graph = store->sets ? portal_graph_new(store->sets) : NULL;
  store->known = portal_known_new();
  store->saved_sets = 1; /* the empty one is nobody's */
  portal_switches_reset(store->switches);
  return (store->catalog && store->sets && store->graph && store->known) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for a portal");
}

/* Notes whether any record is archived or merged, so that most reads need not ask. */
static void note_records(portal_store *store) {
  store->next_id = first_free_id(store);
  store->merged = tether_sql_number(store->sql, 0, "SELECT 1 FROM merges LIMIT 1", "") == 1;
  store->archived =
      tether_sql_number(store->sql, 0, "SELECT 1 FROM records WHERE archived IS NOT NULL LIMIT 1", "") == 1;
}

bool portal_store_open(portal_store *store, const char *path, tether_error *error) {
  if (!make_memory(store, error)) return false;
  store->lasting = *path && strcmp(path, ":memory:") != 0;
  store->sql = portal_file_open(path, error);
  if (!store->sql) return false;
  bool fine = make_tables(store);
  note_records(store);
  if (fine && !tether_sql_failed(store->sql, NULL)) return true;
  if (!tether_sql_failed(store->sql, error)) tether_fail(error, TETHER_NO_MEMORY, "no memory for the account's links");
  return false;
}

void portal_store_close(portal_store *store) {
  tether_sql_close(store->sql);
  portal_catalog_free(store->catalog);
  portal_sets_free(store->sets);
  portal_graph_free(store->graph);
  portal_known_free(store->known);
  portal_changes_free(&store->changes);
}

bool portal_store_reload(portal_store *store) { return portal_catalog_load(store->catalog, store->sql); }

/* The links of an account that lives in memory are in the graph alone: their rows are only the way there. */
static bool read_links(portal_store *store) {
  return portal_saved_load(store) && (store->lasting || portal_saved_drop(store));
}

bool portal_store_read(portal_store *store, portal_graph *graph) {
  static const char late[] = "DELETE FROM temp.changes; DELETE FROM temp.gone; DELETE FROM temp.dropped";
  portal_known_clear(store->known);
  if (graph) portal_graph_free(store->graph);
  if (graph) store->graph = graph;
  bool fine = portal_store_reload(store) && (graph || read_links(store)) && tether_sql_script(store->sql, late);
  note_records(store);
  return fine && !tether_sql_failed(store->sql, NULL);
}

/* -- the transaction ---------------------------------------------------------------------------------------------- */

bool portal_store_begin(portal_store *store) {
  store->short_of_memory = false;
  portal_changes_cut(&store->changes, 0);
  store->begun.next_id = store->next_id;
  store->begun.generation = portal_catalog_generation(store->catalog);
  return tether_sql_script(store->sql, "BEGIN");
}

bool portal_store_commit(portal_store *store) {
  uint32_t saved = store->saved_sets;
  if (store->short_of_memory || store->damaged) return false;
  if (!portal_saved_write(store) || !tether_sql_script(store->sql, "COMMIT")) {
    store->saved_sets = saved;
    return false;
  }
  portal_graph_keep(store->graph);
  portal_known_keep(store->known);
  return true;
}

void portal_store_rollback(portal_store *store) {
  tether_sql_forgive(store->sql);
  tether_sql_script(store->sql, "ROLLBACK");
  tether_sql_forgive(store->sql);
  portal_changes_cut(&store->changes, 0);
  if (!portal_graph_undo(store->graph, 0)) store->damaged = true;
  portal_known_undo(store->known);
  store->next_id = store->begun.next_id;
  if (portal_catalog_generation(store->catalog) != store->begun.generation && !portal_store_reload(store))
    store->damaged = true;
}

size_t portal_store_begin_part(portal_store *store) {
  size_t place;
  portal_graph_changes(store->graph, &place);
  store->part_changes = store->changes.count;
  tether_sql_script(store->sql, "SAVEPOINT part");
  return place;
}

void portal_store_end_part(portal_store *store, size_t place, bool keep) {
  tether_sql_script(store->sql, keep ? "RELEASE part" : "ROLLBACK TO part; RELEASE part");
  if (keep) return;
  portal_changes_cut(&store->changes, store->part_changes);
  if (!portal_graph_undo(store->graph, place)) store->damaged = true;
  portal_known_undo(store->known);
}
