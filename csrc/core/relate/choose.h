/* Choose: the links of each record that are wanted.
 *
 * All sets that are read are sorted by their from side. A set that is written was made by tether_links_like of the
 * set whose rows it gets; NULL: these rows are not wanted. On failure (NO_MEMORY, TOO_LARGE) it has some of its
 * rows. */
#ifndef TETHER_CHOOSE_H
#define TETHER_CHOOSE_H
#include "core/links/links.h"

/* The links of records that have at least `least` and at most `most` of them go to `within`, all others to `beyond`. */
bool tether_links_by_count(const tether_links *links, size_t least, size_t most, tether_links *within,
                           tether_links *beyond, tether_error *error);

/* The links of records that stand on the from side of `others` go to `among`, all others to `apart`. */
bool tether_links_by_record(const tether_links *links, const tether_links *others, tether_links *among,
                            tether_links *apart, tether_error *error);

/* Chooses the links of the lowest rank of each record. `ranks` has a rank for each type set. Links of rank
 * UINT32_MAX are never chosen. */
bool tether_links_best(const tether_links *links, const uint32_t *ranks, tether_links *best, tether_error *error);

#endif
