#include "core/links/verify.h"

#include "core/links/index.h"

static bool same(tether_spec a, tether_spec b) { return a.category == b.category && a.id == b.id; }

static bool holds(const tether_spec *types, size_t count, tether_spec type) {
  for (size_t i = 0; i < count; i++)
    if (same(types[i], type)) return true;
  return false;
}

static bool holds_all(const tether_spec *held, size_t held_count, const tether_spec *asked, size_t asked_count) {
  for (size_t i = 0; i < asked_count; i++)
    if (!holds(held, held_count, asked[i])) return false;
  return true;
}

static tether_rows only(size_t row) { return (tether_rows){NULL, row, 1}; }

/* -- relabel ------------------------------------------------------------------------------------------------------ */

typedef struct {
  tether_spec extra[TETHER_TYPES_MAX], keep[TETHER_TYPES_MAX];
  size_t extra_count, keep_count;
} split;

/* Divides the types that a pair holds beyond those asked for: some are kept, the others are surplus. */
static void split_held(const tether_spec *held, size_t held_count, const tether_spec *asked, size_t asked_count,
                       tether_kept kept, split *parts) {
  parts->extra_count = parts->keep_count = 0;
  for (size_t i = 0; i < held_count; i++) {
    if (holds(asked, asked_count, held[i])) continue;
    if (holds(kept.types, kept.count, held[i]))
      parts->keep[parts->keep_count++] = held[i];
    else
      parts->extra[parts->extra_count++] = held[i];
  }
}

static bool add_surplus(tether_links *surplus, tether_link link, const split *parts, tether_error *error) {
  uint32_t types;
  return tether_links_intern(surplus, parts->extra, parts->extra_count, &types, error) &&
         tether_links_add(surplus, link.from, link.to, types, error);
}

bool tether_outcome_relabel(tether_outcome *outcome, tether_links *wanted, const tether_links *current,
                            tether_kept kept, tether_relabelling *found, tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  if (!index) return false;
  bool fine = true;
  found->missing_count = 0;
  for (size_t row = 0; row < tether_links_count(wanted) && fine; row++) {
    if (tether_outcome_state(outcome, row) != TETHER_PENDING) continue;
    tether_link link = tether_links_at(wanted, row);
    size_t known = tether_index_find(index, link.from, link.to), asked_count, held_count = 0;
    const tether_spec *asked = tether_links_types(wanted, row, &asked_count), *held = NULL;
    if (known != SIZE_MAX) held = tether_links_types(current, known, &held_count);
    split parts;
    split_held(held, held_count, asked, asked_count, kept, &parts);
    bool has_all = known != SIZE_MAX && holds_all(held, held_count, asked, asked_count);
    if (has_all && parts.extra_count == 0) {
      fine = tether_outcome_settle(outcome, only(row), TETHER_UNCHANGED, NULL, error);
      continue;
    }
    if (parts.extra_count) {
      found->surplus_rows[tether_links_count(found->surplus)] = (uint32_t)row;
      fine = add_surplus(found->surplus, link, &parts, error);
    }
    if (has_all) continue;
    found->missing[found->missing_count++] = (uint32_t)row;
    fine = fine && tether_links_join(wanted, row, parts.keep, parts.keep_count, error);
  }
  tether_index_free(index);
  return fine;
}

bool tether_outcome_adopt(tether_outcome *outcome, tether_rows rows, tether_outcome *other, tether_error *error) {
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    tether_state mine = tether_outcome_state(outcome, row);
    if (mine == TETHER_REJECTED || mine == TETHER_UNKNOWN) continue;
    tether_reason reason;
    bool told = tether_outcome_reason(other, i, &reason);
    if (!tether_outcome_settle(outcome, only(row), tether_outcome_state(other, i), told ? &reason : NULL, error))
      return false;
  }
  return true;
}

/* -- verify -------------------------------------------------------------------------------------------------------- */

static const tether_reason not_seen = {
    TETHER_NOT_CONFIRMED, "", "", "reading back does not show what was written", "", "", 0, 0};
static const tether_reason still_there = {
    TETHER_NOT_CONFIRMED, "", "", "reading back still shows what was removed", "", "", 0, 0};

static bool is_open(tether_state state) { return state == TETHER_LINKED || state == TETHER_UNKNOWN; }

/* Whether the account has a row as it is wished. */
static bool is_as_wished(tether_index *index, const tether_links *current, const tether_links *links, size_t row,
                         tether_wish wish) {
  tether_link link = tether_links_at(links, row);
  size_t known = tether_index_find(index, link.from, link.to), held_count, asked_count;
  if (known == SIZE_MAX) return wish != TETHER_WISH_THERE;
  if (wish == TETHER_WISH_GONE) return false;
  const tether_spec *held = tether_links_types(current, known, &held_count);
  const tether_spec *asked = tether_links_types(links, row, &asked_count);
  if (wish == TETHER_WISH_THERE) return holds_all(held, held_count, asked, asked_count);
  for (size_t i = 0; i < asked_count; i++)
    if (holds_all(held, held_count, &asked[i], 1)) return false;
  return true;
}

bool tether_outcome_verify(tether_outcome *outcome, const tether_links *links, const tether_links *current,
                           tether_wish wish, size_t *open, tether_error *error) {
  const tether_reason *unseen = wish == TETHER_WISH_THERE ? &not_seen : &still_there;
  tether_index *index = tether_index_new(current, error);
  if (!index) return false;
  bool fine = true;
  *open = 0;
  for (size_t row = 0; row < tether_links_count(links) && fine; row++) {
    if (!is_open(tether_outcome_state(outcome, row))) continue;
    bool done = is_as_wished(index, current, links, row, wish);
    *open += !done;
    fine =
        tether_outcome_settle(outcome, only(row), done ? TETHER_LINKED : TETHER_UNKNOWN, done ? NULL : unseen, error);
  }
  tether_index_free(index);
  return fine;
}
