/* Worksheet: the cells of one sheet of an XLSX file as lines of CSV, a line a row: the number of a line is the number
 * of its row, and rows without a value are blank lines. Separated by commas, in UTF-8.
 *
 * A cell is shown by its value: the result of a formula, a number as tether_number_plain writes it. Every row is at
 * least as wide as the first one that has a value, as CSV wants it. Constant memory; one thread at a time. */
#ifndef TETHER_SHEET_WORKSHEET_H
#define TETHER_SHEET_WORKSHEET_H
#include "core/sheet/bytes.h"
#include "core/sheet/strings.h"

typedef struct tether_worksheet tether_worksheet;

/* Reads `bytes`, which live longer, as do `strings` (NULL: the workbook has none); `part` is named in messages. NULL:
 * NO_MEMORY. */
tether_worksheet *tether_worksheet_new(tether_bytes bytes, const char *part, tether_strings *strings,
                                       tether_error *error);
void tether_worksheet_free(tether_worksheet *sheet); /* NULL is fine */

/* The text of the sheet, read as tether_bytes says. FILE_BROKEN names part and row. Lives as long as the sheet. */
tether_bytes tether_worksheet_text(tether_worksheet *sheet);

#endif
