/* UTF-8: whether text from a stranger is what it says. Pure; any thread. */
#ifndef TETHER_UTF8_H
#define TETHER_UTF8_H
#include <stddef.h>

/* Where text stops being UTF-8 (Unicode, table 3-7), or has a NUL, which C would take for its end; `length` when it is
 * fine. */
size_t tether_utf8_bad(const char *text, size_t length);

#endif
