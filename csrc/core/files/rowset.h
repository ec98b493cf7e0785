/* Rowset: rows of one pair of object types on their way into a links set: ids, keys, types, the lines of the file.
 *
 * Pure. Rows are added until the owner takes the set, again and again: memory is that of one set. A list of types is
 * one index however often it comes; what the indices stand for in an account is told later (tether_links_define). One
 * thread at a time. */
#ifndef TETHER_ROWSET_H
#define TETHER_ROWSET_H
#include "core/links/lines.h"
#include "core/links/links.h"
#include "core/text/cell.h"

typedef struct tether_rowset tether_rowset;

/* An end that is a key, such as "email=jane@example.com": the set has 1 in its place. */
typedef struct tether_rowset_key {
  uint32_t row;
  bool is_to;
  tether_slice text;
} tether_rowset_key;

/* The object types are copied. NULL: out of memory. */
tether_rowset *tether_rowset_new(tether_slice from, tether_slice to);
void tether_rowset_free(tether_rowset *set); /* NULL is fine */

const char *tether_rowset_from(const tether_rowset *set); /* the object types, as they were given */
const char *tether_rowset_to(const tether_rowset *set);
size_t tether_rowset_rows(const tether_rowset *set); /* that are not taken yet */

/* Whether the set has these object types, by whatever names; an empty name matches any type. */
bool tether_rowset_is_of(const tether_rowset *set, tether_slice from, tether_slice to);

/* Adds a link; `types` is a typekey, which is copied. TOO_LARGE, NO_MEMORY: the set is as before. */
bool tether_rowset_add_ids(tether_rowset *set, int64_t from, int64_t to, tether_slice types, int64_t line,
                           tether_error *error);

/* The same, where an end may be a key. */
bool tether_rowset_add(tether_rowset *set, const tether_cell *from, const tether_cell *to, tether_slice types,
                       int64_t line, tether_error *error);

/* What the set under way has in it: its keys by row, and the lists of types by their index in the set. Both slices live
 * until the next add or take. False: there is no i-th. */
bool tether_rowset_key_at(const tether_rowset *set, size_t i, tether_rowset_key *key);
bool tether_rowset_types_at(const tether_rowset *set, size_t i, uint32_t *index, tether_slice *types);

/* Gives the set and its lines to the caller; the next row begins another. NULL: no row was added. */
tether_links *tether_rowset_take(tether_rowset *set, tether_lines *lines);

#endif
