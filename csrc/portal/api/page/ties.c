/* A record, and what it is tied to: towards each object type the first targets with the types of both directions. The
 * sets of types stand once, by number, since thousands of links share a few. */
#include <stdio.h>

#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/page/title.h"
#include "portal/api/read.h"
#include "portal/store/links.h"
#include "portal/store/records/record.h"

enum { SHOWN = 100, SHOWN_MOST = 500 }; /* targets of an object type, unless asked; and when asked */

typedef struct ties {
  portal_call *call;
  const portal_object *from;
  int64_t id, after, most;
  json_t *sets; /* of what was shown: "12": [ types ] */
} ties;

static json_t *type_json(const portal_type *type) {
  return json_pack("{s:s, s:I, s:s?, s:s, s:s}", "category", portal_type_category(type), "id",
                   (json_int_t)portal_type_id(type), "label", type->label, "name", type->name, "kind",
                   tether_kind_name(type->kind));
}

static void add_set(ties *of, uint32_t number) {
  char name[16];
  snprintf(name, sizeof name, "%u", number);
  if (json_object_get(of->sets, name)) return;
  const portal_set *set = portal_links_types(of->call->store, number);
  json_t *types = json_array();
  for (size_t i = 0; set && i < set->count; i++)
    if (set->types[i]) json_array_append_new(types, type_json(set->types[i]));
  json_object_set_new(of->sets, name, types);
}

static json_t *link_json(ties *of, const portal_object *to, int64_t target, uint32_t set) {
  portal_store *store = of->call->store;
  portal_ends inverse = {.from = to->rank, .to = of->from->rank, .from_id = target, .to_id = of->id};
  int64_t created;
  json_t *properties = portal_record_stored(store, to, target, &created), *link = portal_titled(to, target, properties);
  uint32_t inverse_set = portal_graph_set(store->graph, inverse);
  add_set(of, set);
  add_set(of, inverse_set);
  json_object_set_new(link, "set", json_integer(set));
  json_object_set_new(link, "back", json_integer(inverse_set));
  json_object_set_new(link, "archived", json_boolean(portal_record_presence(store, to, target) == PORTAL_ARCHIVED));
  json_decref(properties);
  return link;
}

/* { type, words, total, more, links } towards one object type. */
static json_t *towards(ties *of, const portal_object *to, const portal_targets *targets) {
  portal_place place = portal_targets_above(targets, of->after);
  json_t *links = json_array();
  int64_t target = 0;
  uint32_t set;
  bool more = false;
  while (!more && portal_targets_next(&place, &target, &set)) {
    more = (int64_t)json_array_size(links) == of->most;
    if (!more) json_array_append_new(links, link_json(of, to, target, set));
  }
  return json_pack("{s:s, s:o, s:I, s:b, s:o}", "type", portal_page_name(to), "words", portal_page_words(to), "total",
                   (json_int_t)targets->count, "more", more, "links", links);
}

static json_t *all_ties(ties *of) {
  portal_store *store = of->call->store;
  uint32_t count;
  json_t *list = json_array();
  portal_graph_ways(store->graph, &count);
  for (uint32_t i = 0; i < count; i++) {
    const portal_way *way = &portal_graph_ways(store->graph, &count)[i];
    const portal_targets *targets = portal_graph_targets(store->graph, i, of->id);
    if (way->key || way->from != of->from->rank || !targets || targets->count == 0) continue;
    const portal_object *to = portal_catalog_object_by_key(store->catalog, portal_catalog_key(store->catalog, way->to));
    if (to && (!of->call->to || of->call->to == to)) json_array_append_new(list, towards(of, to, targets));
  }
  return list;
}

static json_t *record_json(ties *of) {
  portal_store *store = of->call->store;
  sqlite3_stmt *row = tether_sql_query(
      store->sql, "SELECT properties, created, updated, archived FROM records WHERE object = ? AND id = ?", "ii",
      of->from->key, of->id);
  if (!tether_sql_next(store->sql, row)) return NULL;
  json_t *properties = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
  json_t *record = portal_titled(of->from, of->id, properties);
  json_object_set_new(record, "properties", properties);
  json_object_set_new(record, "words", portal_page_words(of->from));
  json_object_set_new(record, "created", json_integer(sqlite3_column_int64(row, 1)));
  json_object_set_new(record, "updated", json_integer(sqlite3_column_int64(row, 2)));
  json_object_set_new(record, "archived", json_integer(sqlite3_column_int64(row, 3)));
  tether_sql_end(row);
  return record;
}

static bool read_asked(ties *of) {
  portal_id id;
  portal_id_of_text(of->call->request->a, &id);
  of->id = portal_record_survivor(of->call->store, of->from, id.value);
  if (!portal_read_number(of->call, "after", 0, &of->after) || !portal_read_number(of->call, "limit", SHOWN, &of->most))
    return false;
  if (of->most < 1 || of->most > SHOWN_MOST)
    return portal_refuse(of->call->problem, 400, "VALIDATION_ERROR", "limit must lie between 1 and %d", SHOWN_MOST);
  return true;
}

/* ?limit=100&after=ID: { record: { type, id, title, detail, properties, created, updated, archived }, ties, sets };
 * behind `…/links/{t}` towards one object type alone. */
bool portal_page_record(portal_call *call) {
  ties of = {.call = call, .from = call->from, .sets = json_object()};
  json_t *record = read_asked(&of) ? record_json(&of) : NULL;
  if (record) {
    json_t *list = all_ties(&of);
    return portal_answer_json(call, 200, json_pack("{s:o, s:o, s:o}", "record", record, "ties", list, "sets", of.sets));
  }
  json_decref(of.sets);
  return call->problem->status == 0 &&
         portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "There is no record %.60s", call->request->a);
}
