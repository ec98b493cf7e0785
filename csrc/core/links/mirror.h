/* Mirror: links inside one object type. A pair (a, b) there is the pair (b, a): one link, whose types have other ids
 * seen from its other end. */
#ifndef TETHER_MIRROR_H
#define TETHER_MIRROR_H
#include "core/links/links.h"

/* Whether some pair stands in the set both ways round; a link from a record to itself does not count. NO_MEMORY. */
bool tether_links_has_mirrors(const tether_links *links, bool *found, tether_error *error);

/* Writes every link from its smaller id to its larger one: a row that is turned gets the type set that `inverses` has
 * for its own; it must have one for each type set of such a row. Rows keep their places. BAD_ARGUMENT: a type set has
 * no inverse; NO_MEMORY; on both the set is as before. */
bool tether_links_fold(tether_links *links, const uint32_t *inverses, tether_error *error);

#endif
