/* Label cell: the types of a link as one cell of a table has them, such as "Decision maker; Billing contact". Pure.
 *
 * A cell is items with a separator between them. Blanks around an item are no part of it, and an empty item is none.
 *
 *   "Boss"           a text in quotes is a label, whatever stands in it; a quote inside it is written twice
 *   279              decimal digits are a type id
 *   USER_DEFINED:7   a category in any letter case, a colon and digits are the type of that category and id
 *   NaN, NULL, \N    a word by which programs write that there is nothing is no item (tether_is_nothing)
 *   Boss             anything else is a label
 *
 * Every cell can be read: a quote that is never closed, or that has text behind it, is a letter of a label. What write
 * makes of a typekey, read makes the same typekey of. */
#ifndef TETHER_LABELCELL_H
#define TETHER_LABELCELL_H
#include "core/text/typekey.h"

/* Appends the items of a cell to a typekey. `separator` 0: the cell is one item. NO_MEMORY, TOO_LARGE: some items may
 * have been added. */
bool tether_labelcell_read(tether_slice cell, char separator, tether_buffer *key, tether_error *error);

/* Appends a typekey as a cell; `separator` 0 is written as a semicolon. NO_MEMORY, TOO_LARGE: a part may be there. */
bool tether_labelcell_write(tether_slice key, char separator, tether_buffer *out, tether_error *error);

/* Whether a text, blanks around it aside, is what programs write for a missing value: nothing at all, NaN, None, null,
 * nil, N/A, <NA>, \N or an error value of a spreadsheet such as #N/A, in any letter case; NA in capitals alone. */
bool tether_is_nothing(tether_slice text);

/* Reads a cell that says yes (true, yes, y, x, 1) or no (false, no, n, 0, and whatever is nothing). False: it says
 * something else. */
bool tether_yes_or_no(tether_slice text, bool *yes);

#endif
