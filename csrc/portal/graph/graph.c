#include "portal/graph/graph.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "portal/graph/nodes.h"

enum {
  CHANGES_KEPT = 1 << 16 /* memory for more is given back after a transaction, such as a seed's */
};

enum { HAS = 1 }; /* in a way of one type it is enough that a target has it: this stands in place of a set's number */

struct portal_graph {
  const portal_sets *sets; /* not owned */
  portal_nodes nodes;
  portal_ways ways;
  int64_t links;
  portal_change *changes;
  size_t change_count, change_room;
  portal_change seen; /* the pair that was looked at last, as it is now; from_id 0: none */
};

portal_graph *portal_graph_new(const portal_sets *sets) {
  portal_graph *graph = calloc(1, sizeof *graph);
  if (!graph) return NULL;
  graph->sets = sets;
  if (portal_nodes_init(&graph->nodes)) return graph;
  free(graph);
  return NULL;
}

void portal_graph_clear(portal_graph *graph) {
  portal_nodes_clear(&graph->nodes);
  portal_ways_free(&graph->ways);
  graph->seen.ends.from_id = 0;
  graph->change_count = 0;
  graph->links = 0;
}

void portal_graph_free(portal_graph *graph) {
  if (!graph) return;
  portal_nodes_free(&graph->nodes);
  portal_ways_free(&graph->ways);
  free(graph->changes);
  free(graph);
}

portal_graph *portal_graph_copy(const portal_graph *graph) {
  portal_graph *copy = calloc(1, sizeof *copy);
  if (!copy) return NULL;
  copy->sets = graph->sets;
  copy->links = graph->links;
  if (portal_nodes_copy(&copy->nodes, &graph->nodes) && portal_ways_copy(&copy->ways, &graph->ways)) return copy;
  portal_graph_free(copy);
  return NULL;
}

/* -- what is there ------------------------------------------------------------------------------------------------ */

int64_t portal_graph_count(const portal_graph *graph) { return graph->links; }

const portal_way *portal_graph_ways(const portal_graph *graph, uint32_t *count) {
  *count = graph->ways.count;
  return graph->ways.list;
}

uint32_t portal_graph_way(const portal_graph *graph, uint16_t from, uint16_t to, int64_t key) {
  return portal_ways_find(&graph->ways, from, to, key);
}

const portal_targets *portal_graph_targets(const portal_graph *graph, uint32_t way, int64_t record) {
  return record && way != PORTAL_NO_WAY ? portal_nodes_find(&graph->nodes, way, record) : NULL;
}

int64_t portal_graph_degree(const portal_graph *graph, uint32_t way, int64_t record) {
  const portal_targets *targets = portal_graph_targets(graph, way, record);
  return targets ? targets->count : 0;
}

uint32_t portal_graph_at_least(const portal_graph *graph, uint32_t way, int64_t least) {
  return way == PORTAL_NO_WAY ? 0 : portal_degrees_count(&graph->ways.list[way].degrees, least);
}

const portal_targets *portal_graph_ranked(const portal_graph *graph, uint32_t way, uint32_t rank) {
  if (rank >= portal_graph_at_least(graph, way, 1)) return NULL;
  return &graph->nodes.list[graph->ways.list[way].degrees.order[rank]];
}

/* -- one direction ------------------------------------------------------------------------------------------------ */

/* Gives a record a target in one way. False: no memory, and nothing is changed. */
static bool give(portal_graph *graph, uint32_t way, portal_ends ends, uint32_t set) {
  portal_targets *node = portal_nodes_make(&graph->nodes, &graph->ways, way, ends.from_id);
  if (!node) return false;
  portal_way *of = &graph->ways.list[way];
  uint32_t before = node->count;
  if (!portal_degrees_reserve(&of->degrees, before + 1) || !portal_targets_put(node, ends.to_id, set)) return false;
  if (node->count == before) return true;
  portal_degrees_rise(&of->degrees, graph->nodes.list, (uint32_t)(node - graph->nodes.list));
  of->links++;
  return true;
}

static void take(portal_graph *graph, uint32_t way, portal_ends ends) {
  portal_targets *node = way == PORTAL_NO_WAY ? NULL : portal_nodes_find(&graph->nodes, way, ends.from_id);
  uint32_t before = node ? node->count : 0;
  if (!node || !portal_targets_put(node, ends.to_id, 0) || node->count == before) return;
  portal_degrees_fall(&graph->ways.list[way].degrees, graph->nodes.list, (uint32_t)(node - graph->nodes.list));
  graph->ways.list[way].links--;
}

/* Counts a link apart under each label of `set` that `other` does not have; the next function takes such counts away.
 * False: no memory. */
static bool give_labels(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t other) {
  const portal_set *of = portal_sets_at(graph->sets, set);
  for (size_t i = 0; i < of->label_count; i++) {
    if (portal_sets_has(graph->sets, other, of->labels[i])) continue;
    uint32_t way = portal_ways_make(&graph->ways, ends.from, ends.to, of->labels[i]);
    if (way == PORTAL_NO_WAY || !give(graph, way, ends, HAS)) return false;
  }
  return true;
}

static void take_labels(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t other) {
  const portal_set *of = portal_sets_at(graph->sets, set);
  for (size_t i = 0; i < of->label_count; i++)
    if (!portal_sets_has(graph->sets, other, of->labels[i]))
      take(graph, portal_graph_way(graph, ends.from, ends.to, of->labels[i]), ends);
}

/* Puts one direction of a pair, with all its counts. Steps that may fail come first, so that they can be taken back.
 * False: no memory, and nothing is changed. */
static bool put_one(portal_graph *graph, portal_ends ends, uint32_t before, uint32_t set) {
  if (before == set) return true;
  uint32_t way = portal_ways_make(&graph->ways, ends.from, ends.to, 0);
  if (way == PORTAL_NO_WAY) return false;
  if (!give_labels(graph, ends, set, before) || (set && !give(graph, way, ends, set))) {
    take_labels(graph, ends, set, before);
    return false;
  }
  if (!set) take(graph, way, ends);
  take_labels(graph, ends, before, set);
  graph->links += (set != 0) - (before != 0);
  return true;
}

/* -- pairs -------------------------------------------------------------------------------------------------------- */

portal_ends portal_ends_turned(portal_ends ends) {
  return (portal_ends){.from = ends.to, .to = ends.from, .from_id = ends.to_id, .to_id = ends.from_id};
}

static bool is_one_way(portal_ends ends) { return ends.from == ends.to && ends.from_id == ends.to_id; }

static bool note_change(portal_graph *graph, portal_change change) {
  if (!tether_grow(&graph->changes, &graph->change_room, graph->change_count + 1, sizeof change)) return false;
  graph->changes[graph->change_count++] = change;
  return true;
}

static uint32_t find(const portal_graph *graph, portal_ends ends) {
  const portal_targets *node =
      portal_graph_targets(graph, portal_graph_way(graph, ends.from, ends.to, 0), ends.from_id);
  return node ? portal_targets_set(node, ends.to_id) : 0;
}

static bool is_same(portal_ends left, portal_ends other) {
  return left.from_id == other.from_id && left.to_id == other.to_id && left.from == other.from && left.to == other.to;
}

/* What a pair holds in both directions. The last answer is kept, since a write first looks at a pair from either side.
 */
static portal_change look(portal_graph *graph, portal_ends ends) {
  if (is_same(graph->seen.ends, ends)) return graph->seen;
  if (is_same(graph->seen.ends, portal_ends_turned(ends)))
    return (portal_change){.ends = ends, .set = graph->seen.inverse, .inverse = graph->seen.set};
  graph->seen =
      (portal_change){.ends = ends, .set = find(graph, ends), .inverse = find(graph, portal_ends_turned(ends))};
  return graph->seen;
}

static bool put_both(portal_graph *graph, portal_change before, uint32_t set, uint32_t inverse) {
  portal_ends ends = before.ends;
  graph->seen.ends.from_id = 0;
  if (is_one_way(ends)) return put_one(graph, ends, before.inverse, inverse);
  if (!put_one(graph, ends, before.set, set)) return false;
  if (put_one(graph, portal_ends_turned(ends), before.inverse, inverse)) return true;
  put_one(graph, ends, set, before.set);
  return false;
}

bool portal_graph_put(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t inverse) {
  portal_change before = look(graph, ends);
  if (before.set == set && before.inverse == inverse) return true;
  if (set == PORTAL_NO_SET || inverse == PORTAL_NO_SET || !note_change(graph, before)) return false;
  if (!put_both(graph, before, set, inverse)) {
    graph->change_count--;
    return false;
  }
  graph->seen = (portal_change){.ends = ends, .set = is_one_way(ends) ? inverse : set, .inverse = inverse};
  return true;
}

uint32_t portal_graph_set(portal_graph *graph, portal_ends ends) { return look(graph, ends).set; }

/* -- the transaction ---------------------------------------------------------------------------------------------- */

const portal_change *portal_graph_changes(const portal_graph *graph, size_t *count) {
  *count = graph->change_count;
  return graph->changes;
}

bool portal_graph_undo(portal_graph *graph, size_t place) {
  bool fine = true;
  while (graph->change_count > place) {
    const portal_change *last = &graph->changes[--graph->change_count];
    fine = put_both(graph, look(graph, last->ends), last->set, last->inverse) && fine;
  }
  return fine;
}

void portal_graph_keep(portal_graph *graph) {
  graph->change_count = 0;
  if (graph->change_room <= CHANGES_KEPT) return;
  free(graph->changes); /* of a seed */
  graph->changes = NULL;
  graph->change_room = 0;
}
