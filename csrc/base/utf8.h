/* UTF-8: whether bytes from outside are valid text. Pure; any thread. */
#ifndef TETHER_UTF8_H
#define TETHER_UTF8_H
#include <stddef.h>

/* The place of the first byte that is no UTF-8 (Unicode, table 3-7), or is a NUL, which C would take for the end.
 * `length`: there is none. */
size_t tether_utf8_bad(const char *text, size_t length);

#endif
