/* Typekey: the types of a link as a file names them, as one piece of bytes by which equal lists are found.
 *
 * Pure. A key is its items one behind the other; an item is a letter for its kind, its text and a NUL. The empty key is
 * the default association. */
#ifndef TETHER_TYPEKEY_H
#define TETHER_TYPEKEY_H
#include "base/buffer.h"

typedef enum tether_item_kind {
  TETHER_ITEM_LABEL = 'L', /* a label's text */
  TETHER_ITEM_ID = 'T',    /* a type id: decimal digits */
  TETHER_ITEM_SPEC = 'C'   /* a category, a colon and a type id */
} tether_item_kind;

/* Appends one item; its text has no NUL. */
bool tether_typekey_add(tether_buffer *key, tether_item_kind kind, tether_slice text, tether_error *error);

/* Appends a type by its category and its id. INVALID: either is longer than any that there is. */
bool tether_typekey_add_spec(tether_buffer *key, tether_slice category, tether_slice id, tether_error *error);

/* The next item of a key, which gets shorter by it; false: there is none left. */
bool tether_typekey_next(tether_slice *key, tether_item_kind *kind, tether_slice *text);

/* Text without the blanks around it, also those that a spreadsheet calls no-break spaces. */
tether_slice tether_trim(tether_slice text);

#endif
