#include "core/relate/join.h"

#include "core/relate/rows.h"

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
      i = tether_end_of(l, i);
    } else if (r.from[k] < l.from[i]) {
      k = tether_end_of(r, k);
    } else {
      run left_run = {i, tether_end_of(l, i)}, right_run = {k, tether_end_of(r, k)};
      if (!pair_up(l, left_run, r, right_run, of_left, joined, error)) return false;
      i = left_run.end;
      k = right_run.end;
    }
  }
  return true;
}

bool tether_links_turned(const tether_links *links, tether_links *turned, tether_error *error) {
  tether_view rows = tether_links_view(links);
  for (size_t i = 0; i < rows.count; i++)
    if (!tether_links_add(turned, rows.to[i], rows.from[i], rows.types[i], error)) return false;
  return true;
}
