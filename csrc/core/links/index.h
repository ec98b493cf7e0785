/* Index: finds the row of a pair in a links set. The set may have its rows in any order, and must not change while the
 * index lives. */
#ifndef TETHER_INDEX_H
#define TETHER_INDEX_H
#include "core/links/links.h"

typedef struct tether_index tether_index;

/* NULL: NO_MEMORY. The set is borrowed. */
tether_index *tether_index_new(const tether_links *links, tether_error *error);
void tether_index_free(tether_index *index); /* NULL is fine */

/* The first row of the pair; SIZE_MAX: there is none. */
size_t tether_index_find(const tether_index *index, int64_t from, int64_t to);

#endif
