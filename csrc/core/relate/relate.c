#include "core/relate/relate.h"

/* The end of the rows of the record at a row. */
static size_t end_of(tether_view rows, size_t at) {
  size_t end = at + 1;
  while (end < rows.count && rows.from[end] == rows.from[at]) end++;
  return end;
}

static bool keep(tether_links *sink, const tether_links *links, size_t row, size_t count, tether_error *error) {
  return !sink || tether_links_append(sink, links, row, count, NULL, error);
}

/* -- through a middle record --------------------------------------------------------------------------------------- */

typedef struct {
  size_t first, end;
} run;

static bool pair_up(tether_view left, run l, tether_view right, run r, bool of_left, tether_links *joined,
                    tether_error *error) {
  for (size_t i = l.first; i < l.end; i++)
    for (size_t k = r.first; k < r.end; k++)
      if (!tether_links_add(joined, left.to[i], right.to[k], of_left ? left.types[i] : right.types[k], error))
        return false;
  return true;
}

bool tether_links_through(const tether_links *left, const tether_links *right, bool of_left, tether_links *joined,
                          tether_error *error) {
  tether_view l = tether_links_view(left), r = tether_links_view(right);
  for (size_t i = 0, k = 0; i < l.count && k < r.count;) {
    if (l.from[i] < r.from[k]) {
      i = end_of(l, i);
    } else if (r.from[k] < l.from[i]) {
      k = end_of(r, k);
    } else {
      run left_run = {i, end_of(l, i)}, right_run = {k, end_of(r, k)};
      if (!pair_up(l, left_run, r, right_run, of_left, joined, error)) return false;
      i = left_run.end;
      k = right_run.end;
    }
  }
  return true;
}

/* -- the links of each record -------------------------------------------------------------------------------------- */

bool tether_links_by_count(const tether_links *links, size_t least, size_t most, tether_links *within,
                           tether_links *beyond, tether_error *error) {
  tether_view rows = tether_links_view(links);
  for (size_t at = 0, end; at < rows.count; at = end) {
    end = end_of(rows, at);
    bool fits = end - at >= least && end - at <= most;
    if (!keep(fits ? within : beyond, links, at, end - at, error)) return false;
  }
  return true;
}

bool tether_links_by_record(const tether_links *links, const tether_links *others, tether_links *among,
                            tether_links *apart, tether_error *error) {
  tether_view rows = tether_links_view(links), known = tether_links_view(others);
  for (size_t at = 0, end, k = 0; at < rows.count; at = end) {
    end = end_of(rows, at);
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
    end = end_of(rows, at);
    for (size_t i = at; i < end; i++)
      if (ranks[rows.types[i]] < lowest) lowest = ranks[rows.types[i]];
    for (size_t i = at; i < end && lowest < UINT32_MAX; i++)
      if (ranks[rows.types[i]] == lowest && !keep(best, links, i, 1, error)) return false;
  }
  return true;
}

bool tether_links_turned(const tether_links *links, tether_links *turned, tether_error *error) {
  tether_view rows = tether_links_view(links);
  for (size_t i = 0; i < rows.count; i++)
    if (!tether_links_add(turned, rows.to[i], rows.from[i], rows.types[i], error)) return false;
  return true;
}
