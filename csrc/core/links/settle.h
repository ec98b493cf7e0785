/* Settle: what a read says about rows that shall have exactly some types, or that have been written. Pure.
 *
 * `current` is what was read from the account, in any order; a pair that is not in it is not associated. */
#ifndef TETHER_SETTLE_H
#define TETHER_SETTLE_H
#include "core/links/outcome.h"

/* Types that a relabel leaves alone: the plain one, the primary, the hierarchy. */
typedef struct tether_kept {
  const tether_spec *types;
  size_t count;
} tether_kept;

/* For rows that shall have exactly the labels of `wanted`: those that have are settled as unchanged. The rows that lack
 * a type are written to `lacking` (room for every row) and get what they keep beside it; their number is answered in
 * `lacking_count`. What is too much is added to `leftovers`, and its row to `leftover_rows` (room for every row; one
 * for each link of `leftovers`). */
bool tether_outcome_relabel(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                            tether_kept kept, uint32_t *lacking, size_t *lacking_count, tether_links *leftovers,
                            uint32_t *leftover_rows, tether_error *error);

/* Gives each row of `rows` what `other` says of the link at its place, unless the row has failed already. */
bool tether_outcome_adopt(tether_outcome *outcome, tether_rows rows, tether_outcome *other, tether_error *error);

/* Settles rows that were written, or of which nothing is known, by what a read shows: linked when all their types are
 * there, else unknown. Rejected and unchanged rows stay. Answers in `open` how many rows are unknown now. */
bool tether_outcome_verify(tether_outcome *outcome, const tether_links *wanted, const tether_links *current,
                           size_t *open, tether_error *error);

/* The same for rows that were removed: done when the pair is gone. */
bool tether_outcome_verify_gone(tether_outcome *outcome, const tether_links *removed, const tether_links *current,
                                size_t *open, tether_error *error);

#endif
