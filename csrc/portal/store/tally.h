/* Tally: how many targets each record has with each type, in memory, so that limits cost no query.
 *
 * It follows the links table by being told of every change, and takes back what a transaction takes back. */
#ifndef TETHER_PORTAL_TALLY_H
#define TETHER_PORTAL_TALLY_H
#include "base/sql.h"

typedef struct portal_tally portal_tally;

portal_tally *portal_tally_new(void);        /* NULL: no memory */
void portal_tally_free(portal_tally *tally); /* NULL is fine */

/* Counts the whole table anew. */
bool portal_tally_load(portal_tally *tally, tether_sql *sql);

int64_t portal_tally_count(const portal_tally *tally, int64_t type, int64_t id);

/* One link more (1) or less (-1). False: no memory. */
bool portal_tally_add(portal_tally *tally, int64_t type, int64_t id, int64_t delta);

/* A place in the transaction; what came after it can be taken back. Place 0 is its start. */
size_t portal_tally_mark(const portal_tally *tally);
void portal_tally_undo(portal_tally *tally, size_t mark);
void portal_tally_keep(portal_tally *tally); /* the transaction is done */
#endif
