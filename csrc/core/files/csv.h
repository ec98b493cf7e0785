/* CSV, read by pulling from bytes that are pushed in pieces of any size: feed, take rows until MORE, feed again; finish
 * says that nothing follows. No socket, no file; memory stays below the ceilings of base/buffer.h whatever comes.
 *
 * UTF-8 byte order marks are dropped, and a Ctrl-Z at the end. The separator is the one of comma, semicolon and tab
 * that stands most often in the first line, or a bar where none of them does; Excel's `sep=;` line is heeded and passed
 * over. Lines end with CRLF, LF or CR; blank ones are passed over and counted. A field may be quoted, with doubled
 * quotes and line breaks inside.
 *
 * Every row has as many fields as the first one: empty ones too many are dropped, others are a fault. A faulty row is
 * told, and reading goes on at the line behind it. */
#ifndef TETHER_CSV_H
#define TETHER_CSV_H
#include "base/buffer.h"

typedef struct tether_csv tether_csv;

typedef struct tether_csv_row {
  const tether_slice *fields; /* unquoted; borrowed until the next call with this reader */
  size_t count;
  int64_t line, last_line; /* where the row begins and ends, counted from 1 */
  bool is_short;           /* empty fields stand for some that it lacks */
  tether_slice raw; /* of a row that is lost: its text in the file, or the first 64 kB of it; no data: not known */
} tether_csv_row;

typedef enum tether_csv_event {
  TETHER_CSV_ROW,
  TETHER_CSV_MORE,  /* all that was fed is read: feed more, or finish */
  TETHER_CSV_END,   /* finished, and nothing is left */
  TETHER_CSV_FAULT, /* one row is lost; `row` has what was read of it, unchecked; the next call goes on behind it */
  TETHER_CSV_FAILED /* nothing more can be read; only END follows */
} tether_csv_event;

enum {
  TETHER_CSV_FIELDS = 16384, /* of one row */
  TETHER_CSV_ASKED = 32      /* columns that can be asked for */
};

tether_csv *tether_csv_new(void); /* NULL: out of memory */
void tether_csv_free(tether_csv *csv);

/* Copies bytes behind those that are not read yet. NO_MEMORY; TOO_LARGE: take rows first. */
bool tether_csv_feed(tether_csv *csv, const char *data, size_t length, tether_error *error);

void tether_csv_finish(tether_csv *csv); /* nothing follows: from now on END can come */

/* From now on a line break inside a field counts no line: the text was made of the rows of a sheet, and a line is the
 * number of a row. Before anything is fed. */
void tether_csv_count_rows(tether_csv *csv);

/* Passes over the lines above this one, which are titles. Before the first row. */
void tether_csv_begin_at(tether_csv *csv, int64_t line);

/* Names the columns, counted from 0, that the caller will look at. From then on no other field is checked for being
 * text, and a row that is shorter than the first one gets empty fields instead of being a fault. */
void tether_csv_ask(tether_csv *csv, const uint32_t *columns, size_t count);

/* The next row. FAULT fills `error` with CSV_BROKEN and its line as the place; FAILED likewise (a quote that is never
 * closed, a file in UTF-16), or with NO_MEMORY. */
tether_csv_event tether_csv_next(tether_csv *csv, tether_csv_row *row, tether_error *error);

/* ',', ';', '\t' or '|'; 0 while the first line is not read yet. */
char tether_csv_separator(const tether_csv *csv);

#endif
