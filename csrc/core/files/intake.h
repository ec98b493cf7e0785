/* Intake: rows of a file, as csv.h and jsonl.h read them, become links sets, one for each pair of object types.
 *
 * Pure. Cells are read by the rules of cell.h; rows whose cells are digits alone take the short way. Rows are added
 * until the owner takes the sets, again and again: memory is that of these sets. One thread at a time. */
#ifndef TETHER_INTAKE_H
#define TETHER_INTAKE_H
#include "core/files/rowset.h"
#include "core/text/labelcell.h"

typedef struct tether_intake tether_intake;

enum { TETHER_INTAKE_PAIRS = 256 }; /* pairs of object types in one file */

typedef struct tether_intake_options {
  const char *from, *to; /* the object types of every row; NULL: the rows name them, as in "contacts:101" */
  bool strict;           /* what a cell says of the primary must be yes or no; else other words are none of ours */
  bool one_pair;         /* a file has one pair of object types, which its first row may name */
  tether_slice types;    /* typekey of the rows that name none */
  struct {
    const char *name;    /* what a message calls the cells: a header, a JSON key */
    const char *key;     /* the property whose values they are; NULL: ids, and keys with their property */
    char split;          /* see tether_cells_begin */
  } side[2];             /* from and to */
} tether_intake_options; /* all of it is copied */

/* A row as a file has it; nothing of it is kept but copies. Slices without data are missing. */
typedef struct tether_intake_row {
  tether_slice end[2];      /* the cells of from and to */
  tether_slice type[2];     /* the object types of both, where the row has columns for them */
  tether_slice types;       /* a typekey */
  tether_slice primary_ids; /* a cell: of these ids of the to side the link is the primary one */
  tether_slice primary;     /* a cell: whether all links of the row are, in the words of tether_yes_or_no */
  bool is_bare;             /* the line has separators alone */
  bool is_short;            /* the empty cells at its end are missing */
  int64_t line, last_line;
} tether_intake_row;

/* What was found in the rows beside links. */
typedef struct tether_intake_tally {
  int64_t links; /* all that were added */
  int64_t empty; /* rows in which an end is empty: no link */
  int64_t counted[TETHER_COUNTED_KINDS];
  int64_t long_rows, long_first, long_last; /* rows over many lines; the lines of the longest */
} tether_intake_tally;

enum { TETHER_INTAKE_LONG = 10 }; /* lines that make a row of ids suspicious: a quote may be missing */

/* NULL: out of memory. */
tether_intake *tether_intake_new(const tether_intake_options *options);
void tether_intake_free(tether_intake *intake); /* NULL is fine */

/* Adds the links of a row: none, one, or one for each of several ids. On failure the sets are as before, and the place
 * is the row's line: BAD_ID; BAD_ARGUMENT: no object types are known; INVALID: the row is of another pair of object
 * types than the file, or says neither yes nor no of the primary; TOO_LARGE, NO_MEMORY. */
bool tether_intake_add(tether_intake *intake, const tether_intake_row *row, tether_error *error);

size_t tether_intake_rows(const tether_intake *intake); /* links of all sets that are not taken yet */

const tether_intake_tally *tether_intake_tell(const tether_intake *intake);

/* The i-th pair of object types, in the order in which they came; NULL: there is none. */
tether_rowset *tether_intake_set(const tether_intake *intake, size_t i);

#endif
