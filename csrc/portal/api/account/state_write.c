#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/api/account/state.h"
#include "portal/api/account/state_define.h"
#include "portal/api/links/link.h"
#include "portal/store/document.h"

/* -- the account as lines ----------------------------------------------------------------------------------------- */

typedef struct dump {
  portal_store *store;
  tether_buffer *out;
  tether_error *error;
  bool fine;
} dump;

/* Writes a line and drops the value. */
static void put(dump *to, json_t *line) {
  char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
  if (to->fine && !text) to->fine = tether_fail(to->error, TETHER_NO_MEMORY, "no memory for a line");
  to->fine = to->fine && tether_buffer_text(to->out, text, to->error) && tether_buffer_text(to->out, "\n", to->error);
  free(text);
  json_decref(line);
}

static const char *object_name(const portal_object *object) { return object->name ? object->type_id : object->plural; }

static const portal_object *object_at(dump *to, sqlite3_stmt *row, int column) {
  return portal_catalog_object_by_key(to->store->catalog, sqlite3_column_int64(row, column));
}

static json_t *id_json(int64_t id) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)id);
  return json_string(digits);
}

/* Its links to other types follow as lines of their own: "wired" is false. */
static void put_schemas(dump *to) {
  sqlite3_stmt *rows =
      tether_sql_query(to->store->sql, "SELECT number, name, details FROM objects ORDER BY number", "");
  while (tether_sql_next(to->store->sql, rows)) {
    const char *details = (const char *)sqlite3_column_text(rows, 2);
    json_t *line = details ? json_loads(details, 0, NULL) : json_object();
    json_object_set_new(line, "kind", json_string("schema"));
    json_object_set_new(line, "number", json_integer(sqlite3_column_int64(rows, 0)));
    json_object_set_new(line, "name", json_string((const char *)sqlite3_column_text(rows, 1)));
    json_object_set_new(line, "wired", json_false());
    put(to, line);
  }
}

/* A definition stands in the line; `type` is the object's, so that of the values goes by another name. */
static json_t *property_line(dump *to, const portal_object *object, const char *name, bool unique) {
  json_t *line = portal_document(to->store, PORTAL_PROPERTY, object, name);
  if (!line) line = json_object();
  json_t *type = json_incref(json_object_get(line, "type"));
  if (type) json_object_set_new(line, "valueType", type);
  json_object_set_new(line, "kind", json_string("property"));
  json_object_set_new(line, "type", json_string(object_name(object)));
  json_object_set_new(line, "name", json_string(name));
  json_object_set_new(line, "unique", json_boolean(unique));
  return line;
}

static void put_properties(dump *to) {
  sqlite3_stmt *rows =
      tether_sql_query(to->store->sql, "SELECT object, name, is_unique FROM properties ORDER BY object, name", "");
  while (tether_sql_next(to->store->sql, rows)) {
    const portal_object *object = object_at(to, rows, 0);
    if (object)
      put(to, property_line(to, object, (const char *)sqlite3_column_text(rows, 1), sqlite3_column_int(rows, 2)));
  }
}

static void put_definition(void *context, json_t *line) { put(context, line); }

static void put_labels(dump *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(to->store->catalog, &count);
  for (size_t i = count; i-- > 0;) {
    const portal_type *type = types[i];
    if (type->key > 0 || type->inverse > type->key) continue; /* built in, or the other half of a pair */
    const portal_type *inverse = portal_catalog_type(to->store->catalog, type->inverse);
    put(to, json_pack("{s:s, s:s, s:s, s:s?, s:s?, s:s, s:I, s:I}", "kind", "label", "from", object_name(type->from),
                      "to", object_name(type->to), "label", type->label, "inverseLabel",
                      inverse && inverse != type ? inverse->label : NULL, "name", type->name, "id",
                      (json_int_t)-type->key, "inverseId", (json_int_t)-type->inverse));
  }
}

static void put_records(dump *to) {
  sqlite3_stmt *rows = tether_sql_query(
      to->store->sql, "SELECT object, id, properties, created, updated, archived FROM records ORDER BY object, id", "");
  while (tether_sql_next(to->store->sql, rows)) {
    const portal_object *object = object_at(to, rows, 0);
    if (!object) continue;
    json_t *line =
        json_pack("{s:s, s:s, s:o, s:o, s:I, s:I}", "kind", "record", "type", object_name(object), "id",
                  id_json(sqlite3_column_int64(rows, 1)), "properties",
                  json_loads((const char *)sqlite3_column_text(rows, 2), 0, NULL), "created",
                  (json_int_t)sqlite3_column_int64(rows, 3), "updated", (json_int_t)sqlite3_column_int64(rows, 4));
    if (line && sqlite3_column_int64(rows, 5))
      json_object_set_new(line, "archived", json_integer(sqlite3_column_int64(rows, 5)));
    put(to, line);
  }
  rows = tether_sql_query(to->store->sql, "SELECT object, id, survivor FROM merges ORDER BY object, id", "");
  while (tether_sql_next(to->store->sql, rows)) {
    const portal_object *object = object_at(to, rows, 0);
    if (object)
      put(to, json_pack("{s:s, s:s, s:o, s:o}", "kind", "merge", "type", object_name(object), "id",
                        id_json(sqlite3_column_int64(rows, 1)), "into", id_json(sqlite3_column_int64(rows, 2))));
  }
}

static json_t *spec_json(const portal_type *type) {
  return json_pack("{s:s, s:I}", "category", portal_type_category(type), "typeId", (json_int_t)portal_type_id(type));
}

/* Writes one direction of a link: the other follows from it when it is read. */
static void put_link(dump *to, const portal_type *type, int64_t from_id, int64_t to_id) {
  bool second =
      type->inverse && (type->inverse == type->key ? from_id > to_id : llabs(type->inverse) < llabs(type->key));
  if (!second)
    put(to, json_pack("{s:s, s:s, s:o, s:s, s:o, s:[o]}", "kind", "link", "from", object_name(type->from), "fromId",
                      id_json(from_id), "to", object_name(type->to), "toId", id_json(to_id), "types", spec_json(type)));
}

static void put_targets(dump *to, const portal_targets *targets) {
  portal_place place = portal_targets_above(targets, 0);
  int64_t target;
  uint32_t number;
  while (to->fine && portal_targets_next(&place, &target, &number)) {
    const portal_set *set = portal_links_types(to->store, number);
    for (size_t i = 0; set && i < set->count; i++)
      if (set->types[i]) put_link(to, set->types[i], targets->record, target);
  }
}

/* A record of a way. */
typedef struct place {
  const portal_way *way;
  const portal_targets *targets;
} place;

static int by_direction(const void *a, const void *b) {
  const place *x = a, *y = b;
  int from = (x->way->from > y->way->from) - (x->way->from < y->way->from),
      to = (x->way->to > y->way->to) - (x->way->to < y->way->to);
  int64_t first = x->targets->record, other = y->targets->record;
  return from ? from : to ? to : (first > other) - (first < other);
}

/* All records that have links, once for each direction; owned by the caller. NULL: no memory. */
static place *linked_records(const portal_graph *graph, size_t *count) {
  uint32_t way_count;
  const portal_way *ways = portal_graph_ways(graph, &way_count);
  size_t all = 0;
  for (uint32_t i = 0; i < way_count; i++) all += ways[i].key ? 0 : portal_graph_at_least(graph, i, 1);
  place *list = malloc((all + 1) * sizeof *list);
  *count = 0;
  for (uint32_t i = 0; list && i < way_count; i++)
    for (uint32_t rank = 0; ways[i].key == 0 && rank < portal_graph_at_least(graph, i, 1); rank++)
      list[(*count)++] = (place){&ways[i], portal_graph_ranked(graph, i, rank)};
  if (list) qsort(list, *count, sizeof *list, by_direction);
  return list;
}

static void put_links(dump *to) {
  size_t count;
  place *list = linked_records(to->store->graph, &count);
  if (!list) to->fine = tether_fail(to->error, TETHER_NO_MEMORY, "no memory for the links");
  for (size_t i = 0; list && i < count; i++) put_targets(to, list[i].targets);
  free(list);
}

static void put_limits(dump *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(to->store->catalog, &count);
  for (size_t i = 0; i < count; i++)
    if (types[i]->most)
      put(to, json_pack("{s:s, s:s, s:s, s:o, s:I}", "kind", "limit", "from", object_name(types[i]->from), "to",
                        object_name(types[i]->to), "type", spec_json(types[i]), "most", (json_int_t)types[i]->most));
}

static bool end(portal_store *store, bool fine, tether_error *error) {
  if (!tether_sql_failed(store->sql, error)) return fine;
  tether_sql_forgive(store->sql);
  return false;
}

bool portal_state_write(portal_store *store, tether_buffer *out, tether_error *error) {
  dump to = {.store = store, .out = out, .error = error, .fine = true};
  put_schemas(&to);
  put_properties(&to);
  portal_each_definition(store, put_definition, &to);
  put_labels(&to);
  put_records(&to);
  put_links(&to);
  put_limits(&to);
  return end(store, to.fine, error);
}

bool portal_state_clear(portal_store *store) {
  portal_known_clear(store->known);
  return portal_links_drop_all(store) &&
         tether_sql_script(store->sql, "DELETE FROM limits; DELETE FROM definitions; DELETE FROM records;"
                                       "DELETE FROM history; DELETE FROM merges; DELETE FROM uniques;"
                                       "DELETE FROM facets; DELETE FROM documents; DELETE FROM properties;"
                                       "DELETE FROM objects; DELETE FROM reports") &&
         portal_store_reload(store);
}

bool portal_state_reset(portal_store *store, tether_error *error) {
  portal_store_begin(store);
  if (portal_state_clear(store) && portal_store_commit(store)) return true;
  if (!tether_sql_failed(store->sql, error)) tether_fail(error, TETHER_NO_MEMORY, "no memory to empty the account");
  portal_store_rollback(store);
  return false;
}

/* -- what happened ------------------------------------------------------------------------------------------------ */

bool portal_state_reports(portal_store *store, tether_buffer *out, tether_error *error) {
  sqlite3_stmt *rows = tether_sql_query(store->sql, "SELECT body FROM reports ORDER BY id", "");
  bool fine = true;
  while (fine && tether_sql_next(store->sql, rows))
    fine = tether_buffer_text(out, (const char *)sqlite3_column_text(rows, 0), error) &&
           tether_buffer_text(out, "\n", error);
  tether_sql_end(rows);
  return end(store, fine, error);
}
