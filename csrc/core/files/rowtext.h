/* Rowtext: rows of a links set as lines of a file. Pure.
 *
 * A line is `before`, the from id, `between`, the to id and the text that belongs to the row's types: what CSV and
 * JSONL make of labels is written once for each type set, by the caller, and copied here for each row. */
#ifndef TETHER_ROWTEXT_H
#define TETHER_ROWTEXT_H
#include "base/buffer.h"
#include "core/links/links.h"
#include "core/links/rows.h"

typedef struct tether_rowtext {
  tether_slice before, between;
  const tether_slice *behind; /* by the index of a type set */
  size_t behind_count;
  bool exact; /* ids beyond 2^53 stand in quotes, for readers to whom a number is a double (RFC 8259, 6) */
} tether_rowtext;

/* Appends the lines. BAD_ARGUMENT: a row's types have no text; TOO_LARGE, NO_MEMORY: some lines may be there. */
bool tether_rowtext_add(const tether_rowtext *shape, const tether_links *links, tether_rows rows, tether_buffer *out,
                        tether_error *error);

#endif
