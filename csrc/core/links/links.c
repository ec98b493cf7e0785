#include "core/links/links.h"

#include <stdlib.h>
#include <string.h>

struct tether_links {
  int64_t *from, *to;
  uint32_t *types;
  size_t count, capacity;
  tether_typesets *sets;
};

enum { FIRST_CAPACITY = 64 };

tether_links *tether_links_new(void) {
  tether_links *links = calloc(1, sizeof *links);
  if (!links) return NULL;
  links->sets = tether_typesets_new();
  if (!links->sets) {
    free(links);
    return NULL;
  }
  return links;
}

void tether_links_free(tether_links *links) {
  if (!links) return;
  free(links->from);
  free(links->to);
  free(links->types);
  tether_typesets_free(links->sets);
  free(links);
}

/* A column that has grown is kept when a later one fails: only `capacity` says what may be used. */
static bool reserve(tether_links *links, size_t needed, tether_error *error) {
  if (needed <= links->capacity) return true;
  size_t capacity = links->capacity ? links->capacity * 2 : FIRST_CAPACITY;
  int64_t *from = realloc(links->from, capacity * sizeof *from);
  if (from) links->from = from;
  int64_t *to = realloc(links->to, capacity * sizeof *to);
  if (to) links->to = to;
  uint32_t *types = realloc(links->types, capacity * sizeof *types);
  if (types) links->types = types;
  if (!from || !to || !types) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu links", capacity);
  links->capacity = capacity;
  return true;
}

bool tether_links_intern(tether_links *links, const tether_spec *types, size_t count, uint32_t *index,
                         tether_error *error) {
  return tether_typesets_intern(links->sets, types, count, index, error);
}

bool tether_links_reserve(tether_links *links, uint32_t *index, tether_error *error) {
  return tether_typesets_reserve(links->sets, index, error);
}

bool tether_links_define(tether_links *links, uint32_t index, const tether_spec *types, size_t count,
                         tether_error *error) {
  return tether_typesets_define(links->sets, index, types, count, error);
}

static void *copy_column(const void *column, size_t bytes) {
  void *copy = malloc(bytes ? bytes : 1);
  return copy && bytes ? memcpy(copy, column, bytes) : copy;
}

tether_links *tether_links_copy(const tether_links *links) {
  tether_links *copy = calloc(1, sizeof *copy);
  if (!copy) return NULL;
  copy->from = copy_column(links->from, links->count * sizeof *links->from);
  copy->to = copy_column(links->to, links->count * sizeof *links->to);
  copy->types = copy_column(links->types, links->count * sizeof *links->types);
  copy->sets = tether_typesets_copy(links->sets);
  copy->count = copy->capacity = links->count;
  if (copy->from && copy->to && copy->types && copy->sets) return copy;
  tether_links_free(copy);
  return NULL;
}

bool tether_links_add(tether_links *links, int64_t from, int64_t to, uint32_t types, tether_error *error) {
  if (from < 1 || to < 1)
    return tether_fail(error, TETHER_BAD_ID, "not a record id: %lld", (long long)(from < 1 ? from : to));
  if (types >= tether_typesets_count(links->sets))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "type set %u is not of this links set", (unsigned)types);
  if (links->count == UINT32_MAX) return tether_fail(error, TETHER_TOO_LARGE, "a set holds at most 4294967295 links");
  if (!reserve(links, links->count + 1, error)) return false;
  links->from[links->count] = from;
  links->to[links->count] = to;
  links->types[links->count++] = types;
  return true;
}

void tether_links_cut(tether_links *links, size_t count) {
  if (count < links->count) links->count = count;
}

size_t tether_links_count(const tether_links *links) { return links->count; }

tether_link tether_links_at(const tether_links *links, size_t row) {
  return (tether_link){links->from[row], links->to[row], links->types[row]};
}

const tether_spec *tether_links_types(const tether_links *links, size_t row, size_t *count) {
  return tether_typesets_at(links->sets, links->types[row], count);
}

bool tether_links_join(tether_links *links, size_t row, const tether_spec *types, size_t count, tether_error *error) {
  uint32_t index;
  return tether_typesets_intern(links->sets, types, count, &index, error) &&
         tether_typesets_union(links->sets, links->types[row], index, &links->types[row], error);
}

bool tether_links_join_types(tether_links *links, size_t row, const tether_links *other, size_t other_row,
                             tether_error *error) {
  size_t count;
  const tether_spec *types = tether_links_types(other, other_row, &count);
  tether_spec copy[TETHER_TYPES_MAX]; /* `types` moves when the same set grows */
  if (count) memcpy(copy, types, count * sizeof *copy);
  return tether_links_join(links, row, copy, count, error);
}

static int compare(const void *left, const void *right) {
  const tether_link *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

/* Writes the union of equal neighbours to the front of `rows`; returns how many rows are left, SIZE_MAX: no memory. */
static size_t merge(tether_links *links, tether_link *rows, size_t count, tether_error *error) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    if (kept == 0 || compare(&rows[kept - 1], &rows[i]) != 0)
      rows[kept++] = rows[i];
    else if (!tether_typesets_union(links->sets, rows[kept - 1].types, rows[i].types, &rows[kept - 1].types, error))
      return SIZE_MAX;
  }
  return kept;
}

bool tether_links_compact(tether_links *links, tether_error *error) {
  if (links->count == 0) return true;
  tether_link *rows = malloc(links->count * sizeof *rows);
  if (!rows) return tether_fail(error, TETHER_NO_MEMORY, "no memory to sort %zu links", links->count);
  for (size_t i = 0; i < links->count; i++) rows[i] = tether_links_at(links, i);
  qsort(rows, links->count, sizeof *rows, compare);
  size_t kept = merge(links, rows, links->count, error);
  if (kept != SIZE_MAX) {
    for (size_t i = 0; i < kept; i++) {
      links->from[i] = rows[i].from;
      links->to[i] = rows[i].to;
      links->types[i] = rows[i].types;
    }
    links->count = kept;
  }
  free(rows);
  return kept != SIZE_MAX;
}
