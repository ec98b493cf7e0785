#include "core/job/judge.h"

/* The types of one side of a change, or of a link as it is; NULL types: there is no link. */
typedef struct {
  tether_specs specs;
  bool is_there;
} side;

static side side_of(const tether_typesets *sets, uint32_t set) {
  side found = {.is_there = set != 0};
  found.specs.types = tether_typesets_at(sets, set, &found.specs.count);
  return found;
}

static side side_now(const tether_links *current, tether_index *index, const tether_change *change) {
  size_t row = tether_index_find(index, change->from, change->to);
  side found = {.is_there = row != SIZE_MAX};
  if (found.is_there) found.specs.types = tether_links_types(current, row, &found.specs.count);
  return found;
}

static bool has_primary(const tether_facts *facts, side half) {
  for (size_t i = 0; i < half.specs.count; i++)
    if (tether_specs_hold(facts->primary, half.specs.types[i])) return true;
  return false;
}

/* Whether `larger` has all types of `smaller`, the primary aside. */
static bool contains(const tether_facts *facts, side larger, side smaller) {
  for (size_t i = 0; i < smaller.specs.count; i++) {
    tether_spec type = smaller.specs.types[i];
    if (!tether_specs_hold(facts->primary, type) && !tether_specs_hold(larger.specs, type)) return false;
  }
  return true;
}

/* Removing a link removes its primary too. So a link that goes must be as it was when planned, the primary included. */
static bool is_untouched(const tether_facts *facts, side before, side after, side now) {
  return after.is_there || facts->was_sent || has_primary(facts, before) == has_primary(facts, now);
}

static bool equal(const tether_facts *facts, side a, side b) {
  if (facts->stage == TETHER_STAGE_PRIMARY) return has_primary(facts, a) == has_primary(facts, b);
  return a.is_there == b.is_there && contains(facts, a, b) && contains(facts, b, a);
}

/* Whether a link is on the way from one side to the other: it has every type that both sides have, and none that
 * neither has. */
static bool is_between(const tether_facts *facts, side before, side after, side now) {
  if (facts->stage == TETHER_STAGE_PRIMARY || !now.is_there) return false;
  for (size_t i = 0; i < now.specs.count; i++) {
    tether_spec type = now.specs.types[i];
    if (!tether_specs_hold(facts->primary, type) && !tether_specs_hold(before.specs, type) &&
        !tether_specs_hold(after.specs, type))
      return false;
  }
  for (size_t i = 0; i < before.specs.count; i++) {
    tether_spec type = before.specs.types[i];
    if (tether_specs_hold(after.specs, type) && !tether_specs_hold(facts->primary, type) &&
        !tether_specs_hold(now.specs, type))
      return false;
  }
  return true;
}

/* A link that has gone in the meantime cannot become the primary. */
static bool is_possible(const tether_facts *facts, side after, side now) {
  return facts->stage != TETHER_STAGE_PRIMARY || !has_primary(facts, after) || now.is_there;
}

tether_result tether_judge(const tether_facts *facts, const tether_change *change, const tether_links *current,
                           tether_index *index) {
  side before = side_of(facts->sets, change->before), after = side_of(facts->sets, change->after);
  side now = side_now(current, index, change);
  if (equal(facts, after, now)) return facts->was_sent ? TETHER_RESULT_DONE : TETHER_RESULT_ALREADY;
  if (equal(facts, before, now) && is_possible(facts, after, now) && is_untouched(facts, before, after, now))
    return TETHER_RESULT_PENDING;
  if (facts->was_sent && is_between(facts, before, after, now)) return TETHER_RESULT_PENDING;
  return TETHER_RESULT_DRIFTED;
}

/* -- the way back -------------------------------------------------------------------------------------------------- */

/* The types before the change, with the primary as it is now: taking the primary back is a change of its own stage. */
static bool target(const tether_facts *facts, tether_typesets *sets, uint32_t before, side now, uint32_t *set,
                   tether_error *error) {
  tether_spec types[2 * TETHER_TYPES_MAX];
  size_t count = 0;
  side then = side_of(sets, before);
  bool is_primary = facts->stage == TETHER_STAGE_PRIMARY, keeps = !is_primary && now.is_there;
  side labels = is_primary ? now : then, primaries = keeps ? now : then;
  for (size_t i = 0; i < labels.specs.count; i++)
    if (!tether_specs_hold(facts->primary, labels.specs.types[i])) types[count++] = labels.specs.types[i];
  for (size_t i = 0; i < primaries.specs.count; i++)
    if (tether_specs_hold(facts->primary, primaries.specs.types[i])) types[count++] = primaries.specs.types[i];
  *set = 0;
  return !then.is_there || tether_typesets_intern(sets, types, count, set, error);
}

bool tether_inverse(const tether_facts *facts, tether_typesets *sets, const tether_change *change,
                    const tether_links *current, tether_index *index, tether_undoing *undoing, tether_change *inverse,
                    tether_error *error) {
  side before = side_of(facts->sets, change->before), after = side_of(facts->sets, change->after);
  side now = side_now(current, index, change);
  bool is_after = equal(facts, after, now);
  *undoing = TETHER_IN_CONFLICT;
  if (equal(facts, before, now))
    *undoing = TETHER_UNDONE;
  else if (is_after || (facts->was_sent && is_between(facts, before, after, now)))
    *undoing = TETHER_UNDO_IT;
  if (*undoing != TETHER_UNDO_IT) return true;
  *inverse = (tether_change){.from = change->from, .to = change->to};
  if (now.is_there && !tether_typesets_intern(sets, now.specs.types, now.specs.count, &inverse->before, error))
    return false;
  return target(facts, sets, change->before, now, &inverse->after, error);
}
