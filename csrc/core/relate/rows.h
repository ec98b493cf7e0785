/* Rows: the rows of one record in a sorted set. */
#ifndef TETHER_RELATE_ROWS_H
#define TETHER_RELATE_ROWS_H
#include "core/links/links.h"

/* The end of the rows of the record at a row. */
static inline size_t tether_end_of(tether_view rows, size_t at) {
  size_t end = at + 1;
  while (end < rows.count && rows.from[end] == rows.from[at]) end++;
  return end;
}

#endif
