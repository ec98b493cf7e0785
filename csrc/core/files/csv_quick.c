#include <string.h>

#include "base/digits.h"
#include "base/utf8.h"
#include "core/files/csv_state.h"

/* Whether the asked fields of a row are text. */
static bool is_text(const tether_csv *csv, const char *line, size_t length, size_t count) {
  if (!csv->lenient) return tether_utf8_bad(line, length) == length;
  for (size_t i = 0; i < csv->asked_count; i++) {
    if (csv->asked[i] >= count) continue;
    tether_slice field = csv->fields[csv->asked[i]];
    if (field.length && tether_utf8_bad(field.data, field.length) < field.length) return false;
  }
  return true;
}

/* Divides the line at its separators. Answers where its line break begins; NULL: the line is not whole, or needs care.
 * Most fields are digits: `other` tells whether any byte is something else. */
static const char *divide(tether_csv *csv, const char *at, const char *end, bool *other) {
  size_t count = 0;
  for (const char *field = at;; field = ++at) {
    at += tether_digits_count(at, (size_t)(end - at));
    for (; at < end && !csv->stops[(unsigned char)*at]; at++) *other = true;
    if (at == end || *at == '"' || count == csv->width || count == csv->capacity) return NULL;
    csv->fields[count++] = (tether_slice){field, (size_t)(at - field)};
    if (*at != csv->separator) break;
  }
  return count == csv->width ? at : NULL;
}

bool tether_csv_quick(tether_csv *csv, tether_csv_row *row) {
  if (!csv->width || csv->state != TETHER_CSV_FIELD || csv->count || csv->text.length) return false;
  const char *start = csv->input.data + csv->at, *end = csv->input.data + csv->input.length;
  if (csv->after_cr || start == end) return false;
  bool other = false;
  const char *stop = divide(csv, start, end, &other), *next = stop ? stop + 1 : NULL;
  if (stop && *stop == '\r') next = next < end && *next == '\n' ? next + 1 : NULL;
  size_t length = stop ? (size_t)(stop - start) : 0;
  if (!next || length > TETHER_CEILING_FIELD || (csv->width == 1 && (length == 0 || *start == ' ' || *start == '\t')))
    return false;
  if (other && !is_text(csv, start, length, csv->width)) return false;
  *row = (tether_csv_row){csv->fields, csv->width, csv->line, csv->line, false, {NULL, 0}};
  csv->at = (size_t)(next - csv->input.data);
  csv->line++;
  csv->given = true;
  return true;
}
