/* Exact: the one door through which ids pass on their way to a generic JSON parser that reads numbers as doubles.
 *
 * Pure. Debian's lua-cjson reads 9007199254740993 as ...992: integers beyond 2^53 become strings here. */
#ifndef TETHER_EXACT_H
#define TETHER_EXACT_H
#include "base/buffer.h"

/* Appends `json` to `out`. Integer literals beyond +-2^53 get quotes, and so does a number that was rounded on its way,
 * such as 1.2345678901235e+16, so that it is read as no id. All else is copied byte for byte. What is not JSON passes
 * unchanged: the parser behind will say so. NO_MEMORY, TOO_LARGE. */
bool tether_exact(const char *json, size_t length, tether_buffer *out, tether_error *error);

/* Finds the first number of `json` that was rounded on its way; false: there is none. `found` is borrowed from `json`.
 */
bool tether_rounded(const char *json, size_t length, tether_slice *found);

#endif
