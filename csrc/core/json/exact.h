/* Exact: the one door through which ids pass on their way to a generic JSON parser that reads numbers as doubles.
 *
 * Pure. Debian's lua-cjson reads 9007199254740993 as ...992: integers beyond 2^53 become strings here. */
#ifndef TETHER_EXACT_H
#define TETHER_EXACT_H
#include "base/buffer.h"

/* Appends `json` to `out` with every integer literal beyond +-2^53 in quotes, and so every number that has been rounded
 * on its way, such as 1.2345678901235e+16, which is no id then; all else byte for byte. What is not JSON passes as it
 * is: the parser behind will say so. */
bool tether_exact(const char *json, size_t length, tether_buffer *out, tether_error *error);

/* Whether a number of `json` has been rounded: the first such. Borrowed. */
bool tether_rounded(const char *json, size_t length, tether_slice *found);

#endif
