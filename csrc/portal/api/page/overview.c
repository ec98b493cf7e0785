/* The account at a glance: its object types with how many records each has, and which of them are tied. */
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/page/title.h"

static int64_t count_of(const json_t *counts, const portal_object *object) {
  return json_integer_value(json_object_get(counts, portal_page_name(object)));
}

/* How many records each object type has, by name. */
static json_t *count_records(portal_store *store) {
  json_t *counts = json_object();
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT object, count(*) FROM records WHERE archived IS NULL GROUP BY object", "");
  while (tether_sql_next(store->sql, rows)) {
    const portal_object *object = portal_catalog_object_by_key(store->catalog, sqlite3_column_int64(rows, 0));
    if (object) json_object_set_new(counts, portal_page_name(object), json_integer(sqlite3_column_int64(rows, 1)));
  }
  tether_sql_end(rows);
  return counts;
}

static json_t *types_json(portal_store *store) {
  size_t count;
  portal_object *const *objects = portal_catalog_objects(store->catalog, &count);
  json_t *counts = count_records(store), *list = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:o, s:b, s:I}", "type", portal_page_name(objects[i]), "type_id",
                                    objects[i]->type_id, "words", portal_page_words(objects[i]), "own",
                                    objects[i]->name != NULL, "records", (json_int_t)count_of(counts, objects[i])));
  json_decref(counts);
  return list;
}

/* A way goes by ranks; the catalog knows objects by keys. NULL: the type is gone. */
static const portal_object *object_of(const portal_store *store, uint16_t rank) {
  return portal_catalog_object_by_key(store->catalog, portal_catalog_key(store->catalog, rank));
}

/* Pairs of object types that have links, each once. */
static json_t *ties_json(portal_store *store) {
  uint32_t count;
  const portal_way *ways = portal_graph_ways(store->graph, &count);
  json_t *list = json_array();
  for (uint32_t i = 0; i < count; i++) {
    const portal_object *from = object_of(store, ways[i].from), *to = object_of(store, ways[i].to);
    bool second = ways[i].key || ways[i].from > ways[i].to || ways[i].links == 0;
    if (second || !from || !to) continue;
    int64_t links = ways[i].from == ways[i].to ? (ways[i].links + 1) / 2 : ways[i].links;
    json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:I}", "from", portal_page_name(from), "to",
                                          portal_page_name(to), "from_words", portal_page_words(from), "to_words",
                                          portal_page_words(to), "links", (json_int_t)links));
  }
  return list;
}

bool portal_page_overview(portal_call *call) {
  portal_store *store = call->store;
  return portal_answer_json(
      call, 200,
      json_pack("{s:i, s:o, s:o}", "account", PORTAL_ACCOUNT, "types", types_json(store), "ties", ties_json(store)));
}
