/* Rows: the rows of one record in a sorted set. */
#ifndef TETHER_RELATE_ROWS_H
#define TETHER_RELATE_ROWS_H
#include "core/links/links.h"

/* The place behind the last row of the record to which the given row belongs. */
static inline size_t tether_end_of(tether_view rows, size_t at) {
  size_t end = at + 1;
  while (end < rows.count && rows.from[end] == rows.from[at]) end++;
  return end;
}

#endif
