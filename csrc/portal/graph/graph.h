/* Graph: the targets of every record, in both directions, and the changes of a transaction.
 *
 * One thread at a time. Object types go by rank. A change that fails for want of memory is not made; what a transaction
 * changed can be taken back to any place in it. */
#ifndef TETHER_PORTAL_GRAPH_H
#define TETHER_PORTAL_GRAPH_H
#include "portal/graph/sets.h"
#include "portal/graph/targets.h"

typedef struct portal_graph portal_graph;

portal_graph *portal_graph_new(void);        /* NULL: no memory */
void portal_graph_free(portal_graph *graph); /* NULL is fine */
void portal_graph_clear(portal_graph *graph);

/* Two records in one direction. */
typedef struct portal_ends {
  uint16_t from, to;
  int64_t a, b;
} portal_ends;

/* The set of a pair in this direction; 0: nothing ties them. */
uint32_t portal_graph_set(portal_graph *graph, portal_ends ends);

/* Gives a pair its sets in both directions; of a record tied to itself inside one object type, `back` is its only one.
 * False: no memory. */
bool portal_graph_put(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t back);

/* The targets of a record; NULL: it never had any. Good until the next change. */
const portal_targets *portal_graph_targets(const portal_graph *graph, uint16_t from, uint16_t to, int64_t record);

/* How many directed links have a set; how many there are in all. */
int64_t portal_graph_uses(const portal_graph *graph, uint32_t set);
int64_t portal_graph_count(const portal_graph *graph);

/* Every direction that ever had links, and how many it has. */
typedef struct portal_direction {
  uint16_t from, to;
  int64_t links;
} portal_direction;
const portal_direction *portal_graph_directions(const portal_graph *graph, size_t *count);

/* Walks through all records, in no order: `place` begins at 0. NULL behind the last. Nothing may change meanwhile. */
const portal_targets *portal_graph_each(const portal_graph *graph, size_t *place);

/* The same, but only records with more than PORTAL_PIECE targets, without looking at others. */
const portal_targets *portal_graph_each_large(const portal_graph *graph, size_t *place);

/* -- the transaction -- */

/* One pair that was changed, and what it held before, in both directions. */
typedef struct portal_change {
  portal_ends ends;
  uint32_t set, back;
} portal_change;

const portal_change *portal_graph_changes(const portal_graph *graph, size_t *count);

/* Takes back what came after a place; place 0 is the start. False: no memory, and the graph is not what it was. */
bool portal_graph_undo(portal_graph *graph, size_t place);
void portal_graph_keep(portal_graph *graph); /* the transaction is done */
#endif
