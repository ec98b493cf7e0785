/* Reports rows that cannot be used. */
#include <stdio.h>

#include "base/utf8.h"
#include "core/files/csv_state.h"

static bool is_break(char c) { return c == '\n' || c == '\r'; }

/* 110002 -> "110,002". */
static const char *grouped(int64_t value, char out[32]) {
  char digits[32];
  int length = snprintf(digits, sizeof digits, "%lld", (long long)value), at = 0;
  for (int i = 0; i < length; i++) {
    if (i > 0 && (length - i) % 3 == 0) out[at++] = ',';
    out[at++] = digits[i];
  }
  out[at] = '\0';
  return out;
}

/* "line 10", or "lines 10 to 110,002". */
static const char *show_lines(int64_t first, int64_t last, char out[80]) {
  char from[32], to[32];
  if (last > first)
    snprintf(out, 80, "lines %s to %s", grouped(first, from), grouped(last, to));
  else
    snprintf(out, 80, "line %lld", (long long)first);
  return out;
}

static const char *show_line(const tether_csv *csv, char out[80]) { return show_lines(csv->row_line, csv->line, out); }

/* Reports a missing quote. The number of lines that it has cost is known when the row ends. */
void tether_csv_tell_excess(tether_csv *csv) {
  char where[80];
  tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, csv->row_line, "%s: %s %d; is a quote missing?", show_line(csv, where),
                 csv->exceeded.what, csv->exceeded.ceiling);
}

void tether_csv_tell_stray(tether_csv *csv) {
  char where[80];
  tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, csv->field_line,
                 "%s: text behind the closing quote of field %zu; a quote inside a quoted field is written twice",
                 show_line(csv, where), csv->count + 1);
}

/* Whether the caller reads the field of this column, counted from 0. */
static bool is_asked(const tether_csv *csv, size_t column) {
  if (!csv->lenient) return true;
  for (size_t i = 0; i < csv->asked_count; i++)
    if (csv->asked[i] == column) return true;
  return false;
}

void tether_csv_check_text(tether_csv *csv) {
  size_t length = csv->text.length - csv->field_start;
  if (csv->fault.code || csv->overfull || length == 0 || !is_asked(csv, csv->count)) return;
  const char *text = csv->text.data + csv->field_start;
  size_t bad = tether_utf8_bad(text, length);
  if (bad == length) return;
  int64_t line = csv->field_line;
  for (size_t i = 0; i < bad && !csv->by_row; i++)
    if (text[i] == '\r' || (text[i] == '\n' && (i == 0 || text[i - 1] != '\r'))) line++;
  if (text[bad])
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, line, "line %lld: byte 0x%02X in field %zu is not UTF-8",
                   (long long)line, (unsigned char)text[bad], csv->count + 1);
  else
    tether_fail_at(&csv->fault, TETHER_CSV_BROKEN, line, "line %lld: a NUL byte in field %zu", (long long)line,
                   csv->count + 1);
}

tether_slice tether_csv_raw(const tether_csv *csv) {
  if (csv->row_at == SIZE_MAX) return (tether_slice){csv->long_row.data, csv->long_row.length};
  tether_slice raw = {csv->input.data + csv->row_at, csv->at - csv->row_at};
  while (raw.length && is_break(raw.data[raw.length - 1])) raw.length--;
  if (raw.length > TETHER_CSV_RAW_KEPT) raw.length = TETHER_CSV_RAW_KEPT;
  return raw;
}

tether_csv_event tether_csv_never_closed(const tether_csv *csv, tether_error *error) {
  char where[80], count[32];
  bool behind_break = csv->at > 0 && is_break(csv->input.data[csv->at - 1]);
  int64_t first = csv->field_line, last = csv->line - (behind_break && csv->line > first);
  tether_fail_at(error, TETHER_CSV_BROKEN, first,
                 "%s: the quote that opens in line %lld is never closed: %s line%s cannot be read",
                 show_lines(first, last, where), (long long)first, grouped(last - first + 1, count),
                 last > first ? "s" : "");
  return TETHER_CSV_FAILED;
}

void tether_csv_put_aside(tether_csv *csv) {
  if (csv->row_at == SIZE_MAX || csv->at - csv->row_at <= TETHER_CSV_RAW_KEPT) return;
  tether_buffer_clear(&csv->long_row);
  (void)tether_buffer_add(&csv->long_row, csv->input.data + csv->row_at, TETHER_CSV_RAW_KEPT, NULL);
  csv->row_at = SIZE_MAX;
}
