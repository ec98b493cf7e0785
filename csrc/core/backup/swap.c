#include "core/backup/swap.h"

#include "base/id.h"

/* The new id of an old one; 0: `ids` has none. */
static int64_t new_id(const tether_view *ids, int64_t old) {
  size_t place = tether_id_place(ids->from, ids->count, old);
  return place < ids->count && ids->from[place] == old ? ids->to[place] : 0;
}

bool tether_links_change_ids(const tether_links *links, const tether_links *from, const tether_links *to,
                             tether_links *swapped, size_t *lost, tether_error *error) {
  tether_view rows = tether_links_view(links), froms = tether_links_view(from), tos = tether_links_view(to);
  *lost = 0;
  for (size_t i = 0; i < rows.count; i++) {
    int64_t new_from = new_id(&froms, rows.from[i]), other = new_from ? new_id(&tos, rows.to[i]) : 0;
    if (!other)
      ++*lost;
    else if (!tether_links_add(swapped, new_from, other, rows.types[i], error))
      return false;
  }
  return true;
}
