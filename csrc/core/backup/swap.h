/* Swap: links of one account as links of another, whose records have other ids. Pure. */
#ifndef TETHER_SWAP_H
#define TETHER_SWAP_H
#include "core/links/links.h"

/* Adds to `swapped`, which tether_links_like made of `links`, each row with the ids that its records have in the
 * other account. `from` and `to` are compact sets of old ids (from) and new ones (to). A row with a record that has
 * no new id is counted in `lost`. NO_MEMORY: some rows may be added. */
bool tether_links_change_ids(const tether_links *links, const tether_links *from, const tether_links *to,
                             tether_links *swapped, size_t *lost, tether_error *error);

#endif
