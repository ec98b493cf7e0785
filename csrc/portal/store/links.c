#include "portal/store/links.h"

#include <stdlib.h>
#include <string.h>

static portal_ends ends_of(const portal_pair *pair) {
  return (portal_ends){.from = pair->from->rank, .to = pair->to->rank, .a = pair->a, .b = pair->b};
}

static portal_ends turned(portal_ends ends) {
  return (portal_ends){.from = ends.to, .to = ends.from, .a = ends.b, .b = ends.a};
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

bool portal_links_use(const portal_store *store, const portal_type *type) {
  for (uint32_t set = 1; set < portal_sets_count(store->sets); set++)
    if (portal_graph_uses(store->graph, set) && portal_sets_has(store->sets, set, type->key)) return true;
  return false;
}

static const portal_targets *targets_of(const portal_store *store, const portal_type *type, int64_t id) {
  return portal_graph_targets(store->graph, type->from->rank, type->to->rank, id);
}

/* Every target of a pair with a plain type has it. */
static bool has_all(const portal_store *store, const portal_type *type) {
  return type->kind == TETHER_UNLABELED && portal_catalog_plain(store->catalog, type->from, type->to) == type;
}

int64_t portal_links_count(const portal_store *store, const portal_type *type, int64_t id) {
  const portal_targets *targets = targets_of(store, type, id);
  if (!targets || has_all(store, type)) return targets ? targets->count : 0;
  if (!portal_links_use(store, type)) return 0;
  portal_place place = portal_targets_above(targets, 0);
  int64_t target, count = 0;
  uint32_t set;
  while (portal_targets_next(&place, &target, &set)) count += portal_sets_has(store->sets, set, type->key);
  return count;
}

bool portal_links_reach(const portal_store *store, const portal_type *type, int64_t id, int64_t most) {
  const portal_targets *targets = targets_of(store, type, id);
  return targets && targets->count >= most && portal_links_count(store, type, id) >= most;
}

const portal_targets *portal_links_crowded(const portal_store *store, int64_t least, size_t *place) {
  const portal_targets *targets;
  do {
    targets =
        least > PORTAL_PIECE ? portal_graph_each_large(store->graph, place) : portal_graph_each(store->graph, place);
  } while (targets && targets->count < least);
  return targets;
}

int64_t portal_links_first(const portal_store *store, const portal_type *type, int64_t id) {
  portal_place place = portal_targets_above(targets_of(store, type, id), 0);
  int64_t target;
  uint32_t set;
  return portal_targets_next(&place, &target, &set) ? target : 0;
}

/* -- late reads --------------------------------------------------------------------------------------------------- */

static void note(portal_store *store, portal_ends ends, const portal_set *set, const portal_set *other, bool added) {
  for (size_t i = 0; i < set->count; i++) {
    bool both = false;
    for (size_t k = 0; k < other->count; k++) both = both || other->keys[k] == set->keys[i];
    if (!both)
      tether_sql_do(store->sql, "INSERT INTO changes VALUES(?, ?, ?, ?, ?, ?, ?)", "iiiiiii",
                    portal_now_ms(&store->clock), (int64_t)added, (int64_t)ends.from, (int64_t)ends.to, ends.a, ends.b,
                    set->keys[i]);
  }
}

/* While reads are late, every type that comes or goes is noted. */
static void note_change(portal_store *store, portal_ends ends, uint32_t before, uint32_t after) {
  const portal_set *old = portal_sets_at(store->sets, before), *new = portal_sets_at(store->sets, after);
  note(store, ends, old, new, false);
  note(store, ends, new, old, true);
}

/* -- changes ------------------------------------------------------------------------------------------------------ */

/* All changes of links end here. */
static bool put(portal_store *store, portal_ends ends, uint32_t set, uint32_t back) {
  if (set == PORTAL_NO_SET || back == PORTAL_NO_SET) return fail(store);
  if (store->switches[PORTAL_STALE_READS]) {
    bool itself = ends.from == ends.to && ends.a == ends.b;
    note_change(store, ends, portal_graph_set(store->graph, ends), set);
    if (!itself) note_change(store, turned(ends), portal_graph_set(store->graph, turned(ends)), back);
  }
  return portal_graph_put(store->graph, ends, set, back) || fail(store);
}

/* The set that follows from another one when types come and go; `inverse`: for the other direction. */
static uint32_t follow(portal_store *store, uint32_t set, const portal_typeset *before, const portal_typeset *after,
                       bool inverse) {
  for (size_t i = 0; i < before->count; i++) {
    const portal_type *type = before->list[i];
    int64_t key = inverse ? type->inverse : type->key;
    if (key && !portal_typeset_has(after, type)) set = portal_sets_take(store->sets, set, key);
  }
  for (size_t i = 0; i < after->count; i++) {
    const portal_type *type = after->list[i];
    int64_t key = inverse ? type->inverse : type->key;
    if (key && !portal_typeset_has(before, type)) set = portal_sets_add(store->sets, set, key);
  }
  return set;
}

bool portal_links_change(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after) {
  portal_ends ends = ends_of(pair);
  if (after->count == 0) return portal_links_clear(store, pair);
  uint32_t set = follow(store, portal_graph_set(store->graph, ends), before, after, false);
  bool itself = pair->from == pair->to && pair->a == pair->b; /* the other direction is the same link */
  uint32_t back = itself ? set : portal_graph_set(store->graph, turned(ends));
  back = follow(store, back, before, after, true);
  return put(store, ends, itself ? back : set, back);
}

bool portal_links_clear(portal_store *store, const portal_pair *pair) { return put(store, ends_of(pair), 0, 0); }

/* One type less in this direction, and its inverse in the other one. */
static bool take_one(portal_store *store, portal_ends ends, const portal_type *type) {
  uint32_t set = portal_graph_set(store->graph, ends), back = portal_graph_set(store->graph, turned(ends));
  set = portal_sets_take(store->sets, set, type->key);
  if (type->inverse) back = portal_sets_take(store->sets, back, type->inverse);
  return put(store, ends, set, back);
}

bool portal_links_take(portal_store *store, const portal_type *type, int64_t id, int64_t kept) {
  int64_t target = 0;
  uint32_t set;
  if (!portal_links_use(store, type)) return true;
  for (portal_place place = portal_targets_above(targets_of(store, type, id), target);
       portal_targets_next(&place, &target, &set);) {
    if (target == kept || !portal_sets_has(store->sets, set, type->key)) continue;
    portal_ends ends = {.from = type->from->rank, .to = type->to->rank, .a = id, .b = target};
    if (!take_one(store, ends, type)) return false;
    place = portal_targets_above(targets_of(store, type, id), target);
  }
  return true;
}

/* -- changes of many ---------------------------------------------------------------------------------------------- */

static uint32_t united(portal_store *store, uint32_t one, uint32_t other) {
  for (size_t i = 0; i < portal_sets_at(store->sets, other)->count; i++)
    one = portal_sets_add(store->sets, one, portal_sets_at(store->sets, other)->keys[i]);
  return one;
}

/* Works on each target of a record, in every direction; `work` may take the target away. */
static bool each_target(portal_store *store, uint16_t object, int64_t id, int64_t into,
                        bool (*work)(portal_store *, portal_ends, int64_t into)) {
  size_t count;
  portal_graph_directions(store->graph, &count);
  for (size_t i = 0; i < count; i++) {
    portal_direction way = portal_graph_directions(store->graph, &count)[i];
    portal_ends ends = {.from = way.from, .to = way.to, .a = id};
    uint32_t set;
    for (;;) {
      const portal_targets *targets =
          way.from == object ? portal_graph_targets(store->graph, way.from, way.to, id) : NULL;
      portal_place place = portal_targets_above(targets, ends.b);
      if (!portal_targets_next(&place, &ends.b, &set)) break;
      if (!work(store, ends, into)) return false;
    }
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

/* A link between the two that become one goes. */
static bool move_one(portal_store *store, portal_ends ends, int64_t into) {
  portal_ends moved = {.from = ends.from, .to = ends.to, .a = into, .b = ends.b};
  uint32_t set = portal_graph_set(store->graph, ends), back = portal_graph_set(store->graph, turned(ends));
  if (!put(store, ends, 0, 0)) return false;
  if (ends.from == ends.to && (ends.b == into || ends.b == ends.a)) return true;
  set = united(store, portal_graph_set(store->graph, moved), set);
  back = united(store, portal_graph_set(store->graph, turned(moved)), back);
  return put(store, moved, set, back);
}

bool portal_links_move(portal_store *store, const portal_object *object, int64_t id, int64_t into) {
  return each_target(store, object->rank, id, into, move_one);
}

/* Takes a type from every target of a record; a link without any type is none. */
static bool drop_from(portal_store *store, const portal_targets *targets, int64_t key) {
  portal_ends ends = {.from = targets->from, .to = targets->to, .a = targets->record};
  uint32_t number;
  for (;;) {
    portal_place place = portal_targets_above(portal_graph_targets(store->graph, ends.from, ends.to, ends.a), ends.b);
    if (!portal_targets_next(&place, &ends.b, &number)) return true;
    if (!portal_sets_has(store->sets, number, key)) continue;
    bool itself = ends.from == ends.to && ends.a == ends.b;
    number = portal_sets_take(store->sets, number, key);
    if (!put(store, ends, number, itself ? number : portal_graph_set(store->graph, turned(ends)))) return false;
  }
}

bool portal_links_drop_type(portal_store *store, const portal_type *type) {
  const portal_targets *targets;
  if (!portal_links_use(store, type)) return true;
  for (size_t place = 0; (targets = portal_graph_each(store->graph, &place));) {
    if (targets->from != type->from->rank || targets->to != type->to->rank) continue;
    if (!drop_from(store, targets, type->key)) return false;
  }
  return true;
}

bool portal_links_drop_object(portal_store *store, const portal_object *object) {
  const portal_targets *targets;
  size_t count, used = 0;
  const portal_direction *ways = portal_graph_directions(store->graph, &count);
  for (size_t i = 0; i < count; i++)
    if (ways[i].links && (ways[i].from == object->rank || ways[i].to == object->rank)) used++;
  for (size_t place = 0; used && (targets = portal_graph_each(store->graph, &place));)
    if (targets->from == object->rank && !portal_links_forget(store, object, targets->record)) return false;
  return true;
}

bool portal_links_drop_all(portal_store *store) {
  const portal_targets *targets;
  int64_t target;
  uint32_t set;
  for (size_t place = 0; (targets = portal_graph_each(store->graph, &place));) {
    portal_ends ends = {.from = targets->from, .to = targets->to, .a = targets->record};
    for (;;) {
      portal_place first = portal_targets_above(portal_graph_targets(store->graph, ends.from, ends.to, ends.a), 0);
      if (!portal_targets_next(&first, &target, &set)) break;
      ends.b = target;
      if (!put(store, ends, 0, 0)) return false;
    }
  }
  return true;
}
