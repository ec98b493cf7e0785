#include "core/links/gather.h"

#include <stdlib.h>
#include <string.h>

/* A growing column of numbers by type set. */
typedef struct {
  size_t *list, count;
} column;

static bool widen(column *list_column, uint32_t index, tether_error *error) {
  if (index < list_column->count) return true;
  size_t count = list_column->count ? list_column->count : 16;
  while (count <= index) count *= 2;
  size_t *list = realloc(list_column->list, count * sizeof *list);
  if (!list) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu type sets", count);
  memset(list + list_column->count, 0, (count - list_column->count) * sizeof *list);
  *list_column = (column){list, count};
  return true;
}

/* The index that the types of a row have in the other set; `known` holds it, plus one, from its second row on. */
static bool translate(tether_links *links, const tether_links *other, size_t row, uint32_t theirs, column *known,
                      uint32_t *index, tether_error *error) {
  if (!widen(known, theirs, error)) return false;
  if (known->list[theirs] == 0) {
    size_t count;
    const tether_spec *types = tether_links_types(other, row, &count);
    if (!tether_links_intern(links, types, count, index, error)) return false;
    known->list[theirs] = (size_t)*index + 1;
  }
  *index = (uint32_t)(known->list[theirs] - 1);
  return true;
}

bool tether_links_gather(tether_links *links, const tether_links *other, tether_rows rows, tether_error *error) {
  column known = {NULL, 0};
  tether_view view = tether_links_view(other);
  bool fine = true;
  for (size_t i = 0; fine && i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    uint32_t index = view.types[row];
    fine = translate(links, other, row, index, &known, &index, error) &&
           tether_links_add(links, view.from[row], view.to[row], index, error);
  }
  free(known.list);
  return fine;
}

size_t tether_links_selves(const tether_links *links, uint32_t *rows) {
  size_t found = 0;
  tether_view view = tether_links_view(links);
  for (size_t row = 0; row < view.count; row++)
    if (view.from[row] == view.to[row]) rows[found++] = (uint32_t)row;
  return found;
}

size_t tether_links_except(const tether_links *links, tether_rows without, uint32_t *rows) {
  size_t left = 0, next = 0;
  for (size_t row = 0; row < tether_links_count(links); row++) {
    if (next < without.count && tether_rows_at(without, next) == row)
      next++;
    else
      rows[left++] = (uint32_t)row;
  }
  return left;
}

size_t tether_links_types_end(const tether_links *links) {
  size_t end = 0;
  tether_view view = tether_links_view(links);
  for (size_t row = 0; row < view.count; row++)
    if (view.types[row] >= end) end = (size_t)view.types[row] + 1;
  return end;
}

void tether_links_tally(const tether_links *links, size_t *counts) {
  memset(counts, 0, tether_links_types_end(links) * sizeof *counts);
  tether_view view = tether_links_view(links);
  for (size_t row = 0; row < view.count; row++) counts[view.types[row]]++;
}
