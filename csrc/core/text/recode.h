/* Recode: text of another encoding becomes UTF-8, in pieces, in constant memory (iconv of libc).
 *
 * Bytes that are no character in their encoding become the byte 0xFF, which no UTF-8 text has. A reader that needs
 * that cell refuses it; other cells are not affected. One thread at a time. */
#ifndef TETHER_RECODE_H
#define TETHER_RECODE_H
#include "base/buffer.h"

typedef enum tether_encoding {
  TETHER_ENCODING_UTF8,
  TETHER_ENCODING_UTF16LE,
  TETHER_ENCODING_UTF16BE,
  TETHER_ENCODING_WINDOWS1252,
  TETHER_ENCODING_COUNT
} tether_encoding;

enum { TETHER_ENCODING_LOOK = 64 << 10 }; /* bytes that `guess` should be given, or the whole text */

/* "UTF-16LE". Never NULL. */
const char *tether_encoding_name(tether_encoding encoding);

/* The encoding that a person names: in any case, with or without "-", "_" and blanks; "latin1" and "iso-8859-1" are
 * read as Windows-1252, which has all their letters. "utf-16" is little-endian unless the text says otherwise. */
bool tether_encoding_find(const char *name, tether_encoding *encoding);

/* The encoding of a text by its first bytes: a byte order mark; every other byte NUL; bytes that are no UTF-8 in a
 * text that has no UTF-8 letter beyond ASCII (Windows-1252); else UTF-8. The last character may be cut. */
tether_encoding tether_encoding_guess(const char *bytes, size_t length);

typedef struct tether_recode tether_recode;

/* NULL: NO_MEMORY, or INVALID when this machine's libc does not know the encoding. */
tether_recode *tether_recode_new(tether_encoding encoding, tether_error *error);
void tether_recode_free(tether_recode *recode); /* NULL is fine */

/* Writes bytes of the text behind `out` as UTF-8. A cut character waits for the next call; `last` says that none comes.
 * NO_MEMORY, TOO_LARGE: of `out`. */
bool tether_recode_add(tether_recode *recode, const char *bytes, size_t length, bool last, tether_buffer *out,
                       tether_error *error);

#endif
