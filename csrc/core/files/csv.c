#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/files/csv_state.h"

tether_csv *tether_csv_new(void) {
  tether_csv *csv = calloc(1, sizeof *csv);
  if (!csv) return NULL;
  tether_buffer_init(&csv->input, TETHER_CEILING_BODY);
  tether_buffer_init(&csv->text, TETHER_CEILING_ROW);
  tether_buffer_init(&csv->long_row, TETHER_CSV_RAW_KEPT);
  csv->guess.before = '\n';
  csv->line = csv->row_line = csv->field_line = 1;
  return csv;
}

void tether_csv_free(tether_csv *csv) {
  if (!csv) return;
  tether_buffer_free(&csv->input);
  tether_buffer_free(&csv->text);
  tether_buffer_free(&csv->long_row);
  free(csv->fields);
  free(csv);
}

/* Drops input that was read. The beginning of a row that is not whole is kept, because a fault shows it. */
static void make_room(tether_csv *csv) {
  tether_csv_put_aside(csv);
  size_t first = csv->row_at == SIZE_MAX ? csv->at : csv->row_at;
  memmove(csv->input.data, csv->input.data + first, csv->input.length - first);
  csv->input.length -= first;
  csv->at -= first;
  if (csv->row_at != SIZE_MAX) csv->row_at = 0;
}

bool tether_csv_feed(tether_csv *csv, const char *data, size_t length, tether_error *error) {
  if (csv->finished) return tether_fail(error, TETHER_BAD_ARGUMENT, "this CSV reader is finished: nothing can be fed");
  if (csv->ended) return true; /* bytes behind the end are not read */
  if (csv->separator && csv->at > csv->input.length / 2) make_room(csv);
  return tether_buffer_add(&csv->input, data, length, error);
}

void tether_csv_count_rows(tether_csv *csv) { csv->by_row = true; }

void tether_csv_finish(tether_csv *csv) { csv->finished = true; }

void tether_csv_begin_at(tether_csv *csv, int64_t line) { csv->title_lines = line - 1; }

void tether_csv_ask(tether_csv *csv, const uint32_t *columns, size_t count) {
  csv->lenient = true;
  csv->asked_count = count < TETHER_CSV_ASKED ? count : TETHER_CSV_ASKED;
  if (csv->asked_count) memcpy(csv->asked, columns, csv->asked_count * sizeof *columns);
}

char tether_csv_separator(const tether_csv *csv) { return csv->separator; }

static bool is_break(char c) { return c == '\n' || c == '\r'; }

/* -- faults and fields --------------------------------------------------------------------------------------------- */

/* The row is beyond a ceiling. What was read of it is dropped, so that memory stays bounded. */
static void overflow(tether_csv *csv, const char *what, int ceiling) {
  csv->overfull = true;
  csv->exceeded = (tether_csv_excess){what, ceiling};
  tether_buffer_clear(&csv->text);
  csv->count = csv->field_start = 0;
}

static bool add_field(tether_csv *csv, size_t length, tether_error *error) {
  if (csv->overfull) return true;
  if (csv->count == TETHER_CSV_FIELDS) {
    overflow(csv, "more fields than", TETHER_CSV_FIELDS);
    return true;
  }
  if (!tether_grow(&csv->fields, &csv->capacity, csv->count + 1, sizeof *csv->fields))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a row of %zu fields", csv->count + 1);
  csv->fields[csv->count++].length = length;
  return true;
}

static bool end_field(tether_csv *csv, tether_error *error) {
  tether_csv_check_text(csv);
  if (!add_field(csv, csv->text.length - csv->field_start, error)) return false;
  csv->field_start = csv->text.length;
  csv->field_line = csv->line;
  csv->state = TETHER_CSV_FIELD;
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
  csv->row_at = csv->at;
  csv->count = csv->field_start = 0;
  csv->row_line = csv->field_line = csv->line;
  csv->state = TETHER_CSV_FIELD;
  csv->given = csv->quotes = csv->overfull = false;
  csv->fault.code = TETHER_OK;
}

static bool is_blank(const tether_csv *csv) {
  if (csv->count > 1 || csv->quotes || csv->overfull || csv->fault.code) return false;
  for (size_t i = 0; i < csv->text.length; i++)
    if (csv->text.data[i] != ' ' && csv->text.data[i] != '\t') return false;
  return true;
}

/* Whether the first line is Excel's hint `sep=;`. Its separator is then the most frequent one of that line. */
static bool is_hint(const tether_csv *csv) {
  return !csv->width && csv->count == 2 && !csv->quotes && csv->fields[0].length == 4 && csv->fields[1].length == 0 &&
         memcmp(csv->text.data, "sep=", 4) == 0;
}

/* Makes the row as wide as the first row, or reports that it is not. */
static bool fit(tether_csv *csv, tether_error *error) {
  if (csv->overfull && !csv->fault.code) tether_csv_tell_excess(csv);
  if (csv->fault.code) return true;
  size_t count = csv->count, filled = count;
  while (filled && csv->fields[filled - 1].length == 0) filled--;
  if (!csv->width) {
    csv->width = count;
    csv->filled = filled;
  }
  if (filled > csv->width || (count < csv->filled && !csv->lenient)) {
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
  size_t came = csv->count;
  if (!fit(csv, error)) return TETHER_CSV_FAILED;
  const char *data = csv->text.data ? csv->text.data : "";
  for (size_t i = 0; i < csv->count; i++) {
    csv->fields[i].data = data;
    data += csv->fields[i].length;
  }
  *row = (tether_csv_row){csv->fields, csv->count, csv->row_line, csv->line, came < csv->count, {NULL, 0}};
  csv->given = true;
  if (!csv->fault.code) return TETHER_CSV_ROW;
  if (error) *error = csv->fault;
  row->raw = tether_csv_raw(csv);
  return TETHER_CSV_FAULT;
}

/* -- bytes --------------------------------------------------------------------------------------------------------- */

static bool in_quotes(const tether_csv *csv) { return csv->state == TETHER_CSV_QUOTED; }

/* The number of bytes from `at` that belong to the field, whatever they are. */
static size_t run(const tether_csv *csv) {
  const char *start = csv->input.data + csv->at, *end = csv->input.data + csv->input.length, *at = start;
  char stop = csv->state == TETHER_CSV_QUOTED ? '"' : csv->state == TETHER_CSV_PLAIN ? csv->separator : '\n';
  while (at < end && *at != stop && *at != '\n' && *at != '\r') at++;
  return (size_t)(at - start);
}

/* A line break, of which the first byte is at `at`, outside quotes. */
static tether_csv_event line_break(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  csv->after_cr = csv->input.data[csv->at++] == '\r';
  bool fine = csv->state == TETHER_CSV_SKIP || end_field(csv, error);
  tether_csv_event event = fine ? end_row(csv, row, error) : TETHER_CSV_FAILED;
  csv->line++;
  if (event == TETHER_CSV_MORE) csv->row_line = csv->field_line = csv->line;
  return event;
}

static bool stray_text(tether_csv *csv, tether_error *error) {
  if (!csv->fault.code) tether_csv_tell_stray(csv);
  bool fine = end_field(csv, error);
  csv->state = TETHER_CSV_SKIP;
  return fine;
}

static bool quoted_byte(tether_csv *csv, char c, tether_error *error) {
  if (c == '"') {
    csv->state = TETHER_CSV_QUOTE;
    csv->at++;
    return true;
  }
  if (is_break(c)) {
    csv->line += !csv->by_row;
    csv->after_cr = c == '\r';
  }
  return take(csv, is_break(c) ? 1 : run(csv), error);
}

static bool open_quote(tether_csv *csv) {
  csv->text.length = csv->field_start; /* blanks before the quote */
  csv->state = TETHER_CSV_QUOTED;
  csv->quotes = true;
  csv->at++;
  return true;
}

/* Reads on from a byte that is no line break outside quotes. */
static bool read_byte(tether_csv *csv, char c, tether_error *error) {
  switch (csv->state) {
  case TETHER_CSV_QUOTED:
    return quoted_byte(csv, c, error);
  case TETHER_CSV_QUOTE:
    if (c == '"') {
      csv->state = TETHER_CSV_QUOTED;
      return take(csv, 1, error);
    }
    csv->state = TETHER_CSV_BEHIND;
    return true;
  case TETHER_CSV_SKIP:
    csv->at += run(csv);
    return true;
  default:
    break;
  }
  if (c == csv->separator) {
    csv->at++;
    return end_field(csv, error);
  }
  if (csv->state == TETHER_CSV_BEHIND && c != ' ') return stray_text(csv, error);
  if (csv->state == TETHER_CSV_BEHIND) {
    csv->at++;
    return true;
  }
  if (csv->state == TETHER_CSV_FIELD && c == ' ') return take(csv, 1, error);
  if (csv->state == TETHER_CSV_FIELD && c == '"') return open_quote(csv);
  csv->state = TETHER_CSV_PLAIN;
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

/* Old systems end a file with Ctrl-Z. */
static void drop_end_marks(tether_csv *csv) {
  if (csv->state != TETHER_CSV_PLAIN || csv->overfull) return;
  while (csv->text.length > csv->field_start && csv->text.data[csv->text.length - 1] == 0x1A) csv->text.length--;
}

/* The input ends without a line break. */
static tether_csv_event last_row(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  csv->ended = true;
  if (in_quotes(csv)) {
    row->raw = tether_csv_raw(csv);
    return tether_csv_never_closed(csv, error);
  }
  drop_end_marks(csv);
  if (csv->state != TETHER_CSV_SKIP && !end_field(csv, error)) return TETHER_CSV_FAILED;
  tether_csv_event event = end_row(csv, row, error);
  return event == TETHER_CSV_MORE ? TETHER_CSV_END : event;
}

/* The second byte of CR LF. */
static void skip_second(tether_csv *csv) {
  if (csv->at == csv->input.length) return;
  csv->after_cr = false;
  if (csv->input.data[csv->at] == '\n') csv->at++;
}

tether_csv_event tether_csv_next(tether_csv *csv, tether_csv_row *row, tether_error *error) {
  *row = (tether_csv_row){0};
  if (csv->ended) return TETHER_CSV_END;
  if (csv->given) new_row(csv);
  tether_csv_event event = csv->separator ? TETHER_CSV_ROW : tether_csv_start(csv, error);
  if (event == TETHER_CSV_ROW && csv->after_cr && !in_quotes(csv)) skip_second(csv);
  if (event == TETHER_CSV_ROW && tether_csv_quick(csv, row)) return TETHER_CSV_ROW;
  if (event == TETHER_CSV_ROW) event = read_on(csv, row, error);
  if (event == TETHER_CSV_MORE && csv->finished) event = last_row(csv, row, error);
  if (event == TETHER_CSV_FAILED) csv->ended = true;
  return event;
}
