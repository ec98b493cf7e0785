/* Sort: three columns by from and to, stable.
 *
 * A radix sort: the highest bits that differ deal the rows into buckets that fit the processor's cache, where the other
 * bits are sorted from the lowest up. Dealing goes column by column through one spare column, so that it needs 8 bytes
 * a row beside the rows, not 20. */
#ifndef TETHER_SORT_H
#define TETHER_SORT_H
#include "base/error.h"

/* Ids are > 0. The tag goes with its pair. NO_MEMORY: the rows are as before. */
bool tether_sort(int64_t *from, int64_t *to, uint32_t *tag, size_t count, tether_error *error);

/* Whether every pair is greater than the one before it: sorted, and each there once. */
bool tether_is_sorted(const int64_t *from, const int64_t *to, size_t count);

#endif
