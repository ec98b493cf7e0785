#include "core/links/mirror.h"

#include "core/links/algebra.h"
#include "core/links/index.h"

static bool is_backward(tether_view rows, size_t row) { return rows.from[row] > rows.to[row]; }

bool tether_links_has_mirrors(const tether_links *links, bool *found, tether_error *error) {
  tether_view rows = tether_links_view(links);
  tether_index *index = tether_index_new(links, error);
  if (!index) return false;
  *found = false;
  for (size_t row = 0; row < rows.count && !*found; row++)
    *found = is_backward(rows, row) && tether_index_find(index, rows.to[row], rows.from[row]) != SIZE_MAX;
  tether_index_free(index);
  return true;
}

bool tether_links_fold(tether_links *links, const uint32_t *inverses, tether_error *error) {
  tether_view seen = tether_links_view(links);
  size_t backward = 0;
  for (size_t row = 0; row < seen.count; row++) {
    if (!is_backward(seen, row)) continue;
    backward++;
    if (inverses[seen.types[row]] == TETHER_UNMAPPED)
      return tether_fail(error, TETHER_BAD_ARGUMENT, "row %zu: no inverse of its types is told", row + 1);
  }
  tether_open_view rows;
  if (backward == 0) return true;
  if (!tether_links_own(links, &rows, error)) return false;
  for (size_t row = 0; row < seen.count; row++) {
    if (rows.from[row] <= rows.to[row]) continue;
    int64_t from = rows.from[row];
    rows.from[row] = rows.to[row];
    rows.to[row] = from;
    rows.types[row] = inverses[rows.types[row]];
  }
  return true;
}
