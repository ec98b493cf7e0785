#include "core/links/merge.h"

#include <stdlib.h>

/* A pair and where it stands: sorted by pair, then row. */
typedef struct {
  int64_t from, to;
  uint32_t row;
} place;

static int compare(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  if (a->to != b->to) return a->to < b->to ? -1 : 1;
  return (a->row > b->row) - (a->row < b->row);
}

static int compare_pair(const void *left, const void *right) {
  const place *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  return (a->to > b->to) - (a->to < b->to);
}

static place *sorted_places(const tether_links *links, tether_error *error) {
  size_t count = tether_links_count(links);
  place *places = malloc((count ? count : 1) * sizeof *places);
  if (!places) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to sort %zu links", count);
    return NULL;
  }
  for (size_t i = 0; i < count; i++) {
    tether_link link = tether_links_at(links, i);
    places[i] = (place){link.from, link.to, (uint32_t)i};
  }
  qsort(places, count, sizeof *places, compare);
  return places;
}

bool tether_links_unify(tether_links *links, uint32_t *leaders, tether_error *error) {
  place *places = sorted_places(links, error);
  if (!places) return false;
  bool fine = true;
  uint32_t leader = 0;
  for (size_t i = 0; i < tether_links_count(links) && fine; i++) {
    if (i == 0 || compare_pair(&places[i - 1], &places[i]) != 0)
      leader = places[i].row;
    else
      fine = tether_links_join_types(links, leader, links, places[i].row, error);
    leaders[places[i].row] = leader;
  }
  free(places);
  return fine;
}

size_t tether_links_distinct_from(const tether_links *links, uint32_t *rows, tether_error *error) {
  place *places = sorted_places(links, error);
  if (!places) return SIZE_MAX;
  size_t kept = 0;
  for (size_t i = 0; i < tether_links_count(links); i++)
    if (i == 0 || places[i - 1].from != places[i].from) rows[kept++] = places[i].row;
  free(places);
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
  place *places = sorted_places(current, error);
  if (!places) return false;
  bool fine = true;
  for (size_t row = 0; row < tether_links_count(wanted) && fine; row++) {
    if (tether_outcome_state(outcome, row) != TETHER_PENDING) continue;
    tether_link link = tether_links_at(wanted, row);
    const place *found =
        bsearch(&(place){link.from, link.to, 0}, places, tether_links_count(current), sizeof *places, compare_pair);
    if (found) fine = unite_row(outcome, wanted, row, current, found->row, error);
  }
  free(places);
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
