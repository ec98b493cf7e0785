#include "core/links/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/links/sort.h"

struct tether_index {
  int64_t *from, *to;
  uint32_t *row;
  size_t count;
  size_t last; /* the place that was found last, or where it would be */
};

void tether_index_free(tether_index *index) {
  if (!index) return;
  free(index->from);
  free(index->to);
  free(index->row);
  free(index);
}

/* An index with room for `count` pairs. */
static tether_index *allocate(size_t count) {
  tether_index *index = calloc(1, sizeof *index);
  size_t size = count ? count : 1;
  if (!index) return NULL;
  index->from = malloc(size * sizeof *index->from);
  index->to = malloc(size * sizeof *index->to);
  index->row = malloc(size * sizeof *index->row);
  index->count = count;
  if (index->from && index->to && index->row) return index;
  tether_index_free(index);
  return NULL;
}

tether_index *tether_index_new(const tether_links *links, tether_error *error) {
  tether_view rows = tether_links_view(links);
  tether_index *index = allocate(rows.count);
  if (!index) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to index %zu links", rows.count);
    return NULL;
  }
  if (rows.count) {
    memcpy(index->from, rows.from, rows.count * sizeof *index->from);
    memcpy(index->to, rows.to, rows.count * sizeof *index->to);
  }
  for (size_t row = 0; row < rows.count; row++) index->row[row] = (uint32_t)row;
  if (tether_is_sorted(index->from, index->to, rows.count) ||
      tether_sort(index->from, index->to, index->row, rows.count, error))
    return index;
  tether_index_free(index);
  return NULL;
}

static bool is_before(const tether_index *index, size_t place, int64_t from, int64_t to) {
  return index->from[place] < from || (index->from[place] == from && index->to[place] < to);
}

/* The first place that is not before the pair. Mostly it is at or right behind the place that was found last. From
 * there, steps that double find where to look, so that a distant pair costs at most twice a search of the whole
 * index. */
static size_t place_of(const tether_index *index, int64_t from, int64_t to) {
  size_t low = index->last, high = index->last, step = 1;
  if (low < index->count && is_before(index, low, from, to)) {
    while (high < index->count && is_before(index, high, from, to)) {
      low = high + 1;
      high = index->count - high > step ? high + step : index->count;
      step *= 2;
    }
  } else {
    while (low > 0 && !is_before(index, low - 1, from, to)) {
      high = low - 1;
      low = low > step ? low - step : 0;
      step *= 2;
    }
  }
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (is_before(index, middle, from, to))
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

size_t tether_index_find(tether_index *index, int64_t from, int64_t to) {
  size_t place = place_of(index, from, to);
  if (place == index->count) return SIZE_MAX;
  index->last = place;
  return index->from[place] == from && index->to[place] == to ? index->row[place] : SIZE_MAX;
}
