/* Strings: the texts that the cells of a workbook share, kept in bounded memory however many there are. */
#ifndef TETHER_SHEET_STRINGS_H
#define TETHER_SHEET_STRINGS_H
#include "core/sheet/bytes.h"

typedef struct tether_strings tether_strings;

/* Reads a part such as xl/sharedStrings.xml. NULL: FILE_BROKEN, FILE_FAILED of a temporary file, NO_MEMORY. */
tether_strings *tether_strings_read(tether_bytes bytes, const char *part, tether_error *error);
void tether_strings_free(tether_strings *strings); /* NULL is fine */

size_t tether_strings_count(const tether_strings *strings);

/* Adds the text of an index below the count to a buffer. FILE_FAILED, TOO_LARGE, NO_MEMORY. */
bool tether_strings_add(tether_strings *strings, size_t index, tether_buffer *out, tether_error *error);

#endif
