/* Secrets: text in memory of its own, which is left out of core dumps and wiped when it is freed. */
#ifndef TETHER_SECRET_H
#define TETHER_SECRET_H
#include "base/error.h"

/* Room for `size` bytes, zeroed; NULL: out of memory. */
char *tether_secret_new(size_t size);

/* `prefix` and `text` behind each other, terminated. */
char *tether_secret_copy(const char *prefix, const char *text);

/* The first line of a file that is yours alone (a regular file, mode 0600 or less). NULL: FILE_FAILED, TOKEN_MISSING,
 * TOKEN_MALFORMED, NO_MEMORY. */
char *tether_secret_read(const char *path, tether_error *error);

void tether_secret_free(char *secret); /* NULL is fine */

#endif
