#include "core/relate/cycle.h"

#include <stdlib.h>

#include "base/id.h"

/* The state of a record, kept at its first row: not reached yet, on the way that is being followed, or known to lead to
 * no cycle. */
enum { NEW, ON_THE_WAY, FINE };

typedef struct {
  tether_view rows;
  uint8_t *marks;
  size_t *way; /* the row whose link leads on from each record of the way */
  size_t length;
} walk;

/* The first row of a record; `count`: it has none. */
static size_t first_row(const walk *w, int64_t id) {
  size_t row = tether_id_place(w->rows.from, w->rows.count, id);
  return row < w->rows.count && w->rows.from[row] == id ? row : w->rows.count;
}

static void enter(walk *w, size_t row) {
  w->marks[row] = ON_THE_WAY;
  w->way[w->length++] = row;
}

/* The row behind the last row of the way, if it belongs to the same record. */
static bool next_of_record(const walk *w, size_t *row) {
  (*row)++;
  return *row < w->rows.count && w->rows.from[*row] == w->rows.from[*row - 1];
}

/* Goes on from the record at the end of the way; true: its link leads back to the record at `start` of the way. */
static bool step(walk *w, size_t *start) {
  size_t row = w->way[w->length - 1], target = first_row(w, w->rows.to[row]);
  if (target < w->rows.count && w->marks[target] == NEW) return enter(w, target), false;
  if (target < w->rows.count && w->marks[target] == ON_THE_WAY) {
    for (*start = 0; w->rows.from[w->way[*start]] != w->rows.to[row];) ++*start;
    return true;
  }
  while (w->length > 0 && !next_of_record(w, &w->way[w->length - 1])) {
    w->length--;
    int64_t id = w->rows.from[w->way[w->length] - 1];
    w->marks[first_row(w, id)] = FINE;
  }
  return false;
}

static bool find(walk *w, size_t *start) {
  for (size_t row = 0; row < w->rows.count; row++) {
    if (w->marks[row] != NEW || (row > 0 && w->rows.from[row] == w->rows.from[row - 1])) continue;
    enter(w, row);
    while (w->length > 0)
      if (step(w, start)) return true;
  }
  return false;
}

bool tether_links_cycle(const tether_links *links, tether_links *cycle, tether_error *error) {
  walk w = {.rows = tether_links_view(links)};
  size_t start, count = w.rows.count ? w.rows.count : 1;
  w.marks = calloc(count, sizeof *w.marks);
  w.way = malloc(count * sizeof *w.way);
  bool fine = w.marks && w.way;
  if (!fine) tether_fail(error, TETHER_NO_MEMORY, "no memory to look for a cycle in %zu links", w.rows.count);
  if (fine && find(&w, &start))
    for (size_t i = start; i < w.length && fine; i++)
      fine = tether_links_add(cycle, w.rows.from[w.way[i]], w.rows.to[w.way[i]], 0, error);
  free(w.marks);
  free(w.way);
  return fine;
}
