#include "portal/graph/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

enum { FIRST_NODES = 1024, FIRST_CHANGES = 1024, CHANGES_KEPT = 1 << 16 };

struct portal_graph {
  portal_targets *nodes; /* by the hash of record and direction; a power of two, at most two thirds of them used */
  size_t node_count, used;
  portal_direction *directions;
  size_t direction_count, last; /* last: the one that was asked for last */
  portal_ends *large;           /* records with several pieces; b is nothing */
  size_t large_count, large_room;
  int64_t *uses; /* by number of set */
  size_t use_count;
  int64_t links;
  portal_change *changes;
  size_t change_count, change_room;
  portal_change seen; /* the pair that was looked at last, as it is now; a 0: none */
};

portal_graph *portal_graph_new(void) {
  portal_graph *graph = calloc(1, sizeof *graph);
  if (!graph) return NULL;
  graph->nodes = calloc(FIRST_NODES, sizeof *graph->nodes);
  graph->node_count = FIRST_NODES;
  if (graph->nodes) return graph;
  free(graph);
  return NULL;
}

void portal_graph_clear(portal_graph *graph) {
  for (size_t i = 0; i < graph->node_count; i++) portal_targets_free(&graph->nodes[i]);
  memset(graph->nodes, 0, graph->node_count * sizeof *graph->nodes);
  if (graph->use_count) memset(graph->uses, 0, graph->use_count * sizeof *graph->uses);
  graph->seen.ends.a = 0;
  graph->used = graph->direction_count = graph->last = graph->large_count = graph->change_count = 0;
  graph->links = 0;
}

void portal_graph_free(portal_graph *graph) {
  if (!graph) return;
  for (size_t i = 0; i < graph->node_count; i++) portal_targets_free(&graph->nodes[i]);
  free(graph->nodes);
  free(graph->directions);
  free(graph->large);
  free(graph->uses);
  free(graph->changes);
  free(graph);
}

/* -- nodes -------------------------------------------------------------------------------------------------------- */

static portal_targets *node_of(const portal_graph *graph, uint16_t from, uint16_t to, int64_t record) {
  uint64_t hash = ((uint64_t)record ^ ((uint64_t)from << 48) ^ ((uint64_t)to << 32)) * 0x9e3779b97f4a7c15u;
  size_t mask = graph->node_count - 1, at = (size_t)(hash >> 20) & mask;
  for (;; at = (at + 1) & mask) {
    portal_targets *node = &graph->nodes[at];
    if (!node->record || (node->record == record && node->from == from && node->to == to)) return node;
  }
}

static bool grow(portal_graph *graph) {
  portal_graph wider = {.node_count = graph->node_count * 2};
  wider.nodes = tether_huge(calloc(wider.node_count, sizeof *wider.nodes), wider.node_count * sizeof *wider.nodes);
  if (!wider.nodes) return false;
  for (size_t i = 0; i < graph->node_count; i++) {
    const portal_targets *old = &graph->nodes[i];
    if (old->record) *node_of(&wider, old->from, old->to, old->record) = *old;
  }
  free(graph->nodes);
  graph->nodes = wider.nodes;
  graph->node_count = wider.node_count;
  return true;
}

/* The node of a record, made if need be; NULL: no memory. */
static portal_targets *make_node(portal_graph *graph, uint16_t from, uint16_t to, int64_t record) {
  portal_targets *node = node_of(graph, from, to, record);
  if (node->record) return node;
  if (graph->used * 3 >= graph->node_count * 2) {
    if (!grow(graph)) return NULL;
    node = node_of(graph, from, to, record);
  }
  *node = (portal_targets){.record = record, .from = from, .to = to};
  graph->used++;
  return node;
}

/* -- what is counted ---------------------------------------------------------------------------------------------- */

static portal_direction *direction_of(portal_graph *graph, uint16_t from, uint16_t to) {
  for (size_t i = 0; i < graph->direction_count; i++) {
    size_t at = (graph->last + i) % graph->direction_count;
    if (graph->directions[at].from == from && graph->directions[at].to == to) {
      graph->last = at;
      return &graph->directions[at];
    }
  }
  portal_direction *list = realloc(graph->directions, (graph->direction_count + 1) * sizeof *list);
  if (!list) return NULL;
  graph->directions = list;
  list[graph->direction_count] = (portal_direction){.from = from, .to = to};
  return &list[graph->direction_count++];
}

static bool has_use(portal_graph *graph, uint32_t set) {
  if (set < graph->use_count) return true;
  size_t count = (size_t)set * 2 + 16;
  int64_t *uses = realloc(graph->uses, count * sizeof *uses);
  if (!uses) return false;
  memset(uses + graph->use_count, 0, (count - graph->use_count) * sizeof *uses);
  graph->uses = uses;
  graph->use_count = count;
  return true;
}

static bool note_large(portal_graph *graph, const portal_targets *node) {
  if (graph->large_count == graph->large_room) {
    size_t room = graph->large_room ? graph->large_room * 2 : 64;
    portal_ends *large = realloc(graph->large, room * sizeof *large);
    if (!large) return false;
    graph->large = large;
    graph->large_room = room;
  }
  graph->large[graph->large_count++] = (portal_ends){.from = node->from, .to = node->to, .a = node->record};
  return true;
}

static void forget_large(portal_graph *graph, const portal_targets *node) {
  for (size_t i = 0; i < graph->large_count; i++) {
    const portal_ends *one = &graph->large[i];
    if (one->a != node->record || one->from != node->from || one->to != node->to) continue;
    graph->large[i] = graph->large[--graph->large_count];
    return;
  }
}

/* One direction of a pair, with all that is counted. False: no memory, and nothing is changed. */
static bool put_one(portal_graph *graph, portal_ends ends, uint32_t before, uint32_t set) {
  if (before == set) return true;
  portal_targets *node = make_node(graph, ends.from, ends.to, ends.a);
  portal_direction *direction = direction_of(graph, ends.from, ends.to);
  if (!node || !direction || !has_use(graph, set)) return false;
  uint32_t shape = node->shape;
  if (!portal_targets_put(node, ends.b, set)) return false;
  if (shape < 2 && node->shape == 2 && !note_large(graph, node)) {
    portal_targets_put(node, ends.b, before);
    return false;
  }
  if (shape == 2 && node->shape < 2) forget_large(graph, node);
  if (before) graph->uses[before]--;
  if (set) graph->uses[set]++;
  int64_t more = (set != 0) - (before != 0);
  direction->links += more;
  graph->links += more;
  return true;
}

/* -- pairs -------------------------------------------------------------------------------------------------------- */

static portal_ends turned(portal_ends ends) {
  return (portal_ends){.from = ends.to, .to = ends.from, .a = ends.b, .b = ends.a};
}

static bool is_one_way(portal_ends ends) { return ends.from == ends.to && ends.a == ends.b; }

static bool note_change(portal_graph *graph, portal_change change) {
  if (graph->change_count == graph->change_room) {
    size_t room = graph->change_room ? graph->change_room * 2 : FIRST_CHANGES;
    portal_change *changes = realloc(graph->changes, room * sizeof *changes);
    if (!changes) return false;
    graph->changes = changes;
    graph->change_room = room;
  }
  graph->changes[graph->change_count++] = change;
  return true;
}

static uint32_t find(const portal_graph *graph, portal_ends ends) {
  const portal_targets *node = node_of(graph, ends.from, ends.to, ends.a);
  return node->record ? portal_targets_set(node, ends.b) : 0;
}

static bool is_same(portal_ends one, portal_ends other) {
  return one.a == other.a && one.b == other.b && one.from == other.from && one.to == other.to;
}

/* Both directions of a pair: what is changed has been looked at before, from either side. */
static portal_change look(portal_graph *graph, portal_ends ends) {
  if (is_same(graph->seen.ends, ends)) return graph->seen;
  if (is_same(graph->seen.ends, turned(ends)))
    return (portal_change){.ends = ends, .set = graph->seen.back, .back = graph->seen.set};
  graph->seen = (portal_change){.ends = ends, .set = find(graph, ends), .back = find(graph, turned(ends))};
  return graph->seen;
}

static bool put_both(portal_graph *graph, portal_change before, uint32_t set, uint32_t back) {
  portal_ends ends = before.ends;
  graph->seen.ends.a = 0;
  if (is_one_way(ends)) return put_one(graph, ends, before.back, back);
  if (!put_one(graph, ends, before.set, set)) return false;
  if (put_one(graph, turned(ends), before.back, back)) return true;
  put_one(graph, ends, set, before.set);
  return false;
}

bool portal_graph_put(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t back) {
  portal_change before = look(graph, ends);
  if (before.set == set && before.back == back) return true;
  if (set == PORTAL_NO_SET || back == PORTAL_NO_SET || !note_change(graph, before)) return false;
  if (!put_both(graph, before, set, back)) {
    graph->change_count--;
    return false;
  }
  graph->seen = (portal_change){.ends = ends, .set = is_one_way(ends) ? back : set, .back = back};
  return true;
}

uint32_t portal_graph_set(portal_graph *graph, portal_ends ends) { return look(graph, ends).set; }

const portal_targets *portal_graph_targets(const portal_graph *graph, uint16_t from, uint16_t to, int64_t record) {
  const portal_targets *node = record ? node_of(graph, from, to, record) : NULL;
  return node && node->record ? node : NULL;
}

int64_t portal_graph_uses(const portal_graph *graph, uint32_t set) {
  return set < graph->use_count ? graph->uses[set] : 0;
}

int64_t portal_graph_count(const portal_graph *graph) { return graph->links; }

const portal_direction *portal_graph_directions(const portal_graph *graph, size_t *count) {
  *count = graph->direction_count;
  return graph->directions;
}

const portal_targets *portal_graph_each(const portal_graph *graph, size_t *place) {
  while (*place < graph->node_count) {
    const portal_targets *node = &graph->nodes[(*place)++];
    if (node->count) return node;
  }
  return NULL;
}

const portal_targets *portal_graph_each_large(const portal_graph *graph, size_t *place) {
  if (*place == graph->large_count) return NULL;
  const portal_ends *one = &graph->large[(*place)++];
  return node_of(graph, one->from, one->to, one->a);
}

/* -- the transaction ---------------------------------------------------------------------------------------------- */

const portal_change *portal_graph_changes(const portal_graph *graph, size_t *count) {
  *count = graph->change_count;
  return graph->changes;
}

bool portal_graph_undo(portal_graph *graph, size_t place) {
  bool fine = true;
  while (graph->change_count > place) {
    const portal_change *last = &graph->changes[--graph->change_count];
    fine = put_both(graph, look(graph, last->ends), last->set, last->back) && fine;
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
