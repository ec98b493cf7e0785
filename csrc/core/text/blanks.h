/* Blanks: the characters that nobody sees, which spreadsheets and web pages leave around ids, and how a message shows
 * them. Pure. */
#ifndef TETHER_BLANKS_H
#define TETHER_BLANKS_H
#include "base/buffer.h"

/* How many bytes of an invisible character `text` begins (or ends) with; 0: none. ASCII blanks and control characters,
 * the blanks of Unicode, marks of width zero, directions, byte order marks. */
size_t tether_blank_first(tether_slice text);
size_t tether_blank_last(tether_slice text); /* the same of its end */

/* Text without the invisible characters around it. */
tether_slice tether_trim_invisible(tether_slice text);

/* Moves `at` behind the byte order marks that stand there, of which some programs write several at a file's start.
 * False: `text` ends where one more may come, and is not the `last` of the file. */
bool tether_skip_marks(tether_slice text, bool last, size_t *at);

enum { TETHER_SHOWN = 160 }; /* bytes, the terminator included: a cell that is longer is told by its beginning */

/* Writes the beginning of a text as a message can have it: invisible characters as \u{200B}, bytes that are no UTF-8 as
 * \x{E9}, and "..." for what does not fit. Answers `out`. */
const char *tether_show(tether_slice text, char out[TETHER_SHOWN]);

#endif
