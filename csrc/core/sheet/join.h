/* Join: the CSV files of a ZIP, which have the same first line, as one text in UTF-8. The first lines of all but the
 * first one become blank lines, so that every line of the text is a line of a file. Constant memory; one thread at a
 * time. */
#ifndef TETHER_SHEET_JOIN_H
#define TETHER_SHEET_JOIN_H
#include "core/sheet/pack.h"
#include "core/text/recode.h"

typedef struct tether_join tether_join;

typedef struct tether_join_part {
  size_t entry; /* of the pack */
  tether_encoding encoding;
} tether_join_part;

/* Reads entries of a pack, which lives longer, one after the other. `keep_lines`: no first line is blanked, as JSON
 * lines have no header. The parts are copied. NULL: NO_MEMORY. */
tether_join *tether_join_new(tether_pack *pack, const tether_join_part *parts, size_t count, bool keep_lines,
                             tether_error *error);
void tether_join_free(tether_join *join); /* NULL is fine */

/* The text, read as tether_bytes says. Lives as long as the join. */
tether_bytes tether_join_text(tether_join *join);

#endif
