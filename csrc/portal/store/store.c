#include "portal/store/store.h"

enum { FIRST_ID = 1000001 }; /* ids of records that are not given one */

/* Pages of 8 KB: fewer are touched, and kept for a rollback, when links of many records come at once. */
static const char schema[] =
    "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA temp_store = MEMORY;"
    "CREATE TABLE IF NOT EXISTS records(object INTEGER NOT NULL, id INTEGER NOT NULL, properties TEXT NOT NULL,"
    "  created INTEGER NOT NULL, updated INTEGER NOT NULL, archived INTEGER, PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS archived ON records(object, id) WHERE archived IS NOT NULL;"
    "CREATE TABLE IF NOT EXISTS merges(object INTEGER NOT NULL, id INTEGER NOT NULL, survivor INTEGER NOT NULL,"
    "  PRIMARY KEY(object, id)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS uniques(object INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    "  id INTEGER NOT NULL, PRIMARY KEY(object, name, value)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS properties(object INTEGER NOT NULL, name TEXT NOT NULL, is_unique INTEGER,"
    "  PRIMARY KEY(object, name)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS history(object INTEGER NOT NULL, id INTEGER NOT NULL, name TEXT NOT NULL,"
    "  at INTEGER NOT NULL, value TEXT NOT NULL);"
    "CREATE INDEX IF NOT EXISTS past ON history(object, id, name, at);"
    "CREATE TABLE IF NOT EXISTS objects(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, singular TEXT NOT NULL,"
    "  plural TEXT NOT NULL, details TEXT);"
    "CREATE TEMP TABLE IF NOT EXISTS changes(at INTEGER, added INTEGER, from_object INTEGER, to_object INTEGER,"
    "  from_id INTEGER, to_id INTEGER, type INTEGER);"
    "CREATE INDEX IF NOT EXISTS temp.changed ON changes(from_object, to_object, from_id, to_id, type, at);"
    "CREATE TEMP TABLE IF NOT EXISTS gone(id INTEGER PRIMARY KEY);"
    "CREATE TEMP TABLE IF NOT EXISTS dropped(at INTEGER, from_object INTEGER, to_object INTEGER, label TEXT);"
    "CREATE TABLE IF NOT EXISTS definitions(id INTEGER PRIMARY KEY, from_object INTEGER NOT NULL,"
    "  to_object INTEGER NOT NULL, inverse INTEGER NOT NULL, label TEXT, name TEXT NOT NULL,"
    "  made INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS reports(id INTEGER PRIMARY KEY, body TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS limits(type INTEGER PRIMARY KEY, most INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS links(from_object INTEGER NOT NULL, to_object INTEGER NOT NULL,"
    "  from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, type INTEGER NOT NULL,"
    "  PRIMARY KEY(from_id, to_object, from_object, to_id, type)) WITHOUT ROWID;";

static bool make_tables(tether_sql *sql) { return tether_sql_script(sql, schema); }

static int64_t next_id_of(tether_sql *sql) {
  int64_t last =
      tether_sql_number(sql, 0, "SELECT max(id) FROM (SELECT id FROM records UNION ALL SELECT id FROM merges)", "");
  return last < FIRST_ID ? FIRST_ID : last + 1;
}

bool portal_store_open(portal_store *store, const char *path, tether_error *error) {
  store->catalog = portal_catalog_new();
  store->tally = portal_tally_new();
  store->hints = portal_hints_new();
  portal_switches_reset(store->switches);
  if (!store->catalog || !store->tally || !store->hints)
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a portal");
  store->sql = tether_sql_open(path, error);
  if (!store->sql) return false;
  if (!make_tables(store->sql) || !portal_store_reload(store)) return !tether_sql_failed(store->sql, error) && false;
  if (tether_sql_number(store->sql, 0, "SELECT 1 FROM links LIMIT 1", "")) portal_hints_doubt(store->hints);
  return true;
}

void portal_store_close(portal_store *store) {
  tether_sql_close(store->sql);
  portal_catalog_free(store->catalog);
  portal_tally_free(store->tally);
  portal_hints_free(store->hints);
}

/* What the database decides again after a rollback. */
static bool reread(portal_store *store) {
  portal_hints_forget_live(store->hints);
  store->next_id = next_id_of(store->sql);
  store->merged = tether_sql_number(store->sql, 0, "SELECT 1 FROM merges LIMIT 1", "") == 1;
  return portal_catalog_load(store->catalog, store->sql);
}

bool portal_store_reload(portal_store *store) { return reread(store) && portal_tally_load(store->tally, store->sql); }

bool portal_store_begin(portal_store *store) {
  store->short_of_memory = false;
  return tether_sql_script(store->sql, "BEGIN");
}

bool portal_store_commit(portal_store *store) {
  if (store->short_of_memory || !tether_sql_script(store->sql, "COMMIT")) return false;
  portal_tally_keep(store->tally);
  return true;
}

void portal_store_rollback(portal_store *store) {
  tether_sql_forgive(store->sql);
  tether_sql_script(store->sql, "ROLLBACK");
  tether_sql_forgive(store->sql);
  portal_tally_undo(store->tally, 0);
  reread(store);
}
