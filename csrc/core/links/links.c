#include "core/links/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "core/links/sort.h"

struct tether_links {
  tether_columns columns;
  tether_typesets *sets;
  bool borrows; /* made as a copy or slice of another set */
};

static tether_links *new_links(const tether_columns *columns, tether_typesets *sets) {
  tether_links *links = sets ? malloc(sizeof *links) : NULL;
  if (!links) {
    tether_typesets_free(sets);
    return NULL;
  }
  *links = (tether_links){.sets = sets};
  if (columns) links->columns = tether_columns_share(columns, 0, columns->count);
  links->borrows = columns != NULL;
  return links;
}

tether_links *tether_links_new(void) { return new_links(NULL, tether_typesets_new()); }

void tether_links_free(tether_links *links) {
  if (!links) return;
  tether_columns_release(&links->columns);
  tether_typesets_free(links->sets);
  free(links);
}

tether_links *tether_links_copy(const tether_links *links) {
  return new_links(&links->columns, tether_typesets_copy(links->sets));
}

tether_links *tether_links_slice(const tether_links *links, size_t first, size_t count) {
  tether_links *slice = tether_links_like(links);
  if (!slice) return NULL;
  if (count) slice->columns = tether_columns_share(&links->columns, first, count);
  slice->borrows = true;
  return slice;
}

tether_links *tether_links_like(const tether_links *links) {
  return new_links(NULL, tether_typesets_copy(links->sets));
}

bool tether_links_is_lent(const tether_links *links) {
  return !links->borrows && tether_columns_are_shared(&links->columns);
}

/* -- types --------------------------------------------------------------------------------------------------------- */

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

tether_typesets *tether_links_sets(const tether_links *links) { return links->sets; }

const tether_spec *tether_links_types(const tether_links *links, size_t row, size_t *count) {
  return tether_typesets_at(links->sets, tether_columns_view(&links->columns).types[row], count);
}

static bool join_index(tether_links *links, size_t row, uint32_t index, tether_error *error) {
  uint32_t mine = tether_columns_view(&links->columns).types[row], both, *types;
  if (!tether_typesets_union(links->sets, mine, index, &both, error)) return false;
  if (both == mine) return true;
  if (!tether_columns_own_types(&links->columns, &types, error)) return false;
  types[row] = both;
  return true;
}

bool tether_links_join(tether_links *links, size_t row, const tether_spec *types, size_t count, tether_error *error) {
  uint32_t index;
  return tether_typesets_intern(links->sets, types, count, &index, error) && join_index(links, row, index, error);
}

bool tether_links_join_types(tether_links *links, size_t row, const tether_links *other, size_t other_row,
                             tether_error *error) {
  if (other == links) return join_index(links, row, tether_columns_view(&links->columns).types[other_row], error);
  size_t count;
  const tether_spec *types = tether_links_types(other, other_row, &count);
  return tether_links_join(links, row, types, count, error);
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

bool tether_links_add(tether_links *links, int64_t from, int64_t to, uint32_t types, tether_error *error) {
  if (from < 1 || to < 1)
    return tether_fail(error, TETHER_BAD_ID, "not a record id: %lld", (long long)(from < 1 ? from : to));
  if (types >= tether_typesets_count(links->sets))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "type set %u is not of this links set", (unsigned)types);
  return tether_columns_add(&links->columns, from, to, types, error);
}

bool tether_links_room(tether_links *links, size_t more, tether_open_view *room, tether_error *error) {
  return tether_columns_room(&links->columns, more, room, error);
}

void tether_links_added(tether_links *links, size_t more) { tether_columns_added(&links->columns, more); }

bool tether_links_append(tether_links *links, const tether_links *other, size_t first, size_t count,
                         const uint32_t *types, tether_error *error) {
  tether_open_view room;
  if (count == 0) return true;
  if (!tether_columns_room(&links->columns, count, &room, error)) return false;
  tether_view rows = tether_columns_view(&other->columns); /* after: the room may have moved the same set */
  memcpy(room.from, rows.from + first, count * sizeof *room.from);
  memcpy(room.to, rows.to + first, count * sizeof *room.to);
  for (size_t i = 0; i < count; i++) room.types[i] = types ? types[rows.types[first + i]] : rows.types[first + i];
  tether_columns_added(&links->columns, count);
  return true;
}

void tether_links_swap(tether_links *links, tether_links *other) {
  tether_links kept = *links;
  *links = *other;
  *other = kept;
}

void tether_links_cut(tether_links *links, size_t count) {
  tether_columns *columns = &links->columns;
  if (count >= columns->count) return;
  if (tether_columns_are_shared(columns))
    columns->count = count; /* other sets still hold the rows behind */
  else
    tether_columns_shrink(columns, count);
}

/* Whether an id is among the sorted ids. Answers mostly come in the order of the question, so the place behind the
 * last one found is looked at first. */
static bool is_among(const int64_t *ids, size_t count, int64_t id, size_t *next) {
  if (*next < count && ids[*next] == id) return (*next)++, true;
  size_t place = tether_id_place(ids, count, id);
  *next = place + 1;
  return place < count && ids[place] == id;
}

/* The first row from `row` on whose from id is not among the ids. Links of one record mostly stand together, so the
 * same id is looked for only once. Where each record has one link, rows and ids go side by side. */
static size_t next_stranger(const int64_t *from, size_t row, size_t rows, const int64_t *ids, size_t count) {
  size_t next = 0;
  while (row < rows && next < count && from[row] == ids[next]) row++, next++;
  int64_t known = next ? ids[next - 1] : 0;
  for (; row < rows; row++) {
    if (from[row] == known) continue;
    if (!is_among(ids, count, from[row], &next)) return row;
    known = from[row];
  }
  return rows;
}

bool tether_links_keep_from(tether_links *links, size_t first, const int64_t *ids, size_t count, tether_error *error) {
  tether_view view = tether_columns_view(&links->columns);
  size_t kept = next_stranger(view.from, first, view.count, ids, count), rows = view.count;
  tether_open_view open;
  if (kept == rows) return true;
  if (!tether_columns_own(&links->columns, &open, error)) return false;
  for (size_t row = kept + 1; row < rows; row++) {
    if (next_stranger(open.from, row, row + 1, ids, count) == row) continue;
    open.from[kept] = open.from[row];
    open.to[kept] = open.to[row];
    open.types[kept++] = open.types[row];
  }
  tether_columns_shrink(&links->columns, kept);
  return true;
}

size_t tether_links_count(const tether_links *links) { return links->columns.count; }

tether_view tether_links_view(const tether_links *links) { return tether_columns_view(&links->columns); }

bool tether_links_own(tether_links *links, tether_open_view *rows, tether_error *error) {
  return tether_columns_own(&links->columns, rows, error);
}

tether_link tether_links_at(const tether_links *links, size_t row) {
  tether_view rows = tether_columns_view(&links->columns);
  return (tether_link){rows.from[row], rows.to[row], rows.types[row]};
}

/* -- order --------------------------------------------------------------------------------------------------------- */

static bool is_in_order(tether_view rows) {
  for (size_t i = 1; i < rows.count; i++)
    if (rows.from[i] < rows.from[i - 1] || (rows.from[i] == rows.from[i - 1] && rows.to[i] < rows.to[i - 1]))
      return false;
  return true;
}

bool tether_links_sort(tether_links *links, tether_error *error) {
  tether_open_view rows;
  if (is_in_order(tether_columns_view(&links->columns))) return true;
  return tether_columns_own(&links->columns, &rows, error) &&
         tether_sort(rows.from, rows.to, rows.types, links->columns.count, error);
}

bool tether_links_is_compact(const tether_links *links) {
  tether_view rows = tether_columns_view(&links->columns);
  return tether_is_sorted(rows.from, rows.to, rows.count);
}

/* Moves rows down over those that were merged into the row before; `kept` is how many are left. After a failure
 * nothing more is merged. */
static bool merge(tether_typesets *sets, tether_open_view rows, size_t count, size_t *kept, tether_error *error) {
  bool fine = true;
  *kept = 1;
  for (size_t i = 1; i < count; i++) {
    size_t last = *kept - 1;
    bool again = rows.from[i] == rows.from[last] && rows.to[i] == rows.to[last];
    if (again && fine) fine = tether_typesets_union(sets, rows.types[last], rows.types[i], &rows.types[last], error);
    if (again && fine) continue;
    rows.from[*kept] = rows.from[i];
    rows.to[*kept] = rows.to[i];
    rows.types[(*kept)++] = rows.types[i];
  }
  return fine;
}

bool tether_links_compact(tether_links *links, tether_error *error) {
  tether_open_view rows;
  size_t count = links->columns.count, kept;
  if (tether_links_is_compact(links)) return true;
  if (!tether_links_sort(links, error) || !tether_columns_own(&links->columns, &rows, error)) return false;
  bool fine = merge(links->sets, rows, count, &kept, error);
  tether_columns_shrink(&links->columns, kept);
  return fine;
}
