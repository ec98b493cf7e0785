/* Join: links that follow from other links.
 *
 * tether_links_like made `joined` and `turned` of the set whose types they get. On failure (NO_MEMORY, TOO_LARGE)
 * they have some of their rows. */
#ifndef TETHER_JOIN_H
#define TETHER_JOIN_H
#include "core/links/links.h"

/* Through a middle record: for each link of `left` from m to a, and each of `right` from m to b, adds a to b with the
 * types of `right`, or with those of `left` when `of_left`. Both sets are sorted by their from side. */
bool tether_links_through(const tether_links *left, const tether_links *right, bool of_left, tether_links *joined,
                          tether_error *error);

/* The same links seen from their other side, with the types that they have here, in no order. `links` may be in any
 * order. */
bool tether_links_turned(const tether_links *links, tether_links *turned, tether_error *error);

#endif
