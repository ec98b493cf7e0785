#include "core/links/lines.h"

#include <stdlib.h>

#include "base/buffer.h"

void tether_lines_init(tether_lines *lines) { *lines = (tether_lines){0}; }

void tether_lines_free(tether_lines *lines) {
  free(lines->list);
  tether_lines_init(lines);
}

static bool reserve(tether_lines *lines, size_t needed, tether_error *error) {
  return tether_grow(&lines->list, &lines->capacity, needed, sizeof *lines->list) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu lines", needed);
}

bool tether_lines_add(tether_lines *lines, int64_t line, tether_error *error) {
  if (!reserve(lines, lines->count + 1, error)) return false;
  lines->list[lines->count++] = line;
  return true;
}

bool tether_lines_gather(tether_lines *lines, const tether_lines *other, tether_rows rows, tether_error *error) {
  if (!reserve(lines, lines->count + rows.count, error)) return false;
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    lines->list[lines->count++] = row < other->count ? other->list[row] : 0;
  }
  return true;
}

void tether_lines_mark(tether_lines *lines, const tether_links *links) {
  tether_view rows = tether_links_view(links);
  for (size_t row = 0; row < rows.count && row < lines->count; row++)
    if (rows.from[row] > rows.to[row]) lines->list[row] = -lines->list[row];
}
