/* Links: associations from records of one object type to records of another, packed in columns, 20 bytes a link.
 *
 * A set is a value: a copy or a slice shares the memory of its rows until either set is changed, and may outlive the
 * set that it was made from. Rows are counted from 0 and stay in the order in which they were added until a function
 * says otherwise. One thread at a time. */
#ifndef TETHER_LINKS_H
#define TETHER_LINKS_H
#include "core/links/columns.h"
#include "core/links/typeset.h"

typedef struct tether_links tether_links;

typedef struct tether_link {
  int64_t from, to; /* record ids, > 0 */
  uint32_t types;   /* an index into the set's type sets; 0: the default association */
} tether_link;

tether_links *tether_links_new(void);        /* NULL: out of memory */
void tether_links_free(tether_links *links); /* NULL is fine */

/* The same rows and type sets. NULL: out of memory. */
tether_links *tether_links_copy(const tether_links *links);

/* Some of the rows (first + count <= all), with the same type sets. NULL: out of memory. */
tether_links *tether_links_slice(const tether_links *links, size_t first, size_t count);

/* No rows, but the same type sets by the same indices. NULL: out of memory. */
tether_links *tether_links_like(const tether_links *links);

/* Whether a copy or slice holds rows of this set. Then the memory of the rows outlives the set. False for a set that is
 * a copy or slice itself. */
bool tether_links_is_lent(const tether_links *links);

/* The index of a set of types, for tether_links_add; made when it is new (tether_typesets_intern says what fails). */
bool tether_links_intern(tether_links *links, const tether_spec *types, size_t count, uint32_t *index,
                         tether_error *error);

/* A new set of types that are not known yet, and what they turn out to be (tether_typesets_reserve, _define). */
bool tether_links_reserve(tether_links *links, uint32_t *index, tether_error *error);
bool tether_links_define(tether_links *links, uint32_t index, const tether_spec *types, size_t count,
                         tether_error *error);

/* The set's type sets, which it owns. */
tether_typesets *tether_links_sets(const tether_links *links);

/* Adds one link with the types of an index that intern or reserve gave, or 0 for the default association. On failure
 * the set is as before: BAD_ID, BAD_ARGUMENT (no such index), NO_MEMORY. */
bool tether_links_add(tether_links *links, int64_t from, int64_t to, uint32_t types, tether_error *error);

/* Room for more links behind the last, and how many of them have been written there since; their ids and types must be
 * what tether_links_add would take. NO_MEMORY, TOO_LARGE: as before. */
bool tether_links_room(tether_links *links, size_t more, tether_open_view *room, tether_error *error);
void tether_links_added(tether_links *links, size_t more);

/* Swaps the contents of two sets. */
void tether_links_swap(tether_links *links, tether_links *other);

/* Takes away the rows from `first` on whose from id is not among `ids`, which ascend. NO_MEMORY: nothing is taken. */
bool tether_links_keep_from(tether_links *links, size_t first, const int64_t *ids, size_t count, tether_error *error);

/* Takes the rows from `count` on away. */
void tether_links_cut(tether_links *links, size_t count);
/* Adds rows of another set, or of the same; `types` holds for each type set there its index here, NULL: they are the
 * same. On failure the set is as before: NO_MEMORY, TOO_LARGE. */
bool tether_links_append(tether_links *links, const tether_links *other, size_t first, size_t count,
                         const uint32_t *types, tether_error *error);

size_t tether_links_count(const tether_links *links);               /* rows */
tether_link tether_links_at(const tether_links *links, size_t row); /* row < count */

/* Where the rows stand, for those who walk over all of them; valid until the set is changed. */
tether_view tether_links_view(const tether_links *links);

/* The rows for writing in place, no longer shared; valid until the set is changed. NO_MEMORY: as before. */
bool tether_links_own(tether_links *links, tether_open_view *rows, tether_error *error);

/* The types of one row; valid until the next intern or compact. */
const tether_spec *tether_links_types(const tether_links *links, size_t row, size_t *count);

/* Adds types to those of a row. */
bool tether_links_join(tether_links *links, size_t row, const tether_spec *types, size_t count, tether_error *error);

/* Adds to the types of a row those of a row of another set, or of the same. */
bool tether_links_join_types(tether_links *links, size_t row, const tether_links *other, size_t other_row,
                             tether_error *error);

/* Sorts by from and to; rows of the same pair keep their order. NO_MEMORY: as before. */
bool tether_links_sort(tether_links *links, tether_error *error);

/* Sorts, and makes one row of all rows of the same pair, with the types of all of them: the default association beside
 * a reserved set is that set, since every link holds its plain type (wire.md, 4.2). On failure several rows of a pair
 * may be left, none is lost: NO_MEMORY, BAD_ARGUMENT (more than TETHER_TYPES_MAX types on one pair). */
bool tether_links_compact(tether_links *links, tether_error *error);

/* Whether compact has nothing to do. */
bool tether_links_is_compact(const tether_links *links);

#endif
