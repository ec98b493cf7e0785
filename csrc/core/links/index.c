#include "core/links/index.h"

#include <stdlib.h>
#include <string.h>

#include "core/links/sort.h"

struct tether_index {
  int64_t *from, *to;
  uint32_t *row;
  size_t count;
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

tether_view tether_index_rows(const tether_index *index) {
  return (tether_view){index->from, index->to, index->row, index->count};
}

size_t tether_index_find(const tether_index *index, int64_t from, int64_t to) {
  size_t low = 0, high = index->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (index->from[middle] < from || (index->from[middle] == from && index->to[middle] < to))
      low = middle + 1;
    else
      high = middle;
  }
  return low < index->count && index->from[low] == from && index->to[low] == to ? index->row[low] : SIZE_MAX;
}
