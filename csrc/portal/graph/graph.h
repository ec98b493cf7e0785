/* Graph: the targets of every record, in both directions, and the changes of a transaction.
 *
 * A record has targets towards an object type, and, counted apart, targets with each association type but the plain
 * ones. So links with a label are found and counted without a look at the others. One thread at a time. Object types go
 * by rank. A change that fails for want of memory is not made; what a transaction changed can be taken back to any
 * place in it. */
#ifndef TETHER_PORTAL_GRAPH_H
#define TETHER_PORTAL_GRAPH_H
#include "portal/graph/sets.h"
#include "portal/graph/ways.h"

typedef struct portal_graph portal_graph;

portal_graph *portal_graph_new(const portal_sets *sets); /* the sets outlive it; NULL: no memory */
void portal_graph_free(portal_graph *graph);             /* NULL is fine */
void portal_graph_clear(portal_graph *graph);

/* A copy on the same sets, without the changes of a transaction; owned by the caller. NULL: no memory. */
portal_graph *portal_graph_copy(const portal_graph *graph);

/* Two records in one direction. */
typedef struct portal_ends {
  uint16_t from, to;
  int64_t from_id, to_id;
} portal_ends;

/* The same two from the other side. */
portal_ends portal_ends_turned(portal_ends ends);

/* The set of a pair in this direction; 0: nothing ties them. */
uint32_t portal_graph_set(portal_graph *graph, portal_ends ends);

/* Gives a pair its sets in both directions; of a record tied to itself inside one object type, `inverse` is its only
 * one. False: no memory. */
bool portal_graph_put(portal_graph *graph, portal_ends ends, uint32_t set, uint32_t inverse);

/* How many directed links there are. */
int64_t portal_graph_count(const portal_graph *graph);

/* -- ways: the records towards an object type (key 0), or with one association type -- */

/* Every way that ever had links, by number; good until the next change. */
const portal_way *portal_graph_ways(const portal_graph *graph, uint32_t *count);

/* The number of a way; PORTAL_NO_WAY: it never had links. */
uint32_t portal_graph_way(const portal_graph *graph, uint16_t from, uint16_t to, int64_t key);

/* The targets of a record in a way, NULL: it never had any; how many it has. Good until the next change. */
const portal_targets *portal_graph_targets(const portal_graph *graph, uint32_t way, int64_t record);
int64_t portal_graph_degree(const portal_graph *graph, uint32_t way, int64_t record);

/* The records of a way in order of how many targets they have, most first: the one at a rank, from 0; NULL behind the
 * last. How many have at least so many, one at least. */
const portal_targets *portal_graph_ranked(const portal_graph *graph, uint32_t way, uint32_t rank);
uint32_t portal_graph_at_least(const portal_graph *graph, uint32_t way, int64_t least);

/* -- the transaction -- */

/* One pair that was changed, and what it held before, in both directions. */
typedef struct portal_change {
  portal_ends ends;
  uint32_t set, inverse;
} portal_change;

const portal_change *portal_graph_changes(const portal_graph *graph, size_t *count);

/* Undoes the changes after a place. Place 0 is the start. False: no memory, and the graph is not what it was. */
bool portal_graph_undo(portal_graph *graph, size_t place);
void portal_graph_keep(portal_graph *graph); /* the transaction is done */
#endif
