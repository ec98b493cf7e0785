/* Relate: links that follow from other links, and the links of each record that are to be chosen.
 *
 * All sets that are read are sorted by their from side. What is written is a set that tether_links_like made of the set
 * whose rows it gets; NULL where nobody wants them. On failure (NO_MEMORY, TOO_LARGE) it has some of its rows. */
#ifndef TETHER_RELATE_H
#define TETHER_RELATE_H
#include "core/links/links.h"

/* Through a middle record: for each link of `left` from m to a, and each of `right` from m to b, adds a to b with the
 * types of `right`, or with those of `left` when `of_left`. `joined` is like the set whose types it gets. */
bool tether_links_through(const tether_links *left, const tether_links *right, bool of_left, tether_links *joined,
                          tether_error *error);

/* The links of records that have at least `least` and at most `most` of them go to `within`, all others to `beyond`. */
bool tether_links_by_count(const tether_links *links, size_t least, size_t most, tether_links *within,
                           tether_links *beyond, tether_error *error);

/* The links of records that stand on the from side of `others` go to `among`, all others to `apart`. */
bool tether_links_by_record(const tether_links *links, const tether_links *others, tether_links *among,
                            tether_links *apart, tether_error *error);

/* Of each record the links of the lowest rank. `ranks` has one for each type set; links of rank UINT32_MAX are nobody's
 * best. */
bool tether_links_best(const tether_links *links, const uint32_t *ranks, tether_links *best, tether_error *error);

/* The same links seen from their other side, with the types that they have here, in no order. `links` may be in any
 * order. */
bool tether_links_turned(const tether_links *links, tether_links *turned, tether_error *error);

#endif
