#include "core/links/algebra.h"

#include <stdlib.h>

#include "base/id.h"

/* -- types of one set as indices of another ------------------------------------------------------------------------ */

/* The index in `sets` of each type set of `other`; a set that is missing is made when `make` is true, else its index
 * is nowhere. */
static uint32_t *translate(tether_typesets *sets, const tether_typesets *other, const uint32_t *given, bool make,
                           tether_error *error) {
  size_t count = tether_typesets_count(other);
  uint32_t *map = malloc(count * sizeof *map);
  if (!map) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu type sets", count), NULL;
  bool fine = true;
  for (uint32_t i = 0; i < count && fine; i++) {
    size_t held;
    const tether_spec *types = tether_typesets_at(other, i, &held);
    if (given && given[i] != TETHER_UNMAPPED)
      map[i] = given[i];
    else
      fine = make ? tether_typesets_intern(sets, types, held, &map[i], error)
                  : tether_typesets_find(sets, types, held, &map[i], error);
  }
  if (fine) return map;
  free(map);
  return NULL;
}

bool tether_links_merge(tether_links *links, const tether_links *other, const uint32_t *map, tether_error *error) {
  size_t count = tether_links_count(other);
  if (links == other) return tether_links_append(links, other, 0, count, NULL, error);
  uint32_t *types = translate(tether_links_sets(links), tether_links_sets(other), map, true, error);
  if (!types) return false;
  bool fine = tether_links_append(links, other, 0, count, types, error);
  free(types);
  return fine;
}

/* -- compare ------------------------------------------------------------------------------------------------------- */

static int order(tether_view left, size_t l, tether_view right, size_t r) {
  if (left.from[l] != right.from[r]) return left.from[l] < right.from[r] ? -1 : 1;
  return (left.to[l] > right.to[r]) - (left.to[l] < right.to[r]);
}

static bool keep(tether_links *sink, const tether_links *links, size_t row, size_t count, tether_error *error) {
  return !sink || tether_links_append(sink, links, row, count, NULL, error);
}

/* The number of rows from `at` on that stand before the other side's next pair. */
static size_t run_before(tether_view rows, size_t at, tether_view other, size_t other_at) {
  size_t end = at + 1;
  while (end < rows.count && order(rows, end, other, other_at) < 0) end++;
  return end - at;
}

/* The length of the run of pairs that both sides have from here on: all with equal types, or all with different
 * types. */
static size_t run_of_both(tether_view left, size_t l, tether_view right, size_t r, const uint32_t *canonical,
                          const uint32_t *map, bool *same) {
  size_t run = 0;
  *same = canonical[left.types[l]] == map[right.types[r]];
  do run++;
  while (l + run < left.count && r + run < right.count && order(left, l + run, right, r + run) == 0 &&
         (canonical[left.types[l + run]] == map[right.types[r + run]]) == *same);
  return run;
}

typedef struct {
  const tether_links *left, *right;
  const uint32_t *canonical, *map; /* equal types have equal numbers in both */
} sides;

static bool compare(const sides *s, tether_comparison *result, tether_error *error) {
  tether_view left = tether_links_view(s->left), right = tether_links_view(s->right);
  size_t l = 0, r = 0, run;
  bool fine = true, same;
  while (fine && l < left.count && r < right.count) {
    int which = order(left, l, right, r);
    if (which < 0) {
      run = run_before(left, l, right, r);
      fine = keep(result->left_only, s->left, l, run, error);
      result->left_only_count += run;
      l += run;
    } else if (which > 0) {
      run = run_before(right, r, left, l);
      fine = keep(result->right_only, s->right, r, run, error);
      result->right_only_count += run;
      r += run;
    } else {
      run = run_of_both(left, l, right, r, s->canonical, s->map, &same);
      fine = same ? keep(result->same, s->left, l, run, error)
                  : keep(result->left_changed, s->left, l, run, error) &&
                        keep(result->right_changed, s->right, r, run, error);
      *(same ? &result->same_count : &result->changed_count) += run;
      l += run;
      r += run;
    }
  }
  result->left_only_count += left.count - l;
  result->right_only_count += right.count - r;
  return fine && keep(result->left_only, s->left, l, left.count - l, error) &&
         keep(result->right_only, s->right, r, right.count - r, error);
}

bool tether_links_compare(const tether_links *left, const tether_links *right, const tether_meanings *meanings,
                          tether_comparison *result, tether_error *error) {
  if (meanings) return compare(&(sides){left, right, meanings->left, meanings->right}, result, error);
  tether_typesets *sets = tether_links_sets(left);
  uint32_t *canonical = translate(sets, sets, NULL, false, error);
  uint32_t *mapped = canonical ? translate(sets, tether_links_sets(right), NULL, false, error) : NULL;
  bool fine = mapped && compare(&(sides){left, right, canonical, mapped}, result, error);
  free(canonical);
  free(mapped);
  return fine;
}

/* -- filter -------------------------------------------------------------------------------------------------------- */

static bool holds(const int64_t *ids, size_t count, int64_t id) {
  size_t place = tether_id_place(ids, count, id);
  return place < count && ids[place] == id;
}

static bool passes(const tether_filter *filter, tether_view rows, size_t row) {
  return (!filter->sets || filter->sets[rows.types[row]]) &&
         (!filter->from || holds(filter->from, filter->from_count, rows.from[row])) &&
         (!filter->to || holds(filter->to, filter->to_count, rows.to[row]));
}

size_t tether_links_filter(const tether_links *links, const tether_filter *filter, tether_links *passed,
                           tether_error *error) {
  tether_view rows = tether_links_view(links);
  size_t found = 0;
  for (size_t row = 0; row < rows.count;) {
    size_t run = 0;
    while (row + run < rows.count && passes(filter, rows, row + run)) run++;
    if (run && !keep(passed, links, row, run, error)) return SIZE_MAX;
    found += run;
    row += run + 1;
  }
  return found;
}
