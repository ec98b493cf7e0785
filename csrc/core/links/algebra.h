/* Algebra of links sets: merge, compare, filter. Each writes to other sets and leaves what it reads as it was. */
#ifndef TETHER_ALGEBRA_H
#define TETHER_ALGEBRA_H
#include "core/links/links.h"

/* In a list with the index in another links set for each type set: use the set there with the same types. */
#define TETHER_UNMAPPED UINT32_MAX

/* Adds all rows of `other`. `map` has for each type set of `other` its index here plus 1, or TETHER_UNMAPPED; NULL:
 * none is given. On failure no row is added: NO_MEMORY, TOO_LARGE. */
bool tether_links_merge(tether_links *links, const tether_links *other, const uint32_t *map, tether_error *error);

/* Where the rows of a comparison go: each is NULL, or a set that tether_links_like made of its side. `types` of a
 * changed pair stand on both sides, row by row. The numbers are counted in any case. */
typedef struct tether_comparison {
  tether_links *left_only, *right_only, *left_changed, *right_changed, *same;
  size_t left_only_count, right_only_count, changed_count, same_count;
} tether_comparison;

/* The meaning of each type set of both sides, by its index: equal numbers mean the same types. */
typedef struct tether_meanings {
  const uint32_t *left, *right;
} tether_meanings;

/* Compares two compact sets in one pass: by pair, and where both have it by types; `meanings` NULL: equal types are the
 * same. NO_MEMORY: the sets of `result` have some of their rows. */
bool tether_links_compare(const tether_links *left, const tether_links *right, const tether_meanings *meanings,
                          tether_comparison *result, tether_error *error);

/* The conditions of a filter: a row passes when it meets all that are given. */
typedef struct tether_filter {
  const int64_t *from, *to; /* sorted ids, of which the row's is one; NULL: any */
  size_t from_count, to_count;
  const bool *sets; /* for each type set whether it passes; NULL: any */
} tether_filter;

/* Adds the rows that pass to `passed`, which tether_links_like made of the set, or only counts them when `passed` is
 * NULL. Returns how many pass; SIZE_MAX: NO_MEMORY. */
size_t tether_links_filter(const tether_links *links, const tether_filter *filter, tether_links *passed,
                           tether_error *error);

#endif
