/* Columns: the memory of links, 20 bytes a row, shared by the sets that show the same rows.
 *
 * A slice or a copy costs no row, because it holds the same memory. A set that changes rows which others see copies
 * them first. So every set is a value, and memory lives as long as its last holder. One thread at a time. */
#ifndef TETHER_COLUMNS_H
#define TETHER_COLUMNS_H
#include "base/error.h"

typedef struct tether_ids tether_ids;   /* both ids of each row */
typedef struct tether_tags tether_tags; /* the index of each row's type set */

/* Rows of a set: a part of what it holds. Zeroed: no rows. */
typedef struct tether_columns {
  tether_ids *ids;
  tether_tags *tags;
  size_t ids_first, tags_first, count;
} tether_columns;

/* Where the rows stand; valid until the next change of the set. */
typedef struct tether_view {
  const int64_t *from, *to;
  const uint32_t *types;
  size_t count;
} tether_view;

/* The same, for writing. */
typedef struct tether_open_view {
  int64_t *from, *to;
  uint32_t *types;
} tether_open_view;

tether_view tether_columns_view(const tether_columns *columns);

/* Rows first … first + count - 1 of some columns, which get one more holder. */
tether_columns tether_columns_share(const tether_columns *columns, size_t first, size_t count);
void tether_columns_release(tether_columns *columns); /* leaves no rows */

/* Whether other columns hold the same rows. */
bool tether_columns_are_shared(const tether_columns *columns);

/* Makes room for more rows behind the last and answers it; `columns->count` may then be raised. NO_MEMORY. */
bool tether_columns_room(tether_columns *columns, size_t more, tether_open_view *room, tether_error *error);

/* Says that `more` rows have been written to the room. */
void tether_columns_added(tether_columns *columns, size_t more);

/* Adds one row. NO_MEMORY, TOO_LARGE: as before. */
bool tether_columns_add(tether_columns *columns, int64_t from, int64_t to, uint32_t types, tether_error *error);

/* The rows as this holder's own, for putting them in another order. Shrink keeps the first of them. NO_MEMORY. */
bool tether_columns_own(tether_columns *columns, tether_open_view *rows, tether_error *error);
void tether_columns_shrink(tether_columns *columns, size_t count);

/* The same for writing types alone: the ids stay shared. NO_MEMORY. */
bool tether_columns_own_types(tether_columns *columns, uint32_t **types, tether_error *error);

#endif
