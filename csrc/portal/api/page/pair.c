/* The types between two object types, in both directions, with their limits and how far these are used. */
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/page/title.h"

enum { NEAR_PERCENT = 80 }; /* of a limit: near it (wire.md, 4.22) */

/* The way in which links with a type are counted: the direction itself for a type that every link has. */
static uint32_t way_of(portal_store *store, const portal_type *type) {
  bool implied = portal_catalog_is_implied(store->catalog, type);
  return portal_graph_way(store->graph, type->from->rank, type->to->rank, implied ? 0 : type->key);
}

static json_t *type_json(portal_store *store, const portal_type *type) {
  uint32_t way = way_of(store, type), count;
  const portal_type *inverse = portal_catalog_inverse(store->catalog, type);
  const portal_way *ways = portal_graph_ways(store->graph, &count);
  const portal_targets *fullest = portal_graph_ranked(store->graph, way, 0);
  uint32_t near = type->most ? portal_graph_at_least(store->graph, way, (type->most * NEAR_PERCENT + 99) / 100) : 0;
  json_t *json = json_pack("{s:s, s:I, s:s?, s:s, s:s, s:I, s:I, s:I, s:I}", "category", portal_type_category(type),
                           "id", (json_int_t)portal_type_id(type), "label", type->label, "name", type->name, "kind",
                           tether_kind_name(type->kind), "most", (json_int_t)type->most, "links",
                           (json_int_t)(way < count ? ways[way].links : 0), "records",
                           (json_int_t)portal_graph_at_least(store->graph, way, 1), "near", (json_int_t)near);
  if (inverse) json_object_set_new(json, "inverse", json_integer(portal_type_id(inverse)));
  if (fullest) {
    json_object_set_new(json, "fullest", portal_page_id(fullest->record));
    json_object_set_new(json, "fullest_links", json_integer(fullest->count));
  }
  return json;
}

static json_t *direction(portal_store *store, const portal_object *from, const portal_object *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++)
    if (types[i]->from == from && types[i]->to == to) json_array_append_new(list, type_json(store, types[i]));
  return json_pack("{s:s, s:s, s:o, s:o, s:o}", "from", portal_page_name(from), "to", portal_page_name(to),
                   "from_words", portal_page_words(from), "to_words", portal_page_words(to), "types", list);
}

/* { directions: [ { from, to, from_words, to_words, types: [ { category, id, label, name, kind, inverse, most, links,
 * records, near, fullest, fullest_links } ] } ], label_cap, technical_limit }: two directions, or one of a type to
 * itself. */
bool portal_page_pair(portal_call *call) {
  portal_store *store = call->store;
  json_t *directions = json_array();
  json_array_append_new(directions, direction(store, call->from, call->to));
  if (call->from != call->to) json_array_append_new(directions, direction(store, call->to, call->from));
  return portal_answer_json(call, 200,
                            json_pack("{s:o, s:I, s:I}", "directions", directions, "label_cap",
                                      (json_int_t)store->switches[PORTAL_LABEL_CAP], "technical_limit",
                                      (json_int_t)store->switches[PORTAL_TECHNICAL_LIMIT]));
}
