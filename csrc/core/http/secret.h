/* Secrets: text in memory of its own, which is left out of core dumps and wiped when it is freed. */
#ifndef TETHER_SECRET_H
#define TETHER_SECRET_H
#include "base/error.h"

/* Room for `size` bytes, zeroed; NULL: out of memory. */
char *tether_secret_new(size_t size);

/* A copy of `prefix` and `text` joined, with a terminator. */
char *tether_secret_copy(const char *prefix, const char *text);

/* Reads the first line of a file that only its owner may read (a regular file, mode 0600 or less). `what` names its
 * content in messages: "token", "password". NULL: FILE_FAILED, NO_MEMORY; TOKEN_MISSING: the line is empty;
 * TOKEN_MALFORMED: there is a NUL byte in it (both of a token alone). */
char *tether_secret_read(const char *path, const char *what, tether_error *error);

void tether_secret_free(char *secret); /* NULL is fine */

#endif
