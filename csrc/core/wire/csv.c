#include "core/wire/csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

typedef enum {
  FIELD,  /* nothing of the field is read but blanks */
  PLAIN,  /* inside a field without quotes */
  QUOTED, /* between quotes */
  QUOTE,  /* behind a quote inside quotes: the end, or the first of two */
  BEHIND, /* behind the closing quote */
  SKIP    /* the rest of a faulty line */
} csv_state;

enum { SEPARATORS = 3 };
static const char separators[SEPARATORS] = {',', ';', '\t'};

/* How the first line is looked at before anything is read. */
typedef struct {
  size_t at, found[SEPARATORS];
  char before; /* the byte before `at`; a line break at the start */
  bool quoted, content;
} csv_guess;

struct tether_csv {
  tether_buffer input; /* bytes as they came; those before `at` are read */
  size_t at;
  bool finished, ended, after_cr;
  char separator; /* 0: not known yet */
  csv_guess guess;
  int64_t line;         /* of the byte at `at` */
  size_t width, filled; /* of the first row: its fields, and these without empty ones at the end; 0: none yet */
  /* the row under way, and, when `given`, the row that the caller still looks at */
  tether_buffer text;
  tether_slice *fields; /* lengths in `text`, one behind the other; pointers are set when the row is whole */
  size_t count, capacity, field_start;
  int64_t row_line, field_line;
  csv_state state;
  bool given, quotes, overfull;
  tether_error fault; /* the first one of this row */
};

tether_csv *tether_csv_new(void) {
  tether_csv *csv = calloc(1, sizeof *csv);
  if (!csv) return NULL;
  tether_buffer_init(&csv->input, TETHER_CEILING_BODY);
  tether_buffer_init(&csv->text, TETHER_CEILING_ROW);
  csv->guess.before = '\n';
  csv->line = csv->row_line = csv->field_line = 1;
  return csv;
}

void tether_csv_free(tether_csv *csv) {
  if (!csv) return;
  tether_buffer_free(&csv->input);
  tether_buffer_free(&csv->text);
  free(csv->fields);
  free(csv);
}

bool tether_csv_feed(tether_csv *csv, const char *data, size_t length, tether_error *error) {
  if (csv->finished) return tether_fail(error, TETHER_BAD_ARGUMENT, "this CSV reader is finished: nothing can be fed");
  if (csv->ended) return true; /* nobody will read it */
  if (csv->separator && csv->at > csv->input.length / 2) {
    memmove(csv->input.data, csv->input.data + csv->at, csv->input.length - csv->at);
    csv->input.length -= csv->at;
    csv->at = 0;
  }
  return tether_buffer_add(&csv->input, data, length, error);
}

void tether_csv_finish(tether_csv *csv) { csv->finished = true; }

char tether_csv_separator(const tether_csv *csv) { return csv->separator; }

/* -- the first line ------------------------------------------------------------------------------------------------ */

static bool is_break(char c) { return c == '\n' || c == '\r'; }

/* Counts the separators outside quotes of the first line with content; false: it is not whole yet. */
static bool look(csv_guess *guess, const char *data, size_t length) {
  for (; guess->at < length && guess->at <= TETHER_CEILING_FIELD; guess->before = data[guess->at++]) {
    char c = data[guess->at], before = guess->before;
    const char *known = memchr(separators, c, SEPARATORS);
    if (c == '"' && guess->quoted) {
      guess->quoted = false;
    } else if (c == '"') { /* opens where a field may begin, and behind the first of two */
      guess->quoted = before == '"' || before == ' ' || is_break(before) || memchr(separators, before, SEPARATORS);
    } else if (is_break(c) && !guess->quoted) {
      if (guess->content) return true;
      memset(guess->found, 0, sizeof guess->found);
    } else if (known && !guess->quoted) {
      guess->found[known - separators]++;
    }
    if (c != ' ' && c != '\t' && !is_break(c)) guess->content = true;
  }
  return guess->at < length;
}

static char most_frequent(const csv_guess *guess) {
  size_t best = 0;
  for (size_t i = 1; i < SEPARATORS; i++)
    if (guess->found[i] > guess->found[best]) best = i;
  return separators[best];
}

/* Finds out what the file is; MORE until that is known, then ROW. */
static tether_csv_event begin(tether_csv *csv, tether_error *error) {
  const char *data = csv->input.data;
  size_t length = csv->input.length;
  if (csv->guess.at == 0) {
    if (length < 3 && !csv->finished) return TETHER_CSV_MORE;
    if (length >= 2 && (memcmp(data, "\xFF\xFE", 2) == 0 || memcmp(data, "\xFE\xFF", 2) == 0)) {
      csv->ended = true;
      tether_fail_at(error, TETHER_CSV_BROKEN, 1, "line 1: the file is UTF-16; save it as UTF-8");
      return TETHER_CSV_FAILED;
    }
    if (length >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0) csv->at = csv->guess.at = 3;
  }
  if (!look(&csv->guess, data, length) && !csv->finished) return TETHER_CSV_MORE;
  csv->separator = most_frequent(&csv->guess);
  return TETHER_CSV_ROW;
}

/* -- faults and fields --------------------------------------------------------------------------------------------- */

static const char *show_line(const tether_csv *csv, char *out, size_t size) {
  if (csv->line > csv->row_line)
    snprintf(out, size, "lines %lld to %lld", (long long)csv->row_line, (long long)csv->line);
  else
    snprintf(out, size, "line %lld", (long long)csv->row_line);
  return out;
}

static void check_text(tether_csv *csv) {
  size_t length = csv->text.length - csv->field_start;
  if (csv->fault.code || csv->overfull || length == 0) return;
  const char *text = csv->text.data + csv->field_start;
  size_t bad = tether_utf8_bad(text, length);
  if (bad == length) return;
  int64_t line = csv->field_line;
  for (size_t i = 0; i < bad; i++)
    if (text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))) line++;
  if (text[bad])
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, line, "line %lld: byte 0x%02X in field %zu is not UTF-8",
                   (long long)line, (unsigned char)text[bad], csv->count + 1);
  else
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, line, "line %lld: a NUL byte in field %zu", (long long)line,
                   csv->count + 1);
}

/* The row is beyond a ceiling: what is read of it goes, so that memory stays where it is. */
static void overflow(tether_csv *csv, const char *what, int ceiling) {
  csv->overfull = true;
  if (!csv->fault.code)
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, csv->field_line, "line %lld: %s %d; is a quote missing?",
                   (long long)csv->field_line, what, ceiling);
  tether_buffer_clear(&csv->text);
  csv->count = csv->field_start = 0;
}

static bool add_field(tether_csv *csv, size_t length, tether_error *error) {
  if (csv->overfull) return true;
  if (csv->count == TETHER_CSV_FIELDS) {
    overflow(csv, "more fields than", TETHER_CSV_FIELDS);
    return true;
  }
  if (csv->count == csv->capacity) {
    size_t capacity = csv->capacity ? csv->capacity * 2 : 16;
    tether_slice *fields = realloc(csv->fields, capacity * sizeof *fields);
    if (!fields) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a row of %zu fields", capacity);
    csv->fields = fields;
    csv->capacity = capacity;
  }
  csv->fields[csv->count++].length = length;
  return true;
}

static bool end_field(tether_csv *csv, tether_error *error) {
  check_text(csv);
  if (!add_field(csv, csv->text.length - csv->field_start, error)) return false;
  csv->field_start = csv->text.length;
  csv->field_line = csv->line;
  csv->state = FIELD;
  return true;
}

/* Moves bytes from the input to the field. */
static bool take(tether_csv *csv, size_t length, tether_error *error) {
  const char *bytes = csv->input.data + csv->at;
  csv->at += length;
  if (csv->overfull) return true;
  if (csv->text.length - csv->field_start + length > TETHER_CEILING_FIELD) {
    overflow(csv, "the bytes of a field exceed", TETHER_CEILING_FIELD);
    return true;
  }
  if (csv->text.length + length > TETHER_CEILING_ROW) {
    overflow(csv, "the bytes of a row exceed", TETHER_CEILING_ROW);
    return true;
  }
  return tether_buffer_add(&csv->text, bytes, length, error);
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

static void new_row(tether_csv *csv) {
  tether_buffer_clear(&csv->text);
  csv->count = csv->field_start = 0;
  csv->row_line = csv->field_line = csv->line;
  csv->state = FIELD;
  csv->given = csv->quotes = csv->overfull = false;
  csv->fault.code = TETHER_OK;
}

static bool is_blank(const tether_csv *csv) {
  if (csv->count > 1 || csv->quotes || csv->fault.code) return false;
  for (size_t i = 0; i < csv->text.length; i++)
    if (csv->text.data[i] != ' ' && csv->text.data[i] != '\t') return false;
  return true;
}

/* Excel's first line that names the separator, which is thereby the most frequent one of that line. */
static bool is_hint(const tether_csv *csv) {
  return !csv->width && csv->count == 2 && !csv->quotes && csv->fields[0].length == 4 && csv->fields[1].length == 0 &&
         memcmp(csv->text.data, "sep=", 4) == 0;
}

/* Makes the row as wide as the first one, or says that it is not. */
static bool fit(tether_csv *csv, tether_error *error) {
  if (csv->fault.code) return true;
  size_t count = csv->count, filled = count;
  while (filled && csv->fields[filled - 1].length == 0) filled--;
  if (!csv->width) {
    csv->width = count;
    csv->filled = filled;
  }
  if (filled > csv->width || count < csv->filled) {
    size_t wanted = count < csv->filled ? csv->filled : csv->width;
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, csv->row_line, "line %lld: %zu field%s, and the first line has %zu",
                   (long long)csv->row_line, count, count == 1 ? "" : "s", wanted);
    return true;
  }
  while (csv->count < csv->width)
    if (!add_field(csv, 0, error)) return false;
  csv->count = csv->width;
  return true;
}

/* A row is whole: gives it away, or begins the next one when there is nothing to give (MORE). */
static tether_csv_event end_row(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  if (is_blank(csv) || is_hint(csv)) {
    new_row(csv);
    return TETHER_CSV_MORE;
  }
  if (!fit(csv, error)) return TETHER_CSV_FAILED;
  const char *data = csv->text.data ? csv->text.data : "";
  for (size_t i = 0; i < csv->count; i++) {
    csv->fields[i].data = data;
    data += csv->fields[i].length;
  }
  *row = (tether_csv_row){csv->fields, csv->count, csv->row_line};
  csv->given = true;
  if (!csv->fault.code) return TETHER_CSV_ROW;
  if (error) *error = csv->fault;
  return TETHER_CSV_FAULT;
}

/* -- bytes --------------------------------------------------------------------------------------------------------- */

static bool in_quotes(const tether_csv *csv) { return csv->state == QUOTED; }

/* How many bytes from `at` are of the field, whatever they are. */
static size_t run(const tether_csv *csv) {
  const char *start = csv->input.data + csv->at, *end = csv->input.data + csv->input.length, *at = start;
  char stop = csv->state == QUOTED ? '"' : csv->state == PLAIN ? csv->separator : '\n';
  while (at < end && *at != stop && *at != '\n' && *at != '\r') at++;
  return (size_t)(at - start);
}

/* A line break, of which the first byte is at `at`, outside quotes. */
static tether_csv_event line_break(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  csv->after_cr = csv->input.data[csv->at++] == '\r';
  bool fine = csv->state == SKIP || end_field(csv, error);
  tether_csv_event event = fine ? end_row(csv, row, error) : TETHER_CSV_FAILED;
  csv->line++;
  if (event == TETHER_CSV_MORE) csv->row_line = csv->field_line = csv->line;
  return event;
}

static bool stray_text(tether_csv *csv, tether_error *error) {
  char where[64];
  if (!csv->fault.code)
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, csv->field_line,
                   "%s: text behind the closing quote of field %zu; a quote inside a quoted field is written twice",
                   show_line(csv, where, sizeof where), csv->count + 1);
  bool fine = end_field(csv, error);
  csv->state = SKIP;
  return fine;
}

static bool quoted_byte(tether_csv *csv, char c, tether_error *error) {
  if (c == '"') {
    csv->state = QUOTE;
    csv->at++;
    return true;
  }
  if (is_break(c)) {
    csv->line++;
    csv->after_cr = c == '\r';
  }
  return take(csv, is_break(c) ? 1 : run(csv), error);
}

static bool open_quote(tether_csv *csv) {
  csv->text.length = csv->field_start; /* blanks before the quote */
  csv->state = QUOTED;
  csv->quotes = true;
  csv->at++;
  return true;
}

/* Reads on from a byte that is no line break outside quotes. */
static bool read_byte(tether_csv *csv, char c, tether_error *error) {
  switch (csv->state) {
  case QUOTED:
    return quoted_byte(csv, c, error);
  case QUOTE:
    if (c == '"') {
      csv->state = QUOTED;
      return take(csv, 1, error);
    }
    csv->state = BEHIND;
    return true;
  case SKIP:
    csv->at += run(csv);
    return true;
  default:
    break;
  }
  if (c == csv->separator) {
    csv->at++;
    return end_field(csv, error);
  }
  if (csv->state == BEHIND && c != ' ') return stray_text(csv, error);
  if (csv->state == BEHIND) {
    csv->at++;
    return true;
  }
  if (csv->state == FIELD && c == ' ') return take(csv, 1, error);
  if (csv->state == FIELD && c == '"') return open_quote(csv);
  csv->state = PLAIN;
  return take(csv, run(csv), error);
}

/* Reads until a row is whole or the input is read. */
static tether_csv_event read_on(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  while (csv->at < csv->input.length) {
    char c = csv->input.data[csv->at];
    bool second = csv->after_cr && c == '\n'; /* of CR LF */
    csv->after_cr = false;
    if (second && !in_quotes(csv)) {
      csv->at++;
    } else if (second) {
      if (!take(csv, 1, error)) return TETHER_CSV_FAILED;
    } else if (is_break(c) && !in_quotes(csv)) {
      tether_csv_event event = line_break(csv, row, error);
      if (event != TETHER_CSV_MORE) return event;
    } else if (!read_byte(csv, c, error)) {
      return TETHER_CSV_FAILED;
    }
  }
  return TETHER_CSV_MORE;
}

/* The input ends without a line break. */
static tether_csv_event last_row(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  csv->ended = true;
  if (in_quotes(csv)) {
    tether_fail_at(error, TETHER_CSV_BROKEN, csv->field_line,
                   "line %lld: the quote that opens here is never closed; nothing behind it can be read",
                   (long long)csv->field_line);
    return TETHER_CSV_FAILED;
  }
  if (csv->state != SKIP && !end_field(csv, error)) return TETHER_CSV_FAILED;
  tether_csv_event event = end_row(csv, row, error);
  return event == TETHER_CSV_MORE ? TETHER_CSV_END : event;
}

tether_csv_event tether_csv_next(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  *row = (tether_csv_row){0};
  if (csv->ended) return TETHER_CSV_END;
  if (csv->given) new_row(csv);
  tether_csv_event event = csv->separator ? TETHER_CSV_ROW : begin(csv, error);
  if (event == TETHER_CSV_ROW) event = read_on(csv, row, error);
  if (event == TETHER_CSV_MORE && csv->finished) event = last_row(csv, row, error);
  if (event == TETHER_CSV_FAILED) csv->ended = true;
  return event;
}
