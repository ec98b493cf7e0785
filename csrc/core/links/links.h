/* Links: associations from records of one object type to records of another, packed in columns, 20 bytes a link.
 *
 * A set owns its memory. Rows are counted from 0 and stay in the order in which they were added until a function says
 * otherwise. One thread at a time. */
#ifndef TETHER_LINKS_H
#define TETHER_LINKS_H
#include "core/links/typeset.h"

typedef struct tether_links tether_links;

typedef struct tether_link {
  int64_t from, to; /* record ids, > 0 */
  uint32_t types;   /* an index into the set's type sets; 0: the default association */
} tether_link;

tether_links *tether_links_new(void);        /* NULL: out of memory */
void tether_links_free(tether_links *links); /* NULL is fine */

/* The index of a set of types, for tether_links_add; made when it is new (tether_typesets_intern says what fails). */
bool tether_links_intern(tether_links *links, const tether_spec *types, size_t count, uint32_t *index,
                         tether_error *error);

/* The same rows and type sets, apart from this set. NULL: out of memory. */
tether_links *tether_links_copy(const tether_links *links);

/* A new set of types that are not known yet, and what they turn out to be (tether_typesets_reserve, _define). */
bool tether_links_reserve(tether_links *links, uint32_t *index, tether_error *error);
bool tether_links_define(tether_links *links, uint32_t index, const tether_spec *types, size_t count,
                         tether_error *error);

/* Adds one link with the types of an index that intern or reserve gave, or 0 for the default association. On failure
 * the set is as before: BAD_ID, BAD_ARGUMENT (no such index), NO_MEMORY. */
bool tether_links_add(tether_links *links, int64_t from, int64_t to, uint32_t types, tether_error *error);

/* Takes the rows from `count` on away. */
void tether_links_cut(tether_links *links, size_t count);

size_t tether_links_count(const tether_links *links);
tether_link tether_links_at(const tether_links *links, size_t row); /* row < count */

/* The types of one row; valid until the next intern or compact. */
const tether_spec *tether_links_types(const tether_links *links, size_t row, size_t *count);

/* Adds types to those of a row. */
bool tether_links_join(tether_links *links, size_t row, const tether_spec *types, size_t count, tether_error *error);

/* Adds to the types of a row those of a row of another set, or of the same. */
bool tether_links_join_types(tether_links *links, size_t row, const tether_links *other, size_t other_row,
                             tether_error *error);

/* Sorts by from and to, and makes one row of all rows of the same pair, with the types of all of them. */
bool tether_links_compact(tether_links *links, tether_error *error);

#endif
