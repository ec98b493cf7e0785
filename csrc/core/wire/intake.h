/* Intake: rows of a file, as csv.h and jsonl.h read them, become a links set: ids, keys, object types before ids,
 * labels.
 *
 * Pure. Rows are added until the owner takes the set, again and again: memory is that of one set. A label is looked for
 * among those of the set under way, so that a list of labels is one index however often it comes; what the indices
 * stand for in an account is told later (tether_links_define). One thread at a time. */
#ifndef TETHER_INTAKE_H
#define TETHER_INTAKE_H
#include "core/links/lines.h"
#include "core/links/links.h"
#include "core/wire/typekey.h"

typedef struct tether_intake tether_intake;

typedef struct tether_intake_options {
  const char *from, *to; /* the object types, copied; NULL: the first row names them, as in "contacts:101" */
  tether_slice types;    /* typekey of the rows that name none, copied */
} tether_intake_options;

/* A row as a file has it; nothing of it is kept but copies. */
typedef struct tether_intake_row {
  tether_slice from, to, types; /* types: a typekey */
  int64_t line;
  bool primary; /* the link is the primary one as well: beside its types, or those of rows that name none */
} tether_intake_row;

/* An end that is a key, such as "email=jane@example.com": the set has 1 in its place. */
typedef struct tether_intake_key {
  uint32_t row;
  bool is_to;
  tether_slice text;
} tether_intake_key;

/* NULL: out of memory. */
tether_intake *tether_intake_new(const tether_intake_options *options);
void tether_intake_free(tether_intake *intake); /* NULL is fine */

/* Adds a row. On failure the set is as before, and the place is the row's line: BAD_ID; BAD_ARGUMENT: no object types
 * are known; INVALID: the row is of another pair of object types than those before; TOO_LARGE, NO_MEMORY. */
bool tether_intake_add(tether_intake *intake, const tether_intake_row *row, tether_error *error);

size_t tether_intake_rows(const tether_intake *intake); /* of the set under way */

/* The object types; NULL while nobody has named them. Live as long as the intake. */
const char *tether_intake_from(const tether_intake *intake);
const char *tether_intake_to(const tether_intake *intake);

/* What the set under way has in it: its keys by row, and the lists of types by their index in the set. Both slices live
 * until the next add or take. False: there is no i-th. */
bool tether_intake_key_at(const tether_intake *intake, size_t i, tether_intake_key *key);
bool tether_intake_types_at(const tether_intake *intake, size_t i, uint32_t *index, tether_slice *types);

/* Gives the set and its lines to the caller; the next row begins another. NULL: no row was added. */
tether_links *tether_intake_take(tether_intake *intake, tether_lines *lines);

#endif
