#include "core/links/merge.h"

#include "core/links/index.h"

static bool same_pair(tether_view pairs, size_t a, size_t b) {
  return pairs.from[a] == pairs.from[b] && pairs.to[a] == pairs.to[b];
}

/* Without an index: every row leads itself. */
static void lead_all(uint32_t *leaders, size_t count) {
  for (size_t row = 0; row < count; row++) leaders[row] = (uint32_t)row;
}

bool tether_links_unify(tether_links *links, uint32_t *leaders, tether_error *error) {
  if (tether_links_is_compact(links)) return lead_all(leaders, tether_links_count(links)), true;
  tether_index *index = tether_index_new(links, error);
  if (!index) return false;
  tether_view pairs = tether_index_rows(index);
  bool fine = true;
  uint32_t leader = 0;
  for (size_t i = 0; i < pairs.count && fine; i++) {
    if (i == 0 || !same_pair(pairs, i - 1, i))
      leader = pairs.types[i];
    else
      fine = tether_links_join_types(links, leader, links, pairs.types[i], error);
    leaders[pairs.types[i]] = leader;
  }
  tether_index_free(index);
  return fine;
}

/* Without an index, when the rows stand in order: the first of each run. */
static size_t first_of_runs(tether_view rows, uint32_t *list) {
  size_t kept = 0;
  for (size_t i = 0; i < rows.count; i++)
    if (i == 0 || rows.from[i - 1] != rows.from[i]) list[kept++] = (uint32_t)i;
  return kept;
}

size_t tether_links_distinct_from(const tether_links *links, uint32_t *rows, tether_error *error) {
  if (tether_links_is_compact(links)) return first_of_runs(tether_links_view(links), rows);
  tether_index *index = tether_index_new(links, error);
  if (!index) return SIZE_MAX;
  tether_view pairs = tether_index_rows(index);
  size_t kept = first_of_runs(pairs, rows);
  for (size_t i = 0; i < kept; i++) rows[i] = pairs.types[rows[i]];
  tether_index_free(index);
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

static bool unite_row(tether_outcome *outcome, tether_links *wanted, size_t row, const tether_links *current,
                      size_t known, tether_error *error) {
  size_t held_count, asked_count;
  const tether_spec *held = tether_links_types(current, known, &held_count);
  const tether_spec *asked = tether_links_types(wanted, row, &asked_count);
  if (holds_all(held, held_count, asked, asked_count))
    return tether_outcome_settle(outcome, (tether_rows){NULL, row, 1}, TETHER_UNCHANGED, NULL, error);
  return tether_links_join_types(wanted, row, current, known, error);
}

bool tether_outcome_unite(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                          tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  if (!index) return false;
  bool fine = true;
  for (size_t row = 0; row < tether_links_count(wanted) && fine; row++) {
    if (tether_outcome_state(outcome, row) != TETHER_PENDING) continue;
    tether_link link = tether_links_at(wanted, row);
    size_t known = tether_index_find(index, link.from, link.to);
    if (known != SIZE_MAX) fine = unite_row(outcome, wanted, row, current, known, error);
  }
  tether_index_free(index);
  return fine;
}

bool tether_outcome_follow(tether_outcome *outcome, const uint32_t *leaders, tether_error *error) {
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
