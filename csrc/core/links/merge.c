#include "core/links/merge.h"

#include <stdlib.h>

#include "base/huge.h"
#include "core/links/index.h"

/* -- unify --------------------------------------------------------------------------------------------------------- */

/* A hash table of rows: it is asked in the order of the rows, and needs 8 to 16 bytes a row. */

/* Rows are hashed this many ahead of the look at them, so that their slots are in the cache by then. */
enum { AHEAD = 16 };

typedef struct {
  tether_view rows;
  uint32_t *slots; /* row + 1; 0: empty */
  size_t mask;
} pair_table;

static inline size_t slot_of(const pair_table *p, size_t row) {
  uint64_t sum = (uint64_t)p->rows.from[row] * 0x9E3779B97F4A7C15u + (p->rows.to ? (uint64_t)p->rows.to[row] : 0);
  sum = (sum ^ sum >> 32) * 0xD6E8FEB86659FD93u;
  return (size_t)(sum ^ sum >> 32) & p->mask;
}

/* The first row of the same pair, which may be this row. */
static uint32_t leader_of(const pair_table *p, size_t row, size_t at) {
  for (; p->slots[at]; at = (at + 1) & p->mask) {
    uint32_t known = p->slots[at] - 1;
    if (p->rows.from[known] == p->rows.from[row] && (!p->rows.to || p->rows.to[known] == p->rows.to[row])) return known;
  }
  p->slots[at] = (uint32_t)row + 1;
  return (uint32_t)row;
}

/* Writes the leaders of the rows from `first` up to `end`. */
static void find_leaders(const pair_table *p, size_t first, size_t end, uint32_t *leaders) {
  size_t ahead[AHEAD];
  for (; first < end; first += AHEAD) {
    size_t count = end - first < AHEAD ? end - first : AHEAD;
    for (size_t i = 0; i < count; i++) {
      ahead[i] = slot_of(p, first + i);
      __builtin_prefetch(&p->slots[ahead[i]], 1);
    }
    for (size_t i = 0; i < count; i++) leaders[first + i] = leader_of(p, first + i, ahead[i]);
  }
}

static bool open_table(pair_table *p, tether_error *error) {
  p->mask = 63;
  while (p->mask < 2 * p->rows.count) p->mask = p->mask * 2 + 1;
  if (!(p->slots = calloc(p->mask + 1, sizeof *p->slots)))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory to look for duplicates in %zu links", p->rows.count);
  tether_huge(p->slots, (p->mask + 1) * sizeof *p->slots);
  return true;
}

struct tether_unifying {
  tether_links *links;
  pair_table table; /* no slots: the set is compact, and each row its own leader */
  size_t next;      /* row */
};

tether_unifying *tether_unifying_new(tether_links *links, tether_error *error) {
  tether_unifying *work = calloc(1, sizeof *work);
  if (!work) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to look for duplicates");
    return NULL;
  }
  work->links = links;
  work->table.rows = tether_links_view(links);
  if (tether_links_is_compact(links) || open_table(&work->table, error)) return work;
  free(work);
  return NULL;
}

void tether_unifying_free(tether_unifying *work) {
  if (!work) return;
  free(work->table.slots);
  free(work);
}

static bool join_types(tether_links *links, const uint32_t *leaders, size_t first, size_t end, tether_error *error) {
  for (size_t row = first; row < end; row++)
    if (leaders[row] != row && !tether_links_join_types(links, leaders[row], links, row, error)) return false;
  return true;
}

bool tether_unifying_step(tether_unifying *work, size_t most, uint32_t *leaders, bool *done, tether_error *error) {
  size_t count = tether_links_count(work->links), first = work->next;
  size_t end = most < count - first ? first + most : count;
  work->next = end;
  *done = end == count;
  if (!work->table.slots) {
    for (size_t row = first; row < end; row++) leaders[row] = (uint32_t)row;
    return true;
  }
  find_leaders(&work->table, first, end, leaders);
  return join_types(work->links, leaders, first, end, error);
}

bool tether_links_unify(tether_links *links, uint32_t *leaders, tether_error *error) {
  bool done;
  tether_unifying *work = tether_unifying_new(links, error);
  bool fine = work && tether_unifying_step(work, SIZE_MAX, leaders, &done, error);
  tether_unifying_free(work);
  return fine;
}

/* -- distinct records, and what is there already ------------------------------------------------------------------- */

/* Without an index, when the rows stand in order: the first of each run. */
static size_t first_of_runs(tether_view rows, uint32_t *list) {
  size_t kept = 0;
  for (size_t i = 0; i < rows.count; i++)
    if (i == 0 || rows.from[i - 1] != rows.from[i]) list[kept++] = (uint32_t)i;
  return kept;
}

bool tether_links_are_distinct(const tether_links *links) {
  tether_view rows = tether_links_view(links);
  for (size_t i = 1; i < rows.count; i++)
    if (rows.from[i] <= rows.from[i - 1]) return false;
  return true;
}

size_t tether_links_distinct_from(const tether_links *links, uint32_t *rows, tether_error *error) {
  if (tether_links_is_compact(links)) return first_of_runs(tether_links_view(links), rows);
  pair_table p = {.rows = tether_links_view(links)};
  p.rows.to = NULL; /* only the from side counts: records, not pairs */
  if (!open_table(&p, error)) return SIZE_MAX;
  find_leaders(&p, 0, p.rows.count, rows);
  free(p.slots);
  size_t kept = 0;
  for (size_t row = 0; row < p.rows.count; row++)
    if (rows[row] == row) rows[kept++] = (uint32_t)row;
  return kept;
}

static bool holds_all(const tether_spec *held, size_t held_count, const tether_spec *asked, size_t asked_count) {
  size_t at = 0;
  for (size_t i = 0; i < asked_count; i++) { /* both are sorted by category and id */
    while (at < held_count && (held[at].category < asked[i].category ||
                               (held[at].category == asked[i].category && held[at].id < asked[i].id)))
      at++;
    if (at == held_count || held[at].category != asked[i].category || held[at].id != asked[i].id) return false;
  }
  return true;
}

static bool subtract_row(tether_outcome *outcome, tether_links *wanted, size_t row, const tether_links *current,
                         size_t known, tether_error *error) {
  size_t held_count, asked_count;
  const tether_spec *held = tether_links_types(current, known, &held_count);
  const tether_spec *asked = tether_links_types(wanted, row, &asked_count);
  if (holds_all(held, held_count, asked, asked_count))
    return tether_outcome_settle(outcome, (tether_rows){NULL, row, 1}, TETHER_UNCHANGED, NULL, error);
  return tether_links_join_types(wanted, row, current, known, error);
}

bool tether_outcome_subtract_existing(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                                      tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  if (!index) return false;
  bool fine = true;
  for (size_t row = 0; row < tether_links_count(wanted) && fine; row++) {
    if (tether_outcome_state(outcome, row) != TETHER_PENDING) continue;
    tether_link link = tether_links_at(wanted, row);
    size_t known = tether_index_find(index, link.from, link.to);
    if (known != SIZE_MAX) fine = subtract_row(outcome, wanted, row, current, known, error);
  }
  tether_index_free(index);
  return fine;
}

bool tether_outcome_copy_from_leaders(tether_outcome *outcome, const uint32_t *leaders, tether_error *error) {
  for (size_t row = 0; row < tether_outcome_rows(outcome); row++) {
    if (leaders[row] == row) continue;
    tether_reason reason;
    bool told = tether_outcome_reason(outcome, leaders[row], &reason);
    if (!tether_outcome_settle(outcome, (tether_rows){NULL, row, 1}, tether_outcome_state(outcome, leaders[row]),
                               told ? &reason : NULL, error))
      return false;
  }
  return true;
}

size_t tether_outcome_select(const tether_outcome *outcome, tether_rows rows, tether_state state, uint32_t *left) {
  size_t count = 0;
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    if (tether_outcome_state(outcome, row) == state) left[count++] = (uint32_t)row;
  }
  return count;
}
