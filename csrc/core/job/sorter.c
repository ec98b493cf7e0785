#include "core/job/sorter.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/links/sort.h"

enum { RUN = 1 << 18, WINDOW = 4096 }; /* rows in memory; rows of each run that are read at once */
static const uint32_t PROBE = UINT32_MAX, RECORD = UINT32_MAX - 1;

typedef struct {
  int64_t from, to;
  uint32_t types, run; /* what takes it from the heap */
} row;

typedef struct {
  off_t at;          /* of the next window in the file */
  size_t left;       /* rows behind the window */
  row *window;       /* NULL: the run in memory */
  size_t next, held; /* rows of the window */
} run;

struct tether_sorter {
  tether_links *types; /* its type sets are those of all rows */
  int64_t *from, *to;  /* the run in memory */
  uint32_t *tags;
  size_t count, capacity;
  FILE *file;
  off_t file_end;
  run *runs;
  size_t run_count;
  row *heap;
  size_t heap_count;
  bool is_taken;
  uint32_t index; /* of the last row's type set, in the set that it was taken to */
  tether_sorted counts;
};

static void *no_memory(tether_error *error) {
  tether_fail(error, TETHER_NO_MEMORY, "no memory to sort links");
  return NULL;
}

tether_sorter *tether_sorter_new(size_t capacity, tether_error *error) {
  tether_sorter *s = calloc(1, sizeof *s);
  if (!s) return no_memory(error);
  s->capacity = capacity ? capacity : RUN;
  s->types = tether_links_new();
  s->from = malloc(s->capacity * sizeof *s->from);
  s->to = malloc(s->capacity * sizeof *s->to);
  s->tags = malloc(s->capacity * sizeof *s->tags);
  if (s->types && s->from && s->to && s->tags) return s;
  tether_sorter_free(s);
  return no_memory(error);
}

void tether_sorter_free(tether_sorter *s) {
  if (!s) return;
  tether_links_free(s->types);
  free(s->from);
  free(s->to);
  free(s->tags);
  if (s->file) fclose(s->file);
  for (size_t i = 0; i < s->run_count; i++) free(s->runs[i].window);
  free(s->runs);
  free(s->heap);
  free(s);
}

/* -- adding -------------------------------------------------------------------------------------------------------- */

static bool file_failed(tether_error *error) {
  return tether_fail(error, TETHER_FILE_FAILED, "the links cannot be kept in a temporary file: %s", strerror(errno));
}

static bool write_rows(tether_sorter *s, tether_error *error) {
  row rows[512];
  for (size_t first = 0; first < s->count; first += 512) {
    size_t count = s->count - first < 512 ? s->count - first : 512;
    for (size_t i = 0; i < count; i++) rows[i] = (row){s->from[first + i], s->to[first + i], s->tags[first + i], 0};
    if (fwrite(rows, sizeof *rows, count, s->file) != count) return file_failed(error);
  }
  return fflush(s->file) == 0 || file_failed(error);
}

static bool new_run(tether_sorter *s, run piece, tether_error *error) {
  run *runs = realloc(s->runs, (s->run_count + 1) * sizeof *runs);
  if (!runs) return no_memory(error) != NULL;
  s->runs = runs;
  s->runs[s->run_count++] = piece;
  return true;
}

static bool spill(tether_sorter *s, tether_error *error) {
  if (!s->file && !(s->file = tmpfile())) return file_failed(error);
  if (!tether_sort(s->from, s->to, s->tags, s->count, error) || !write_rows(s, error)) return false;
  run piece = {.at = s->file_end, .left = s->count, .window = malloc(WINDOW * sizeof *piece.window)};
  if (!piece.window) return no_memory(error) != NULL;
  if (!new_run(s, piece, error)) return free(piece.window), false;
  s->file_end += (off_t)(s->count * sizeof(row));
  s->count = 0;
  return true;
}

/* The index here of each type set of a set; a set that is not there is made. */
static uint32_t *translated(tether_sorter *s, const tether_links *links, tether_error *error) {
  const tether_typesets *theirs = tether_links_sets(links);
  size_t sets = tether_typesets_count(theirs), count;
  uint32_t *map = calloc(sets, sizeof *map);
  if (!map) return no_memory(error);
  for (uint32_t i = 0; i < sets; i++) {
    const tether_spec *types = tether_typesets_at(theirs, i, &count);
    if (tether_links_intern(s->types, types, count, &map[i], error)) continue;
    free(map);
    return NULL;
  }
  return map;
}

static row row_of(const tether_view *view, size_t i, tether_wanted kind, const uint32_t *map) {
  int64_t from = view->from[i], to = view->to[i];
  switch (kind) {
  case TETHER_WANTED_LINKS:
    return (row){from, to, map[view->types[i]], 0};
  case TETHER_WANTED_TURNED:
    return (row){to, from, PROBE, 0};
  case TETHER_WANTED_FOLDED:
    return from < to ? (row){from, to, PROBE, 0} : (row){to, from, PROBE, 0};
  case TETHER_WANTED_PROBES:
    return (row){from, to, PROBE, 0};
  case TETHER_WANTED_TARGETS:
    return (row){to, 1, RECORD, 0};
  case TETHER_WANTED_RECORDS:
    break;
  }
  return (row){from, 1, RECORD, 0};
}

bool tether_sorter_add(tether_sorter *s, const tether_links *links, tether_wanted kind, tether_error *error) {
  tether_view view = tether_links_view(links);
  uint32_t *map = translated(s, links, error);
  bool fine = map != NULL;
  for (size_t i = 0; i < view.count && fine; i++) {
    if (s->count == s->capacity && !(fine = spill(s, error))) break;
    row item = row_of(&view, i, kind, map);
    s->from[s->count] = item.from;
    s->to[s->count] = item.to;
    s->tags[s->count++] = item.types;
  }
  free(map);
  return fine;
}

/* -- taking -------------------------------------------------------------------------------------------------------- */

static bool is_before(const row *a, const row *b) {
  if (a->from != b->from) return a->from < b->from;
  if (a->to != b->to) return a->to < b->to;
  return a->run < b->run;
}

static void push(tether_sorter *s, row item) {
  size_t at = s->heap_count++;
  for (; at > 0 && is_before(&item, &s->heap[(at - 1) / 2]); at = (at - 1) / 2) s->heap[at] = s->heap[(at - 1) / 2];
  s->heap[at] = item;
}

static void pop(tether_sorter *s) {
  row last = s->heap[--s->heap_count];
  size_t at = 0, child;
  while ((child = 2 * at + 1) < s->heap_count) {
    if (child + 1 < s->heap_count && is_before(&s->heap[child + 1], &s->heap[child])) child++;
    if (is_before(&last, &s->heap[child])) break;
    s->heap[at] = s->heap[child];
    at = child;
  }
  s->heap[at] = last;
}

static bool refill(tether_sorter *s, run *piece, tether_error *error) {
  size_t count = piece->left < WINDOW ? piece->left : WINDOW, length = count * sizeof(row);
  for (size_t had = 0; had < length;) {
    ssize_t got = pread(fileno(s->file), (char *)piece->window + had, length - had, piece->at + (off_t)had);
    if (got <= 0) return file_failed(error);
    had += (size_t)got;
  }
  piece->at += (off_t)length;
  piece->left -= count;
  piece->next = 0;
  piece->held = count;
  return true;
}

/* Puts the next row of a run on the heap, if there is one. */
static bool advance(tether_sorter *s, uint32_t number, tether_error *error) {
  run *piece = &s->runs[number];
  if (piece->next == piece->held) {
    if (piece->left == 0) return true;
    if (!refill(s, piece, error)) return false;
  }
  size_t i = piece->next++;
  row next = piece->window ? piece->window[i] : (row){s->from[i], s->to[i], s->tags[i], 0};
  next.run = number;
  push(s, next);
  return true;
}

static bool begin(tether_sorter *s, tether_error *error) {
  s->is_taken = true;
  if (!tether_sort(s->from, s->to, s->tags, s->count, error)) return false;
  if (!new_run(s, (run){.held = s->count}, error)) return false;
  if (!(s->heap = malloc((s->run_count + 1) * sizeof *s->heap))) return no_memory(error) != NULL;
  for (uint32_t i = 0; i < s->run_count; i++)
    if (!advance(s, i, error)) return false;
  return true;
}

/* Adds a wanted row, or joins it to the row before it. */
static bool take_link(tether_sorter *s, const row *item, tether_links *wanted, uint32_t *last, tether_error *error) {
  size_t count = tether_links_count(wanted), types_count;
  tether_link before = count ? tether_links_at(wanted, count - 1) : (tether_link){0};
  const tether_spec *types = tether_typesets_at(tether_links_sets(s->types), item->types, &types_count);
  s->counts.rows++;
  if (before.from == item->from && before.to == item->to) {
    if (*last == item->types) return true;
    if (s->counts.contradictions++ == 0) s->counts.from = item->from, s->counts.to = item->to;
    return tether_links_join(wanted, count - 1, types, types_count, error);
  }
  if (*last != item->types && !tether_links_intern(wanted, types, types_count, &s->index, error)) return false;
  *last = item->types;
  return tether_links_add(wanted, item->from, item->to, s->index, error);
}

static bool take_probe(const row *probe, tether_links *probes, tether_error *error) {
  size_t count = tether_links_count(probes);
  tether_link before = count ? tether_links_at(probes, count - 1) : (tether_link){0};
  bool is_same = before.from == probe->from && before.to == probe->to;
  return is_same || tether_links_add(probes, probe->from, probe->to, 0, error);
}

bool tether_sorter_take(tether_sorter *s, size_t records, size_t rows, tether_portion *portion, tether_error *error) {
  if (error) error->code = TETHER_OK;
  if (!s->is_taken && !begin(s, error)) return false;
  size_t taken = 0, known = 0;
  int64_t record = 0;
  uint32_t last = RECORD;
  for (bool fine = true; fine && s->heap_count > 0; taken++) {
    row item = s->heap[0];
    if (item.from != record) {
      if (known == records || (known > 0 && taken >= rows)) break;
      record = item.from;
      known++;
      fine = tether_links_add(portion->asked, record, 1, 0, error);
    }
    pop(s);
    fine = fine && advance(s, item.run, error);
    if (fine && item.types == PROBE) fine = take_probe(&item, portion->probes, error);
    if (fine && item.types < RECORD) fine = take_link(s, &item, portion->wanted, &last, error);
    if (!fine) return false;
  }
  return known > 0;
}

tether_sorted tether_sorter_counts(const tether_sorter *s) { return s->counts; }
