/* Verify: what a read says about rows that shall have exactly some types, or that have been written. Pure.
 *
 * `current` is what was read from the account, in any order; a pair that is not in it is not associated. */
#ifndef TETHER_VERIFY_H
#define TETHER_VERIFY_H
#include "core/links/outcome.h"

/* Types that a relabel leaves alone: the plain one, the primary, the hierarchy. */
typedef struct tether_kept {
  const tether_spec *types;
  size_t count;
} tether_kept;

/* What a relabel has to write. The caller owns all of it; both lists have room for every row. */
typedef struct tether_relabelling {
  uint32_t *missing; /* rows with a missing type */
  size_t missing_count;
  tether_links *surplus;  /* empty at first; gets the surplus types as links */
  uint32_t *surplus_rows; /* the row of each of these links */
} tether_relabelling;

/* Plans a relabel of rows that shall have exactly the labels of `wanted`. Rows that have them already are settled as
 * unchanged. A row with a missing type also gets the types that it keeps. */
bool tether_outcome_relabel(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                            tether_kept kept, tether_relabelling *found, tether_error *error);

/* Gives each row of `rows` what `other` says about the link at the same place, unless the row has failed already. */
bool tether_outcome_adopt(tether_outcome *outcome, tether_rows rows, tether_outcome *other, tether_error *error);

/* What a read shall show of a row: the link with all of its types; no link at all; none of its types, with or without
 * the link. */
typedef enum tether_wish { TETHER_WISH_THERE, TETHER_WISH_GONE, TETHER_WISH_WITHOUT } tether_wish;

/* Settles rows that were written, or of which nothing is known, by what a read shows: done as wished, else unknown.
 * Rejected and unchanged rows stay. `open` becomes the number of rows that are unknown now. */
bool tether_outcome_verify(tether_outcome *outcome, const tether_links *links, const tether_links *current,
                           tether_wish wish, size_t *open, tether_error *error);

#endif
