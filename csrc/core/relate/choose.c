#include "core/relate/choose.h"

#include "core/relate/rows.h"

static bool keep(tether_links *sink, const tether_links *links, size_t row, size_t count, tether_error *error) {
  return !sink || tether_links_append(sink, links, row, count, NULL, error);
}

bool tether_links_by_count(const tether_links *links, size_t least, size_t most, tether_links *within,
                           tether_links *beyond, tether_error *error) {
  tether_view rows = tether_links_view(links);
  for (size_t at = 0, end; at < rows.count; at = end) {
    end = tether_end_of(rows, at);
    bool fits = end - at >= least && end - at <= most;
    if (!keep(fits ? within : beyond, links, at, end - at, error)) return false;
  }
  return true;
}

bool tether_links_by_record(const tether_links *links, const tether_links *others, tether_links *among,
                            tether_links *apart, tether_error *error) {
  tether_view rows = tether_links_view(links), known = tether_links_view(others);
  for (size_t at = 0, end, k = 0; at < rows.count; at = end) {
    end = tether_end_of(rows, at);
    while (k < known.count && known.from[k] < rows.from[at]) k++;
    bool is_known = k < known.count && known.from[k] == rows.from[at];
    if (!keep(is_known ? among : apart, links, at, end - at, error)) return false;
  }
  return true;
}

bool tether_links_best(const tether_links *links, const uint32_t *ranks, tether_links *best, tether_error *error) {
  tether_view rows = tether_links_view(links);
  for (size_t at = 0, end; at < rows.count; at = end) {
    uint32_t lowest = UINT32_MAX;
    end = tether_end_of(rows, at);
    for (size_t i = at; i < end; i++)
      if (ranks[rows.types[i]] < lowest) lowest = ranks[rows.types[i]];
    for (size_t i = at; i < end && lowest < UINT32_MAX; i++)
      if (ranks[rows.types[i]] == lowest && !keep(best, links, i, 1, error)) return false;
  }
  return true;
}
