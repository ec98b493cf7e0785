#include "portal/store/links.h"

#include <stdlib.h>
#include <string.h>

static portal_ends ends_of(const portal_pair *pair) {
  return (portal_ends){.from = pair->from->rank, .to = pair->to->rank, .from_id = pair->from_id, .to_id = pair->to_id};
}

static bool fail(portal_store *store) {
  store->short_of_memory = true;
  return false;
}

/* -- what is there ------------------------------------------------------------------------------------------------ */

portal_set *portal_links_types(portal_store *store, uint32_t number) {
  portal_set *set = portal_sets_at(store->sets, number);
  uint64_t generation = portal_catalog_generation(store->catalog);
  if (set->generation == generation) return set;
  free(set->text);
  set->text = NULL;
  if (!set->types) set->types = calloc(set->count + 1, sizeof *set->types);
  if (!set->types) {
    store->short_of_memory = true;
    return NULL;
  }
  for (size_t i = 0; i < set->count; i++) set->types[i] = portal_catalog_type(store->catalog, set->keys[i]);
  set->generation = generation;
  return set;
}

void portal_links_between(portal_store *store, const portal_pair *pair, portal_typeset *types) {
  const portal_set *set = portal_links_types(store, portal_graph_set(store->graph, ends_of(pair)));
  types->count = 0;
  for (size_t i = 0; set && i < set->count; i++) portal_typeset_add(types, set->types[i]);
}

bool portal_links_any(const portal_store *store, const portal_pair *pair) {
  return portal_graph_set(store->graph, ends_of(pair)) != 0;
}

/* The way in which links with a type are counted. A type that every link of its direction has is counted as the
 * direction itself. */
static uint32_t way_of(const portal_store *store, const portal_type *type) {
  bool implied = portal_catalog_is_implied(store->catalog, type);
  return portal_graph_way(store->graph, type->from->rank, type->to->rank, implied ? 0 : type->key);
}

bool portal_links_use(const portal_store *store, const portal_type *type) {
  return portal_graph_at_least(store->graph, way_of(store, type), 1) > 0;
}

int64_t portal_links_count(const portal_store *store, const portal_type *type, int64_t id) {
  return portal_graph_degree(store->graph, way_of(store, type), id);
}

void portal_links_weigh(const portal_store *store, portal_gains *gains) {
  for (size_t i = 0; i < gains->count; i++) {
    portal_gain *gain = &gains->list[i];
    if (gain->exclusive || gain->most) gain->held = portal_links_count(store, gain->type, gain->id);
  }
}

static const portal_targets *targets_of(const portal_store *store, const portal_type *type, int64_t id) {
  uint32_t way = portal_graph_way(store->graph, type->from->rank, type->to->rank, 0);
  return portal_graph_targets(store->graph, way, id);
}

int64_t portal_links_first(const portal_store *store, const portal_type *type, int64_t id) {
  portal_place place = portal_targets_above(targets_of(store, type, id), 0);
  int64_t target;
  uint32_t set;
  return portal_targets_next(&place, &target, &set) ? target : 0;
}

/* -- late reads, and those who are told of changes ---------------------------------------------------------------- */

static void note_type(portal_store *store, portal_ends ends, int64_t key, bool added) {
  portal_noted change = {.kind = added ? PORTAL_NOTED_LINKED : PORTAL_NOTED_UNLINKED,
                         .from = ends.from,
                         .to = ends.to,
                         .id = ends.from_id,
                         .to_id = ends.to_id,
                         .type = key};
  if (!portal_changes_add(&store->changes, change)) store->short_of_memory = true;
  if (!store->switches[PORTAL_STALE_READS]) return;
  tether_sql_do(store->sql, "INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?)", "iiiiiii", portal_now_ms(&store->clock),
                (int64_t)added, (int64_t)ends.from, (int64_t)ends.to, ends.from_id, ends.to_id, key);
}

static void note(portal_store *store, portal_ends ends, const portal_set *set, const portal_set *other, bool added) {
  for (size_t i = 0; i < set->count; i++) {
    bool both = false;
    for (size_t k = 0; k < other->count; k++) both = both || other->keys[k] == set->keys[i];
    if (!both) note_type(store, ends, set->keys[i], added);
  }
}

/* While reads are late, or somebody is told of changes, every type that comes or goes is noted. */
static void note_change(portal_store *store, portal_ends ends, uint32_t before, uint32_t after) {
  const portal_set *old = portal_sets_at(store->sets, before), *new = portal_sets_at(store->sets, after);
  note(store, ends, old, new, false);
  note(store, ends, new, old, true);
}

/* -- changes ------------------------------------------------------------------------------------------------------ */

/* Every change of a link ends here: the graph is changed, and what late reads and webhooks need is noted. */
static bool put(portal_store *store, portal_ends ends, uint32_t set, uint32_t inverse) {
  if (set == PORTAL_NO_SET || inverse == PORTAL_NO_SET) return fail(store);
  if (store->switches[PORTAL_STALE_READS] || store->changes.wanted) {
    bool itself = ends.from == ends.to && ends.from_id == ends.to_id;
    note_change(store, ends, portal_graph_set(store->graph, ends), set);
    if (!itself)
      note_change(store, portal_ends_turned(ends), portal_graph_set(store->graph, portal_ends_turned(ends)), inverse);
  }
  return portal_graph_put(store->graph, ends, set, inverse) || fail(store);
}

/* The set that another one becomes when types come and go; `is_inverse`: the set is that of the other direction. */
static uint32_t changed_set(portal_store *store, uint32_t set, const portal_typeset *before,
                            const portal_typeset *after, bool is_inverse) {
  for (size_t i = 0; i < before->count; i++) {
    const portal_type *type = before->list[i];
    int64_t key = is_inverse ? type->inverse : type->key;
    if (key && !portal_typeset_has(after, type)) set = portal_sets_take(store->sets, set, key);
  }
  for (size_t i = 0; i < after->count; i++) {
    const portal_type *type = after->list[i];
    int64_t key = is_inverse ? type->inverse : type->key;
    if (key && !portal_typeset_has(before, type)) set = portal_sets_add(store->sets, set, key);
  }
  return set;
}

bool portal_links_change(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after) {
  portal_ends ends = ends_of(pair);
  if (after->count == 0) return portal_links_clear(store, pair);
  uint32_t set = changed_set(store, portal_graph_set(store->graph, ends), before, after, false);
  bool itself = pair->from == pair->to && pair->from_id == pair->to_id; /* the other direction is the same link */
  uint32_t inverse = itself ? set : portal_graph_set(store->graph, portal_ends_turned(ends));
  inverse = changed_set(store, inverse, before, after, true);
  return put(store, ends, itself ? inverse : set, inverse);
}

bool portal_links_clear(portal_store *store, const portal_pair *pair) { return put(store, ends_of(pair), 0, 0); }

/* Takes a type from a pair in this direction, and its inverse in the other. */
static bool take_one(portal_store *store, portal_ends ends, const portal_type *type) {
  uint32_t set = portal_graph_set(store->graph, ends),
           inverse = portal_graph_set(store->graph, portal_ends_turned(ends));
  set = portal_sets_take(store->sets, set, type->key);
  if (type->inverse) inverse = portal_sets_take(store->sets, inverse, type->inverse);
  return put(store, ends, set, inverse);
}

bool portal_links_take(portal_store *store, const portal_type *type, int64_t id, int64_t kept) {
  portal_ends ends = {.from = type->from->rank, .to = type->to->rank, .from_id = id};
  uint32_t way = way_of(store, type), set;
  for (;;) {
    portal_place place = portal_targets_above(portal_graph_targets(store->graph, way, id), ends.to_id);
    if (!portal_targets_next(&place, &ends.to_id, &set)) return true;
    if (ends.to_id != kept && !take_one(store, ends, type)) return false;
  }
}

bool portal_links_write(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                        const portal_typeset *after, const portal_gains *gains) {
  for (const portal_gain *gain = gains->list; gains->moves && gain < gains->list + gains->count; gain++)
    if (gain->exclusive && gain->held > 0 && !portal_links_take(store, gain->type, gain->id, gain->other)) return false;
  return portal_links_change(store, pair, before, after);
}

/* -- changes of many ---------------------------------------------------------------------------------------------- */

static uint32_t united(portal_store *store, uint32_t union_set, uint32_t other) {
  for (size_t i = 0; i < portal_sets_at(store->sets, other)->count; i++)
    union_set = portal_sets_add(store->sets, union_set, portal_sets_at(store->sets, other)->keys[i]);
  return union_set;
}

/* Works on each target of a record in one way; `work` may take the target away. */
static bool each_of_way(portal_store *store, uint32_t way, portal_ends ends, int64_t into,
                        bool (*work)(portal_store *, portal_ends, int64_t into)) {
  uint32_t set;
  for (;;) {
    portal_place place = portal_targets_above(portal_graph_targets(store->graph, way, ends.from_id), ends.to_id);
    if (!portal_targets_next(&place, &ends.to_id, &set)) return true;
    if (!work(store, ends, into)) return false;
  }
}

/* Does `work` for each target of a record, in every way. `work` may make new ways, which moves their list, so the list
 * is asked for each time. */
static bool each_target(portal_store *store, uint16_t object, int64_t id, int64_t into,
                        bool (*work)(portal_store *, portal_ends, int64_t into)) {
  uint32_t count;
  portal_graph_ways(store->graph, &count);
  for (uint32_t i = 0; i < count; i++) {
    portal_way way = portal_graph_ways(store->graph, &count)[i];
    portal_ends ends = {.from = way.from, .to = way.to, .from_id = id};
    if (way.key == 0 && way.from == object && !each_of_way(store, i, ends, into, work)) return false;
  }
  return true;
}

static bool clear_one(portal_store *store, portal_ends ends, int64_t into) {
  (void)into;
  return put(store, ends, 0, 0);
}

bool portal_links_forget(portal_store *store, const portal_object *object, int64_t id) {
  return each_target(store, object->rank, id, 0, clear_one);
}

/* Moves one target of a record to the record that it is merged into. A link between these two is removed. */
static bool move_one(portal_store *store, portal_ends ends, int64_t into) {
  portal_ends moved = {.from = ends.from, .to = ends.to, .from_id = into, .to_id = ends.to_id};
  uint32_t set = portal_graph_set(store->graph, ends),
           inverse = portal_graph_set(store->graph, portal_ends_turned(ends));
  if (!put(store, ends, 0, 0)) return false;
  if (ends.from == ends.to && (ends.to_id == into || ends.to_id == ends.from_id)) return true;
  set = united(store, portal_graph_set(store->graph, moved), set);
  inverse = united(store, portal_graph_set(store->graph, portal_ends_turned(moved)), inverse);
  return put(store, moved, set, inverse);
}

bool portal_links_move(portal_store *store, const portal_object *object, int64_t id, int64_t into) {
  return each_target(store, object->rank, id, into, move_one);
}

/* The record with the most targets in a way and the first of them. False: the way has no links. */
static bool any_link(const portal_store *store, uint32_t way, portal_ends *ends) {
  const portal_targets *targets = portal_graph_ranked(store->graph, way, 0);
  portal_place place = portal_targets_above(targets, 0);
  uint32_t set, count;
  if (!portal_targets_next(&place, &ends->to_id, &set)) return false;
  const portal_way *of = &portal_graph_ways(store->graph, &count)[way];
  ends->from = of->from;
  ends->to = of->to;
  ends->from_id = targets->record;
  return true;
}

bool portal_links_drop_type(portal_store *store, const portal_type *type) {
  portal_ends ends;
  for (uint32_t way = way_of(store, type); any_link(store, way, &ends);) {
    bool itself = ends.from == ends.to && ends.from_id == ends.to_id;
    uint32_t set = portal_sets_take(store->sets, portal_graph_set(store->graph, ends), type->key);
    if (!put(store, ends, set, itself ? set : portal_graph_set(store->graph, portal_ends_turned(ends)))) return false;
  }
  return true;
}

/* Removes all links of a way. */
static bool clear_way(portal_store *store, uint32_t way) {
  portal_ends ends;
  while (any_link(store, way, &ends))
    if (!put(store, ends, 0, 0)) return false;
  return true;
}

/* Each link stands in two directions, and removing one removes the other: it is enough to go through those from the
 * object type. */
bool portal_links_drop_object(portal_store *store, const portal_object *object) {
  uint32_t count;
  portal_graph_ways(store->graph, &count);
  for (uint32_t i = 0; i < count; i++)
    if (portal_graph_ways(store->graph, &count)[i].from == object->rank && !clear_way(store, i)) return false;
  return true;
}

bool portal_links_drop_all(portal_store *store) {
  uint32_t count;
  portal_graph_ways(store->graph, &count);
  for (uint32_t i = 0; i < count; i++)
    if (!clear_way(store, i)) return false;
  return true;
}
