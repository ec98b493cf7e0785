/* Nodes: the targets of each record in each way, by hash. */
#ifndef TETHER_PORTAL_NODES_H
#define TETHER_PORTAL_NODES_H
#include "portal/graph/ways.h"

typedef struct portal_nodes {
  portal_targets *list; /* a power of two, at most two thirds of them used */
  size_t count, used;   /* used: those without targets as well */
} portal_nodes;

bool portal_nodes_init(portal_nodes *nodes); /* false: no memory */
void portal_nodes_free(portal_nodes *nodes); /* an empty value is fine */

/* Makes a copy with memory of its own. False: no memory, and the copy is empty. */
bool portal_nodes_copy(portal_nodes *copy, const portal_nodes *nodes);

/* Forgets all of them. */
void portal_nodes_clear(portal_nodes *nodes);

/* NULL: the record never had targets there. Good until the next is made. */
portal_targets *portal_nodes_find(const portal_nodes *nodes, uint32_t way, int64_t record);

/* Finds the node of a record or makes it. When that moves other nodes, the ways are told their new places. NULL: no
 * memory. */
portal_targets *portal_nodes_make(portal_nodes *nodes, portal_ways *ways, uint32_t way, int64_t record);
#endif
