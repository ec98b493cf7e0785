/* Rows: names some rows of a links set, without a copy of them: a run, or a list of row numbers that is borrowed. */
#ifndef TETHER_ROWS_H
#define TETHER_ROWS_H
#include <stddef.h>
#include <stdint.h>

typedef struct tether_rows {
  const uint32_t *list; /* NULL: the run first … first + count - 1; else list[first …] */
  size_t first, count;
} tether_rows;

static inline size_t tether_rows_at(tether_rows rows, size_t i) {
  return rows.list ? rows.list[rows.first + i] : rows.first + i;
}

#endif
