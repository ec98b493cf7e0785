/* Gather: rows from one links set into another, and what a set holds in numbers. */
#ifndef TETHER_GATHER_H
#define TETHER_GATHER_H
#include "core/links/links.h"
#include "core/links/rows.h"

/* Appends rows of `other`, whose types are all known (no index of tether_links_reserve is still undefined), to
 * `links`. NO_MEMORY: some rows may have been added. */
bool tether_links_gather(tether_links *links, const tether_links *other, tether_rows rows, tether_error *error);

/* Writes to `rows` (room for every row) the rows whose two ids are equal; returns how many. */
size_t tether_links_selves(const tether_links *links, uint32_t *rows);

/* Writes to `rows` (room for every row) all rows but those of `without`, which ascend; returns how many. */
size_t tether_links_except(const tether_links *links, tether_rows without, uint32_t *rows);

/* One more than the greatest index of a type set that a row holds; 0: the set has no rows. */
size_t tether_links_types_end(const tether_links *links);

/* Writes to `counts`, which has room for tether_links_types_end, how many rows hold each type set. */
void tether_links_tally(const tether_links *links, size_t *counts);

#endif
