#include "portal/store/links.h"

void portal_links_between(portal_store *store, const portal_pair *pair, portal_typeset *types) {
  types->count = 0;
  if (!portal_hints_linked(store->hints, pair->from->key, pair->to->key, pair->a, pair->b)) return;
  sqlite3_stmt *rows = tether_sql_query(
      store->sql, "SELECT type FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND to_id = ?",
      "iiii", pair->from->key, pair->to->key, pair->a, pair->b);
  while (tether_sql_next(store->sql, rows))
    portal_typeset_add(types, portal_catalog_type(store->catalog, sqlite3_column_int64(rows, 0)));
}

sqlite3_stmt *portal_links_query(portal_store *store, const portal_object *from, int64_t id, const portal_object *to,
                                 int64_t after) {
  int64_t hide = PORTAL_IS(store, ARCHIVED_LINKS, hide), late_ms = store->switches[PORTAL_STALE_READS] * 1000;
  if (late_ms == 0)
    return tether_sql_query(store->sql,
                            "SELECT to_id, type FROM links WHERE from_object = ?1 AND to_object = ?2 AND from_id = ?3 "
                            "AND to_id > ?4 AND NOT (?5 AND EXISTS (SELECT 1 FROM records WHERE object = ?2 AND id = "
                            "to_id AND archived IS NOT NULL)) ORDER BY to_id, type",
                            "iiiii", from->key, to->key, id, after, hide);
  return tether_sql_query(
      store->sql,
      "SELECT to_id, type FROM (SELECT to_id, type FROM links WHERE from_object = ?1 AND to_object = ?2 AND from_id = "
      "?3 UNION SELECT to_id, type FROM changes WHERE from_object = ?1 AND to_object = ?2 AND from_id = ?3 AND NOT "
      "added "
      "AND at > ?6) AS shown WHERE to_id > ?4 AND NOT (?5 AND EXISTS (SELECT 1 FROM records WHERE object = ?2 AND id = "
      "to_id AND archived IS NOT NULL)) AND NOT EXISTS (SELECT 1 FROM changes WHERE from_object = ?1 AND to_object = "
      "?2 "
      "AND from_id = ?3 AND to_id = shown.to_id AND type = shown.type AND added AND at > ?6) ORDER BY to_id, type",
      "iiiiii", from->key, to->key, id, after, hide, portal_now_ms(&store->clock) - late_ms);
}

/* Every row that comes or goes is counted, and while reads are late it is noted. */
static void count(portal_store *store, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type, int64_t delta) {
  if (!portal_tally_add(store->tally, type, a, delta)) store->short_of_memory = true;
  if (store->switches[PORTAL_STALE_READS])
    tether_sql_do(store->sql, "INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?)", "iiiiiii",
                  portal_now_ms(&store->clock), (int64_t)(delta > 0), from, to, a, b, type);
}

static bool changed(portal_store *store, int rows) {
  return !tether_sql_failed(store->sql, NULL) && tether_sql_changes(store->sql) == rows;
}

static void insert(portal_store *store, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type) {
  tether_sql_do(store->sql, "INSERT OR IGNORE INTO links VALUES(?, ?, ?, ?, ?)", "iiiii", from, to, a, b, type);
  portal_hints_add_linked(store->hints, from, to, a, b);
  if (changed(store, 1)) count(store, from, to, a, b, type, 1);
}

/* Both directions of a link that is not there, in one statement. */
static void insert_both(portal_store *store, const portal_pair *pair, const portal_type *type) {
  int64_t from = pair->from->key, to = pair->to->key, a = pair->a, b = pair->b;
  tether_sql_do(store->sql, "INSERT OR IGNORE INTO links VALUES(?1, ?2, ?3, ?4, ?5), (?2, ?1, ?4, ?3, ?6)", "iiiiii",
                from, to, a, b, type->key, type->inverse);
  portal_hints_add_linked(store->hints, from, to, a, b);
  portal_hints_add_linked(store->hints, to, from, b, a);
  if (!changed(store, 2)) return;
  count(store, from, to, a, b, type->key, 1);
  count(store, to, from, b, a, type->inverse, 1);
}

static void erase(portal_store *store, int64_t from, int64_t to, int64_t a, int64_t b, int64_t type) {
  tether_sql_do(store->sql,
                "DELETE FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND to_id = ? AND type = ?",
                "iiiii", from, to, a, b, type);
  if (changed(store, 1)) count(store, from, to, a, b, type, -1);
}

void portal_links_change(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after) {
  int64_t from = pair->from->key, to = pair->to->key;
  if (after->count == 0) {
    portal_links_clear(store, pair);
    return;
  }
  for (size_t i = 0; i < before->count; i++) {
    const portal_type *type = before->list[i];
    if (portal_typeset_has(after, type)) continue;
    erase(store, from, to, pair->a, pair->b, type->key);
    if (type->inverse) erase(store, to, from, pair->b, pair->a, type->inverse);
  }
  for (size_t i = 0; i < after->count; i++) {
    const portal_type *type = after->list[i];
    if (portal_typeset_has(before, type)) continue;
    bool itself = type->inverse == type->key && pair->a == pair->b; /* the other direction is the same row */
    if (type->inverse && !itself)
      insert_both(store, pair, type);
    else
      insert(store, from, to, pair->a, pair->b, type->key);
  }
}

static void clear_direction(portal_store *store, const portal_pair *pair) {
  portal_typeset types;
  portal_links_between(store, pair, &types);
  for (size_t i = 0; i < types.count; i++)
    erase(store, pair->from->key, pair->to->key, pair->a, pair->b, types.list[i]->key);
}

void portal_links_clear(portal_store *store, const portal_pair *pair) {
  portal_pair back = {.from = pair->to, .to = pair->from, .a = pair->b, .b = pair->a};
  clear_direction(store, pair);
  clear_direction(store, &back);
}

int64_t portal_links_count(const portal_store *store, const portal_type *type, int64_t id) {
  return portal_tally_count(store->tally, type->key, id);
}

void portal_links_take(portal_store *store, const portal_type *type, int64_t id, int64_t kept) {
  int64_t from = type->from->key, to = type->to->key;
  int64_t other;
  do {
    other = tether_sql_number(store->sql, 0,
                              "SELECT to_id FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND "
                              "type = ? AND to_id <> ? LIMIT 1",
                              "iiiii", from, to, id, type->key, kept);
    if (!other) continue;
    erase(store, from, to, id, other, type->key);
    if (type->inverse) erase(store, to, from, other, id, type->inverse);
  } while (other);
}

int64_t portal_links_first(portal_store *store, const portal_type *type, int64_t id) {
  return tether_sql_number(store->sql, 0,
                           "SELECT min(to_id) FROM links WHERE from_object = ? AND to_object = ? AND from_id = ?",
                           "iii", type->from->key, type->to->key, id);
}

bool portal_links_any(portal_store *store, const portal_pair *pair) {
  return tether_sql_number(store->sql, 0,
                           "SELECT 1 FROM links WHERE from_object = ? AND to_object = ? AND from_id = ? AND to_id = ? "
                           "LIMIT 1",
                           "iiii", pair->from->key, pair->to->key, pair->a, pair->b) == 1;
}

bool portal_links_use(portal_store *store, const portal_type *type) {
  return tether_sql_number(store->sql, 0, "SELECT 1 FROM links WHERE type = ? LIMIT 1", "i", type->key) == 1;
}

bool portal_links_move(portal_store *store, const portal_object *object, int64_t id, int64_t into) {
  tether_sql_do(store->sql, "UPDATE OR IGNORE links SET from_id = ? WHERE from_object = ? AND from_id = ?", "iii", into,
                object->key, id);
  tether_sql_do(store->sql, "UPDATE OR IGNORE links SET to_id = ? WHERE to_object = ? AND to_id = ?", "iii", into,
                object->key, id);
  tether_sql_do(store->sql, "DELETE FROM links WHERE from_object = ?1 AND to_object = ?1 AND from_id = to_id", "i",
                object->key);
  portal_hints_doubt(store->hints);
  return portal_tally_load(store->tally, store->sql);
}

bool portal_links_forget(portal_store *store, const portal_object *object, int64_t id) {
  tether_sql_do(store->sql, "DELETE FROM links WHERE from_object = ? AND from_id = ?", "ii", object->key, id);
  tether_sql_do(store->sql, "DELETE FROM links WHERE to_object = ? AND to_id = ?", "ii", object->key, id);
  return portal_tally_load(store->tally, store->sql);
}

bool portal_links_drop_type(portal_store *store, const portal_type *type) {
  tether_sql_do(store->sql, "DELETE FROM links WHERE type = ?", "i", type->key);
  return portal_tally_load(store->tally, store->sql);
}

bool portal_links_drop_object(portal_store *store, const portal_object *object) {
  return tether_sql_do(store->sql, "DELETE FROM links WHERE from_object = ?1 OR to_object = ?1", "i", object->key);
}
