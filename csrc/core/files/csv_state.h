/* The state of a CSV reader, for the files that it is made of: csv.c reads row by row and byte by byte, csv_start.c
 * finds out what the file is, csv_quick.c reads the rows that need no care, csv_fault.c tells of those that cannot be
 * used. Nobody else includes this. */
#ifndef TETHER_CSV_STATE_H
#define TETHER_CSV_STATE_H
#include "core/files/csv.h"

typedef enum tether_csv_state {
  TETHER_CSV_FIELD,  /* nothing of the field is read but blanks */
  TETHER_CSV_PLAIN,  /* inside a field without quotes */
  TETHER_CSV_QUOTED, /* between quotes */
  TETHER_CSV_QUOTE,  /* behind a quote inside quotes: the end, or the first of two */
  TETHER_CSV_BEHIND, /* behind the closing quote */
  TETHER_CSV_SKIP    /* the rest of a faulty line */
} tether_csv_state;

enum { TETHER_CSV_SEPARATORS = 4, TETHER_CSV_RAW_KEPT = 64 << 10 }; /* bytes of a lost row that are given back */

/* How the first line is looked at before anything is read. */
typedef struct tether_csv_guess {
  size_t at, found[TETHER_CSV_SEPARATORS];
  char before;                  /* the byte before `at`; a line break at the start */
  bool quoted, content, marked; /* marked: byte order marks are passed over */
} tether_csv_guess;

/* Which ceiling a row exceeds. */
typedef struct tether_csv_excess {
  const char *what;
  int ceiling;
} tether_csv_excess;

struct tether_csv {
  tether_buffer input;                     /* bytes as they came; those before `at` are read */
  size_t at, row_at;                       /* row_at: where the row under way begins, SIZE_MAX: see long_row */
  tether_buffer long_row;                  /* the beginning of a row that is no longer in the input as a whole */
  bool finished, ended, after_cr, lenient; /* lenient: see tether_csv_ask */
  bool by_row;                             /* see tether_csv_count_rows */
  char separator;                          /* 0: not known yet */
  int64_t title_lines;                     /* lines that are left to pass over before the first row */
  tether_csv_guess guess;
  unsigned char stops[256]; /* 1: the byte ends a field, or needs care */
  uint32_t asked[TETHER_CSV_ASKED];
  size_t asked_count;
  int64_t line;         /* of the byte at `at` */
  size_t width, filled; /* of the first row: its fields, and these without empty ones at the end; 0: none yet */
  /* the row under way, and, when `given`, the row that the caller still looks at */
  tether_buffer text;
  tether_slice *fields; /* lengths in `text`, one behind the other; pointers are set when the row is whole */
  size_t count, capacity, field_start;
  int64_t row_line, field_line;
  tether_csv_state state;
  bool given, quotes, overfull;
  tether_csv_excess exceeded; /* when overfull */
  tether_error fault;         /* the first one of this row */
};

/* Finds out what the file is; MORE until that is known, then ROW; FAILED when it can not be read. */
tether_csv_event tether_csv_start(tether_csv *csv, tether_error *error);

/* Reads a row that stands whole in the input, has no quotes and is as wide as the first one: its fields are borrowed
 * from the input. False: nothing has happened, and the row is to be read with care. */
bool tether_csv_quick(tether_csv *csv, tether_csv_row *row);

/* The field that ends here is text, else the row has a fault. */
void tether_csv_check_text(tether_csv *csv);

/* The row is beyond a ceiling: that is its fault. */
void tether_csv_tell_excess(tether_csv *csv);

/* Something stands behind a closing quote: that is the row's fault. */
void tether_csv_tell_stray(tether_csv *csv);

/* The file ends between quotes: FAILED. */
tether_csv_event tether_csv_never_closed(const tether_csv *csv, tether_error *error);

/* What stands in the file for the row that ends here. */
tether_slice tether_csv_raw(const tether_csv *csv);

/* Keeps the beginning of a long row before the input is dropped. Without memory for it, the row's text is not known. */
void tether_csv_put_aside(tether_csv *csv);

#endif
