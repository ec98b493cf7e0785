#include "portal/store.h"

#include "base/id.h"

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
    "CREATE TEMP TABLE IF NOT EXISTS dropped(at INTEGER, from_object INTEGER, to_object INTEGER, label TEXT);"
    "CREATE TABLE IF NOT EXISTS definitions(id INTEGER PRIMARY KEY, from_object INTEGER NOT NULL,"
    "  to_object INTEGER NOT NULL, inverse INTEGER NOT NULL, label TEXT, name TEXT NOT NULL,"
    "  made INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS reports(id INTEGER PRIMARY KEY, body TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS limits(type INTEGER PRIMARY KEY, most INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS links(from_object INTEGER NOT NULL, to_object INTEGER NOT NULL,"
    "  from_id INTEGER NOT NULL, to_id INTEGER NOT NULL, type INTEGER NOT NULL,"
    "  PRIMARY KEY(from_id, to_object, from_object, to_id, type)) WITHOUT ROWID;";

bool portal_store_make(tether_sql *sql) { return tether_sql_script(sql, schema); }

int64_t portal_store_next_id(tether_sql *sql) {
  int64_t last =
      tether_sql_number(sql, 0, "SELECT max(id) FROM (SELECT id FROM records UNION ALL SELECT id FROM merges)", "");
  return last < FIRST_ID ? FIRST_ID : last + 1;
}

portal_presence portal_record_presence(portal_app *app, const portal_object *object, int64_t id) {
  if (portal_hints_live(app->hints, object->key, id)) return PORTAL_LIVE;
  int64_t found = tether_sql_number(
      app->sql, -1, "SELECT archived IS NOT NULL FROM records WHERE object = ? AND id = ?", "ii", object->key, id);
  if (found == 0) portal_hints_add_live(app->hints, object->key, id);
  return found < 0 ? PORTAL_ABSENT : found ? PORTAL_ARCHIVED : PORTAL_LIVE;
}

int64_t portal_record_survivor(portal_app *app, const portal_object *object, int64_t id) {
  if (!app->merged) return id;
  return tether_sql_number(app->sql, id, "SELECT survivor FROM merges WHERE object = ? AND id = ?", "ii", object->key,
                           id);
}

void portal_record_redirect(portal_app *app, const portal_object *object, int64_t id, int64_t survivor) {
  tether_sql_do(app->sql, "UPDATE merges SET survivor = ? WHERE object = ? AND survivor = ?", "iii", survivor,
                object->key, id);
  tether_sql_do(app->sql, "INSERT OR REPLACE INTO merges VALUES(?, ?, ?)", "iii", object->key, id, survivor);
  app->merged = true;
}

void portal_links_between(portal_app *app, const portal_pair *pair, portal_typeset *types) {
  types->count = 0;
  if (!portal_hints_linked(app->hints, pair->from->key, pair->to->key, pair->a, pair->b)) return;
  sqlite3_stmt *rows = tether_sql_query(
      app->sql, "SELECT type FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND to_id = ?", "iiii",
      pair->from->key, pair->to->key, pair->a, pair->b);
  while (tether_sql_next(app->sql, rows))
    portal_typeset_add(types, portal_catalog_type(app->catalog, sqlite3_column_int64(rows, 0)));
}

sqlite3_stmt *portal_links_query(portal_app *app, const portal_object *from, int64_t id, const portal_object *to,
                                 int64_t after) {
  int64_t hide = app->switches[PORTAL_ARCHIVED_LINKS] == 0, late_ms = app->switches[PORTAL_STALE_READS] * 1000;
  if (late_ms == 0)
    return tether_sql_query(app->sql,
                            "SELECT to_id, type FROM links WHERE from_object = ?1 AND to_object = ?2 AND from_id = ?3 "
                            "AND to_id > ?4 AND NOT (?5 AND EXISTS (SELECT 1 FROM records WHERE object = ?2 AND id = "
                            "to_id AND archived IS NOT NULL)) ORDER BY to_id, type",
                            "iiiii", from->key, to->key, id, after, hide);
  return tether_sql_query(
      app->sql,
      "SELECT to_id, type FROM (SELECT to_id, type FROM links WHERE from_object = ?1 AND to_object = ?2 AND from_id = "
      "?3 UNION SELECT to_id, type FROM changes WHERE from_object = ?1 AND to_object = ?2 AND from_id = ?3 AND NOT "
      "added "
      "AND at > ?6) AS shown WHERE to_id > ?4 AND NOT (?5 AND EXISTS (SELECT 1 FROM records WHERE object = ?2 AND id = "
      "to_id AND archived IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM changes WHERE from_object = ?1 AND to_object = "
      "?2 "
      "AND from_id = ?3 AND to_id = shown.to_id AND type = shown.type AND added AND at > ?6) ORDER BY to_id, type",
      "iiiiii", from->key, to->key, id, after, hide, portal_now_ms(app) - late_ms);
}

/* Every row that comes or goes is counted, and while reads are late it is noted. */
static void count(portal_app *app, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type, int64_t delta) {
  if (!portal_tally_add(app->tally, type, a, delta)) app->short_of_memory = true;
  if (app->switches[PORTAL_STALE_READS])
    tether_sql_do(app->sql, "INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?)", "iiiiiii", portal_now_ms(app),
                  (int64_t)(delta > 0), from, to, a, b, type);
}

static bool changed(portal_app *app, int rows) {
  return !tether_sql_failed(app->sql, NULL) && tether_sql_changes(app->sql) == rows;
}

static void insert(portal_app *app, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type) {
  tether_sql_do(app->sql, "INSERT OR IGNORE INTO links VALUES(?, ?, ?, ?, ?)", "iiiii", from, to, a, b, type);
  portal_hints_add_linked(app->hints, from, to, a, b);
  if (changed(app, 1)) count(app, from, to, a, b, type, 1);
}

/* Both directions of a link that is not there, in one statement. */
static void insert_both(portal_app *app, const portal_pair *pair, const portal_type *type) {
  int64_t from = pair->from->key, to = pair->to->key, a = pair->a, b = pair->b;
  tether_sql_do(app->sql, "INSERT OR IGNORE INTO links VALUES(?1, ?2, ?3, ?4, ?5), (?2, ?1, ?4, ?3, ?6)", "iiiiii",
                from, to, a, b, type->key, type->inverse);
  portal_hints_add_linked(app->hints, from, to, a, b);
  portal_hints_add_linked(app->hints, to, from, b, a);
  if (!changed(app, 2)) return;
  count(app, from, to, a, b, type->key, 1);
  count(app, to, from, b, a, type->inverse, 1);
}

static void erase(portal_app *app, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type) {
  tether_sql_do(app->sql,
                "DELETE FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND to_id = ? AND type = ?",
                "iiiii", from, to, a, b, type);
  if (changed(app, 1)) count(app, from, to, a, b, type, -1);
}

void portal_links_change(portal_app *app, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after) {
  int64_t from = pair->from->key, to = pair->to->key;
  if (after->count == 0) {
    portal_links_clear(app, pair);
    return;
  }
  for (size_t i = 0; i < before->count; i++) {
    const portal_type *type = before->list[i];
    if (portal_typeset_has(after, type)) continue;
    erase(app, from, to, pair->a, pair->b, type->key);
    if (type->inverse) erase(app, to, from, pair->b, pair->a, type->inverse);
  }
  for (size_t i = 0; i < after->count; i++) {
    const portal_type *type = after->list[i];
    if (portal_typeset_has(before, type)) continue;
    bool itself = type->inverse == type->key && pair->a == pair->b; /* the other direction is the same row */
    if (type->inverse && !itself)
      insert_both(app, pair, type);
    else
      insert(app, from, to, pair->a, pair->b, type->key);
  }
}

static void clear_direction(portal_app *app, const portal_pair *pair) {
  portal_typeset types;
  portal_links_between(app, pair, &types);
  for (size_t i = 0; i < types.count; i++)
    erase(app, pair->from->key, pair->to->key, pair->a, pair->b, types.list[i]->key);
}

void portal_links_clear(portal_app *app, const portal_pair *pair) {
  portal_pair back = {.from = pair->to, .to = pair->from, .a = pair->b, .b = pair->a};
  clear_direction(app, pair);
  clear_direction(app, &back);
}

int64_t portal_links_count(const portal_app *app, const portal_type *type, int64_t id) {
  return portal_tally_count(app->tally, type->key, id);
}

void portal_links_take(portal_app *app, const portal_type *type, int64_t id, int64_t kept) {
  int64_t from = type->from->key, to = type->to->key;
  int64_t other;
  do {
    other = tether_sql_number(app->sql, 0,
                              "SELECT to_id FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND "
                              "type = ? AND to_id <> ? LIMIT 1",
                              "iiiii", from, to, id, type->key, kept);
    if (!other) continue;
    erase(app, from, to, id, other, type->key);
    if (type->inverse) erase(app, to, from, other, id, type->inverse);
  } while (other);
}
