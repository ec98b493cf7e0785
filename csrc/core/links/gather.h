/* Gather: rows from one links set into another, and what a set holds in numbers. */
#ifndef TETHER_GATHER_H
#define TETHER_GATHER_H
#include "core/links/links.h"
#include "core/links/rows.h"

/* Appends rows of `other`, whose types are known by now (no index of tether_links_reserve is still open), to `links`.
 * NO_MEMORY: some rows may have been added. */
bool tether_links_gather(tether_links *links, const tether_links *other, tether_rows rows, tether_error *error);

/* Writes to `rows` (room for every row) the rows whose two ids are one; returns how many. */
size_t tether_links_selves(const tether_links *links, uint32_t *rows);

/* Writes to `rows` (room for every row) all rows but those of `without`, which ascend; returns how many. */
size_t tether_links_except(const tether_links *links, tether_rows without, uint32_t *rows);

/* How many rows hold each type set: calls `tell` once for each that a row holds, in ascending order of the index.
 * NO_MEMORY. */
typedef void tether_tell(void *context, uint32_t types, size_t count);
bool tether_links_tally(const tether_links *links, tether_tell *tell, void *context, tether_error *error);

#endif
