/* Merge: rows of one pair become one input, and what an account holds already is added to what is asked for.
 *
 * What is sent for a pair is always all that it shall have. So a write is right whichever way an account treats it
 * (wire.md, open question 3). */
#ifndef TETHER_MERGE_H
#define TETHER_MERGE_H
#include "core/links/outcome.h"

/* Finds for every row the first row of the same pair, its leader, and gives the leader the types of all of them.
 * `leaders` holds one row number for each row of the set. On failure the types of some leaders may have grown. */
bool tether_links_unify(tether_links *links, uint32_t *leaders, tether_error *error);

/* The same in pieces, for programs that must not block for so long. `links` is borrowed, and nobody else may change
 * it meanwhile. NULL: NO_MEMORY. */
typedef struct tether_unifying tether_unifying;
tether_unifying *tether_unifying_new(tether_links *links, tether_error *error);
void tether_unifying_free(tether_unifying *work); /* NULL is fine */

/* Goes on with up to `most` rows; `done` tells whether these were the last. `leaders` is the same list each time. */
bool tether_unifying_step(tether_unifying *work, size_t most, uint32_t *leaders, bool *done, tether_error *error);

/* Whether the rows stand in the order of their from ids, and no record is there twice on the from side. */
bool tether_links_are_distinct(const tether_links *links);

/* Writes to `rows` the first row of each distinct record on the from side, in their order; returns how many,
 * SIZE_MAX: no memory. `rows` has room for every row of the set. */
size_t tether_links_distinct_from(const tether_links *links, uint32_t *rows, tether_error *error);

/* Settles as unchanged every pending row of `wanted` whose types are all in `current`. Adds to the other rows what
 * `current` holds for their pair. The order of `current` does not matter. */
bool tether_outcome_subtract_existing(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                                      tether_error *error);

/* Gives every row the state and reason of its leader. */
bool tether_outcome_copy_from_leaders(tether_outcome *outcome, const uint32_t *leaders, tether_error *error);

/* Writes to `left` those of `rows` that are in `state`; returns how many. `left` has room for all of them. */
size_t tether_outcome_select(const tether_outcome *outcome, tether_rows rows, tether_state state, uint32_t *left);

#endif
