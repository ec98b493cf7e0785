/* Cycle: whether following links from record to record comes back to where it began. */
#ifndef TETHER_CYCLE_H
#define TETHER_CYCLE_H
#include "core/links/links.h"

/* Looks for a cycle in a compact set of links inside one object type. `cycle` is a set with no rows: it gets the
 * links of the first cycle that is found, in the order of following them, and stays empty when there is none. A link
 * from a record to itself is a cycle. NO_MEMORY, TOO_LARGE. */
bool tether_links_cycle(const tether_links *links, tether_links *cycle, tether_error *error);

#endif
