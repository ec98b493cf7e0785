#include "core/links/index.h"

#include <stdlib.h>

typedef struct {
  int64_t from, to;
  uint32_t row;
} place;

struct tether_index {
  size_t count;
  place places[]; /* by pair, then row */
};

static int compare_pair(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

static int compare(const void *left, const void *right) {
  const place *a = left, *b = right;
  int pair = compare_pair(left, right);
  return pair ? pair : (a->row > b->row) - (a->row < b->row);
}

tether_index *tether_index_new(const tether_links *links, tether_error *error) {
  size_t count = tether_links_count(links);
  tether_index *index = malloc(sizeof *index + count * sizeof *index->places);
  if (!index) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to index %zu links", count);
    return NULL;
  }
  index->count = count;
  for (size_t row = 0; row < count; row++) {
    tether_link link = tether_links_at(links, row);
    index->places[row] = (place){link.from, link.to, (uint32_t)row};
  }
  if (count) qsort(index->places, count, sizeof *index->places, compare);
  return index;
}

void tether_index_free(tether_index *index) { free(index); }

size_t tether_index_find(const tether_index *index, int64_t from, int64_t to) {
  size_t low = 0, high = index->count;
  const place wanted = {from, to, 0};
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (compare_pair(&index->places[middle], &wanted) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return low < index->count && compare_pair(&index->places[low], &wanted) == 0 ? index->places[low].row : SIZE_MAX;
}
