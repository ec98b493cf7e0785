/* Recent: the pairs that a stream of links has sent last, so that a pair which comes again is sent with the types of
 * its earlier row as well, and only once that row is no longer on its way.
 *
 * No source settles how an account treats a write on a pair that already has labels (wire.md, open questions 3 and
 * 4). Two rows of one pair in one batch become one input; this file does the same for rows that are further apart.
 * It remembers a fixed number of pairs and forgets the oldest first, so that a stream of any length needs no more
 * memory. One thread at a time. */
#ifndef TETHER_RECENT_H
#define TETHER_RECENT_H
#include "core/links/links.h"
#include "core/links/rows.h"

typedef struct tether_recent tether_recent;

/* For `pairs` pairs, at most 2^24. NULL: out of memory. */
tether_recent *tether_recent_new(size_t pairs);
void tether_recent_free(tether_recent *recent); /* NULL is fine */

typedef struct tether_division {
  uint32_t *free_rows, *held; /* row numbers, with room for all rows; ascending if those were */
  size_t free_count, held_count;
} tether_division;

/* Adds to the types of each row of `rows` what its pair was sent with, and divides the rows: `held` are those whose
 * pair is on its way with a generation after `settled`, the others are free to be sent. NO_MEMORY, BAD_ARGUMENT (too
 * many types): some rows may have got types. */
bool tether_recent_divide(const tether_recent *recent, tether_links *links, tether_rows rows, uint32_t settled,
                          tether_division *division, tether_error *error);

/* Remembers rows as sent in a generation, which never gets smaller. NO_MEMORY: some may not be remembered. */
bool tether_recent_add(tether_recent *recent, const tether_links *links, tether_rows rows, uint32_t generation,
                       tether_error *error);

/* Forgets pairs that were refused: their types must not be sent again. */
void tether_recent_forget(tether_recent *recent, const tether_links *links, tether_rows rows);

#endif
