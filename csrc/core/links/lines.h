/* Lines: for each row of a links set the line of the file that it came from. Owned by whoever made it. */
#ifndef TETHER_LINES_H
#define TETHER_LINES_H
#include "base/error.h"
#include "core/links/links.h"
#include "core/links/rows.h"

typedef struct tether_lines {
  int64_t *list; /* read by anybody, written by this room alone */
  size_t count, capacity;
} tether_lines;

void tether_lines_init(tether_lines *lines); /* allocates nothing */
void tether_lines_free(tether_lines *lines); /* may be used again */

/* NO_MEMORY: as before. */
bool tether_lines_add(tether_lines *lines, int64_t line, tether_error *error);

/* Appends the lines of these rows of another list; a row without a line gets 0. */
bool tether_lines_gather(tether_lines *lines, const tether_lines *other, tether_rows rows, tether_error *error);

/* Makes the line number negative of each row that goes from the larger id to the smaller, since tether_links_fold
 * will turn it. */
void tether_lines_mark(tether_lines *lines, const tether_links *links);

#endif
