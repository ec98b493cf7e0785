#include "core/links/columns.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

enum {
  FIRST_CAPACITY = 64, /* rows */
  DOUBLING = 1 << 20   /* rows up to which memory doubles; beyond it grows by half, since half of it may lie idle */
};

/* Rows up to `used` belong to some holder. A holder whose rows end there may add rows in place. */
struct tether_ids {
  size_t holders, used, capacity;
  int64_t *from, *to;
};

struct tether_tags {
  size_t holders, used, capacity;
  uint32_t *at;
};

tether_view tether_columns_view(const tether_columns *columns) {
  if (!columns->count) return (tether_view){0};
  return (tether_view){columns->ids->from + columns->ids_first, columns->ids->to + columns->ids_first,
                       columns->tags->at + columns->tags_first, columns->count};
}

tether_columns tether_columns_share(const tether_columns *columns, size_t first, size_t count) {
  tether_columns part = *columns;
  if (part.ids) part.ids->holders++;
  if (part.tags) part.tags->holders++;
  part.ids_first += first;
  part.tags_first += first;
  part.count = count;
  return part;
}

static void release_ids(tether_ids *ids) {
  if (!ids || --ids->holders) return;
  free(ids->from);
  free(ids->to);
  free(ids);
}

static void release_tags(tether_tags *tags) {
  if (!tags || --tags->holders) return;
  free(tags->at);
  free(tags);
}

void tether_columns_release(tether_columns *columns) {
  release_ids(columns->ids);
  release_tags(columns->tags);
  *columns = (tether_columns){0};
}

bool tether_columns_are_shared(const tether_columns *columns) {
  return (columns->ids && columns->ids->holders > 1) || (columns->tags && columns->tags->holders > 1);
}

/* -- memory -------------------------------------------------------------------------------------------------------- */

static size_t capacity_for(size_t capacity, size_t needed) {
  if (capacity < FIRST_CAPACITY) capacity = FIRST_CAPACITY;
  while (capacity < needed) capacity = capacity < DOUBLING ? capacity * 2 : capacity + capacity / 2;
  return capacity;
}

static bool resize(void *column, size_t bytes) {
  void *old, *moved;
  memcpy(&old, column, sizeof old);
  if (!(moved = realloc(old, bytes))) return false;
  tether_huge(moved, bytes);
  memcpy(column, &moved, sizeof moved);
  return true;
}

/* Grows both columns. When the second one fails, the first keeps its new size, which does no harm: only `capacity` says
 * what may be used. */
static bool grow_ids(tether_ids *ids, size_t needed) {
  if (needed <= ids->capacity) return true;
  size_t capacity = capacity_for(ids->capacity, needed);
  if (!resize(&ids->from, capacity * sizeof *ids->from) || !resize(&ids->to, capacity * sizeof *ids->to)) return false;
  ids->capacity = capacity;
  return true;
}

static bool grow_tags(tether_tags *tags, size_t needed) {
  if (needed <= tags->capacity) return true;
  size_t capacity = capacity_for(tags->capacity, needed);
  if (!resize(&tags->at, capacity * sizeof *tags->at)) return false;
  tags->capacity = capacity;
  return true;
}

/* -- rows that nobody else holds ----------------------------------------------------------------------------------- */

static bool copy_ids(tether_columns *columns) {
  tether_ids *old = columns->ids, *ids = calloc(1, sizeof *ids);
  if (!ids) return false;
  ids->holders = 1;
  ids->used = columns->count;
  if (!grow_ids(ids, columns->count ? columns->count : 1)) {
    release_ids(ids);
    return false;
  }
  if (columns->count) {
    memcpy(ids->from, old->from + columns->ids_first, columns->count * sizeof *ids->from);
    memcpy(ids->to, old->to + columns->ids_first, columns->count * sizeof *ids->to);
  }
  release_ids(old);
  columns->ids = ids;
  columns->ids_first = 0;
  return true;
}

static bool copy_tags(tether_columns *columns) {
  tether_tags *old = columns->tags, *tags = calloc(1, sizeof *tags);
  if (!tags) return false;
  tags->holders = 1;
  tags->used = columns->count;
  if (!grow_tags(tags, columns->count ? columns->count : 1)) {
    release_tags(tags);
    return false;
  }
  if (columns->count) memcpy(tags->at, old->at + columns->tags_first, columns->count * sizeof *tags->at);
  release_tags(old);
  columns->tags = tags;
  columns->tags_first = 0;
  return true;
}

static bool no_memory(size_t rows, tether_error *error) {
  return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu links", rows);
}

bool tether_columns_own_types(tether_columns *columns, uint32_t **types, tether_error *error) {
  if ((!columns->tags || columns->tags->holders > 1) && !copy_tags(columns)) return no_memory(columns->count, error);
  *types = columns->tags->at + columns->tags_first;
  return true;
}

bool tether_columns_own(tether_columns *columns, tether_open_view *rows, tether_error *error) {
  if ((!columns->ids || columns->ids->holders > 1) && !copy_ids(columns)) return no_memory(columns->count, error);
  rows->from = columns->ids->from + columns->ids_first;
  rows->to = columns->ids->to + columns->ids_first;
  return tether_columns_own_types(columns, &rows->types, error);
}

void tether_columns_shrink(tether_columns *columns, size_t count) {
  columns->count = count;
  columns->ids->used = columns->ids_first + count;
  columns->tags->used = columns->tags_first + count;
}

/* -- adding -------------------------------------------------------------------------------------------------------- */

bool tether_columns_room(tether_columns *columns, size_t more, tether_open_view *room, tether_error *error) {
  size_t count = columns->count, ids_end = columns->ids_first + count, tags_end = columns->tags_first + count;
  if (more > UINT32_MAX || count + more > UINT32_MAX)
    return tether_fail(error, TETHER_TOO_LARGE, "a set holds at most 4294967295 links");
  bool fine = (columns->ids && columns->ids->used == ids_end) || copy_ids(columns);
  fine = fine && ((columns->tags && columns->tags->used == tags_end) || copy_tags(columns));
  if (!fine || !grow_ids(columns->ids, columns->ids_first + count + more) ||
      !grow_tags(columns->tags, columns->tags_first + count + more))
    return no_memory(count + more, error);
  room->from = columns->ids->from + columns->ids_first + count;
  room->to = columns->ids->to + columns->ids_first + count;
  room->types = columns->tags->at + columns->tags_first + count;
  return true;
}

void tether_columns_added(tether_columns *columns, size_t more) {
  columns->count += more;
  columns->ids->used += more;
  columns->tags->used += more;
}

static bool has_room(const tether_columns *columns) {
  const tether_ids *ids = columns->ids;
  const tether_tags *tags = columns->tags;
  return ids && ids->used == columns->ids_first + columns->count && ids->used < ids->capacity && tags &&
         tags->used == columns->tags_first + columns->count && tags->used < tags->capacity;
}

bool tether_columns_add(tether_columns *columns, int64_t from, int64_t to, uint32_t types, tether_error *error) {
  tether_open_view room;
  if (!has_room(columns) && !tether_columns_room(columns, 1, &room, error)) return false;
  columns->ids->from[columns->ids->used] = from;
  columns->ids->to[columns->ids->used] = to;
  columns->tags->at[columns->tags->used] = types;
  tether_columns_added(columns, 1);
  return true;
}
