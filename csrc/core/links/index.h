/* Index: the pairs of a links set in order, each with its row; finds the row of a pair. The set may have its rows in
 * any order. Later changes of the set do not change the index. */
#ifndef TETHER_INDEX_H
#define TETHER_INDEX_H
#include "core/links/links.h"

typedef struct tether_index tether_index;

/* NULL: NO_MEMORY. */
tether_index *tether_index_new(const tether_links *links, tether_error *error);
void tether_index_free(tether_index *index); /* NULL is fine */

/* The first row of the pair; SIZE_MAX: there is none. Pairs that are asked for in order are found quickly. */
size_t tether_index_find(tether_index *index, int64_t from, int64_t to);

#endif
