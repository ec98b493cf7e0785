#include "portal/store/saved.h"

#include <stdlib.h>
#include <string.h>

enum {
  CHANGE_BYTES = 24,        /* two ids, two numbers of sets; the least significant byte first */
  ROW_CHANGES = 1 << 15,    /* of one row */
  OVERTAKEN_LEAST = 1 << 17 /* so many changes may be overtaken before all is written anew */
};

static void put_number(unsigned char *out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) out[i] = (unsigned char)(value >> (8 * i));
}

static uint64_t get_number(const unsigned char *in, int bytes) {
  uint64_t value = 0;
  for (int i = 0; i < bytes; i++) value |= (uint64_t)in[i] << (8 * i);
  return value;
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

static bool write_sets(portal_store *store) {
  for (; store->saved_sets < portal_sets_count(store->sets); store->saved_sets++) {
    const portal_set *set = portal_sets_at(store->sets, store->saved_sets);
    if (!tether_sql_do(store->sql, "INSERT OR REPLACE INTO sets VALUES(?, ?)", "ib", (int64_t)store->saved_sets,
                       (const void *)set->keys, (int64_t)(set->count * sizeof *set->keys)))
      return false;
  }
  return true;
}

/* Changes of one direction of object types while they are packed. */
typedef struct row {
  portal_store *store;
  uint16_t from, to;
  size_t count;
  unsigned char *bytes; /* of ROW_CHANGES */
} row;

static bool write_row(row *of) {
  const portal_catalog *catalog = of->store->catalog;
  size_t count = of->count;
  of->count = 0;
  if (count == 0) return true;
  of->store->saved_changes += (int64_t)count;
  return tether_sql_do(of->store->sql, "INSERT INTO links(from_object, to_object, changes) VALUES(?, ?, ?)", "iib",
                       portal_catalog_key(catalog, of->from), portal_catalog_key(catalog, of->to),
                       (const void *)of->bytes, (int64_t)(count * CHANGE_BYTES));
}

static bool pack(row *of, portal_ends ends) {
  if ((of->count == ROW_CHANGES || of->from != ends.from || of->to != ends.to) && !write_row(of)) return false;
  of->from = ends.from;
  of->to = ends.to;
  unsigned char *at = of->bytes + of->count++ * CHANGE_BYTES;
  put_number(at, (uint64_t)ends.from_id, 8);
  put_number(at + 8, (uint64_t)ends.to_id, 8);
  put_number(at + 16, portal_graph_set(of->store->graph, ends), 4);
  put_number(at + 20, portal_graph_set(of->store->graph, portal_ends_turned(ends)), 4);
  return true;
}

static bool write_changes(row *of) {
  size_t count;
  const portal_change *changes = portal_graph_changes(of->store->graph, &count);
  for (size_t i = 0; i < count; i++)
    if (!pack(of, changes[i].ends)) return false;
  return write_row(of);
}

/* Writes one of a pair's two directions only: the other follows from it. */
static bool write_targets(row *of, const portal_way *way, const portal_targets *targets) {
  portal_place place = portal_targets_above(targets, 0);
  portal_ends ends = {.from = way->from, .to = way->to, .from_id = targets->record};
  uint32_t set;
  while (portal_targets_next(&place, &ends.to_id, &set)) {
    bool second = ends.from == ends.to && ends.from_id > ends.to_id;
    if (!second && !pack(of, ends)) return false;
  }
  return true;
}

static bool write_way(row *of, uint32_t number, const portal_way *way) {
  const portal_targets *targets;
  for (uint32_t rank = 0; (targets = portal_graph_ranked(of->store->graph, number, rank)); rank++)
    if (!write_targets(of, way, targets)) return false;
  return write_row(of);
}

static bool write_all(row *of) {
  uint32_t count;
  const portal_way *ways = portal_graph_ways(of->store->graph, &count);
  tether_sql_do(of->store->sql, "DELETE FROM links", "");
  of->store->saved_changes = 0;
  for (uint32_t i = 0; i < count; i++)
    if (ways[i].key == 0 && ways[i].from <= ways[i].to && !write_way(of, i, &ways[i])) return false;
  return true;
}

/* Whether so many rows are overtaken that all links are to be written anew. The bound makes that cost a constant share
 * of each change. */
static bool is_overtaken(const portal_store *store, size_t more) {
  return store->saved_changes + (int64_t)more > portal_graph_count(store->graph) + OVERTAKEN_LEAST;
}

bool portal_saved_write(portal_store *store) {
  size_t count;
  portal_graph_changes(store->graph, &count);
  if (count == 0 || !store->lasting) return true;
  row of = {.store = store, .bytes = malloc((size_t)ROW_CHANGES * CHANGE_BYTES)};
  if (!of.bytes) return false;
  bool fine = write_sets(store) && (is_overtaken(store, count) ? write_all(&of) : write_changes(&of));
  free(of.bytes);
  return fine;
}

bool portal_saved_write_whole(portal_store *store) {
  int64_t changes = store->saved_changes;
  row of = {.store = store, .bytes = malloc((size_t)ROW_CHANGES * CHANGE_BYTES)};
  if (!of.bytes) return false;
  store->saved_sets = 1;
  bool fine = tether_sql_script(store->sql, "BEGIN; DELETE FROM sets") && write_sets(store) && write_all(&of) &&
              tether_sql_script(store->sql, "COMMIT");
  store->saved_changes = changes;
  free(of.bytes);
  return fine;
}

bool portal_saved_drop(portal_store *store) {
  return tether_sql_script(store->sql, "BEGIN; DELETE FROM links; DELETE FROM sets; COMMIT");
}

/* -- reading ------------------------------------------------------------------------------------------------------ */

/* Reads the sets. Sets with higher numbers than those of the rows may be known in memory already: they are still to be
 * written. */
static bool load_sets(portal_store *store) {
  int64_t last = 0;
  sqlite3_stmt *rows = tether_sql_query(store->sql, "SELECT number, types FROM sets ORDER BY number", "");
  bool fine = true;
  while (fine && tether_sql_next(store->sql, rows)) {
    size_t bytes = (size_t)sqlite3_column_bytes(rows, 1), count = bytes / sizeof(int64_t);
    int64_t keys[PORTAL_KEYS_MOST];
    fine = count && count <= PORTAL_KEYS_MOST;
    if (!fine) break;
    memcpy(keys, sqlite3_column_blob(rows, 1), count * sizeof *keys);
    last = sqlite3_column_int64(rows, 0);
    fine = portal_sets_number(store->sets, keys, count) == last;
  }
  tether_sql_end(rows);
  store->saved_sets = (uint32_t)last + 1;
  return fine;
}

static bool unpack(portal_store *store, portal_ends ends, const unsigned char *in) {
  uint32_t count = portal_sets_count(store->sets), set = (uint32_t)get_number(in + 16, 4),
           inverse = (uint32_t)get_number(in + 20, 4);
  ends.from_id = (int64_t)get_number(in, 8);
  ends.to_id = (int64_t)get_number(in + 8, 8);
  return ends.from_id > 0 && ends.to_id > 0 && set < count && inverse < count &&
         portal_graph_put(store->graph, ends, set, inverse);
}

static bool load_row(portal_store *store, sqlite3_stmt *found) {
  const portal_object *from = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(found, 0)),
                      *to = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(found, 1));
  const unsigned char *bytes = sqlite3_column_blob(found, 2);
  size_t count = (size_t)sqlite3_column_bytes(found, 2) / CHANGE_BYTES;
  store->saved_changes += (int64_t)count;
  for (size_t i = 0; from && to && i < count; i++)
    if (!unpack(store, (portal_ends){.from = from->rank, .to = to->rank}, bytes + i * CHANGE_BYTES)) return false;
  portal_graph_keep(store->graph);
  return true;
}

bool portal_saved_load(portal_store *store) {
  portal_graph_clear(store->graph);
  store->saved_changes = 0;
  if (!load_sets(store)) return false;
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT from_object, to_object, changes FROM links ORDER BY number", "");
  bool fine = true;
  while (fine && tether_sql_next(store->sql, rows)) fine = load_row(store, rows);
  tether_sql_end(rows);
  return fine && !tether_sql_failed(store->sql, NULL);
}

/* -- a file of an earlier version --------------------------------------------------------------------------------- */

static bool add_row(portal_store *store, sqlite3_stmt *found) {
  const portal_object *from = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(found, 0)),
                      *to = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(found, 1));
  if (!from || !to) return true;
  portal_ends ends = {.from = from->rank,
                      .to = to->rank,
                      .from_id = sqlite3_column_int64(found, 2),
                      .to_id = sqlite3_column_int64(found, 3)};
  uint32_t set = portal_sets_add(store->sets, portal_graph_set(store->graph, ends), sqlite3_column_int64(found, 4));
  bool itself = ends.from == ends.to && ends.from_id == ends.to_id;
  return portal_graph_put(store->graph, ends, set,
                          itself ? set : portal_graph_set(store->graph, portal_ends_turned(ends)));
}

bool portal_saved_load_rows(portal_store *store) {
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT from_object, to_object, from_id, to_id, type FROM former_links", "");
  bool fine = true;
  while (fine && tether_sql_next(store->sql, rows)) fine = add_row(store, rows);
  tether_sql_end(rows);
  store->saved_changes = INT64_MAX / 2; /* counts as overtaken: the next write writes all links in the new form */
  fine = fine && !tether_sql_failed(store->sql, NULL) && portal_saved_write(store);
  portal_graph_keep(store->graph);
  return fine;
}
