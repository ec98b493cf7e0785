#include "portal/graph/nodes.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

enum { FIRST_NODES = 1024 };

static bool make_list(portal_nodes *nodes, size_t count) {
  nodes->list = tether_huge(calloc(count, sizeof *nodes->list), count * sizeof *nodes->list);
  nodes->count = count;
  nodes->used = 0;
  return nodes->list != NULL;
}

bool portal_nodes_init(portal_nodes *nodes) { return make_list(nodes, FIRST_NODES); }

void portal_nodes_free(portal_nodes *nodes) {
  for (size_t i = 0; nodes->list && i < nodes->count; i++) portal_targets_free(&nodes->list[i]);
  free(nodes->list);
}

void portal_nodes_clear(portal_nodes *nodes) {
  for (size_t i = 0; i < nodes->count; i++) portal_targets_free(&nodes->list[i]);
  memset(nodes->list, 0, nodes->count * sizeof *nodes->list);
  nodes->used = 0;
}

bool portal_nodes_copy(portal_nodes *copy, const portal_nodes *nodes) {
  bool fine = make_list(copy, nodes->count);
  for (size_t i = 0; fine && i < nodes->count; i++)
    if (nodes->list[i].record) fine = portal_targets_copy(&copy->list[i], &nodes->list[i]);
  copy->used = nodes->used;
  if (fine) return true;
  portal_nodes_free(copy);
  *copy = (portal_nodes){.list = NULL};
  return false;
}

/* The node of a record, or the free one in which its search ends. */
static portal_targets *slot_of(const portal_nodes *nodes, uint32_t way, int64_t record) {
  uint64_t hash = ((uint64_t)record ^ ((uint64_t)way << 40)) * 0x9e3779b97f4a7c15u;
  size_t mask = nodes->count - 1, at = (size_t)(hash >> 20) & mask;
  for (;; at = (at + 1) & mask) {
    portal_targets *node = &nodes->list[at];
    if (!node->record || (node->record == record && node->way == way)) return node;
  }
}

portal_targets *portal_nodes_find(const portal_nodes *nodes, uint32_t way, int64_t record) {
  portal_targets *node = slot_of(nodes, way, record);
  return node->record ? node : NULL;
}

/* Moves the nodes to a new list. Nodes without targets are left behind; when there are many of those, the new list need
 * not be longer than the old one. */
static bool renew(portal_nodes *nodes, portal_ways *ways) {
  portal_nodes fresh;
  size_t live = 0;
  for (size_t i = 0; i < nodes->count; i++) live += nodes->list[i].count != 0;
  if (!make_list(&fresh, live * 3 < nodes->count ? nodes->count : nodes->count * 2)) return false;
  for (size_t i = 0; i < nodes->count; i++) {
    const portal_targets *old = &nodes->list[i];
    if (old->count == 0) continue;
    portal_targets *node = slot_of(&fresh, old->way, old->record);
    *node = *old;
    ways->list[node->way].degrees.order[node->rank] = (uint32_t)(node - fresh.list);
    fresh.used++;
  }
  free(nodes->list);
  *nodes = fresh;
  return true;
}

portal_targets *portal_nodes_make(portal_nodes *nodes, portal_ways *ways, uint32_t way, int64_t record) {
  portal_targets *node = slot_of(nodes, way, record);
  if (node->record) return node;
  if (nodes->used * 3 >= nodes->count * 2) {
    if (!renew(nodes, ways)) return NULL;
    node = slot_of(nodes, way, record);
  }
  *node = (portal_targets){.record = record, .way = way};
  nodes->used++;
  return node;
}
