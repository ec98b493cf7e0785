#include "core/job/undo.h"

/* A type set of one job in another one. */
static bool moved(const tether_typesets *from, tether_typesets *to, uint32_t set, uint32_t *there,
                  tether_error *error) {
  size_t count;
  const tether_spec *types = tether_typesets_at(from, set, &count);
  return tether_typesets_intern(to, types, count, there, error);
}

static bool has_primary(const tether_typesets *sets, uint32_t set, tether_specs primary) {
  tether_specs held;
  held.types = tether_typesets_at(sets, set, &held.count);
  for (size_t i = 0; i < held.count; i++)
    if (tether_specs_hold(primary, held.types[i])) return true;
  return false;
}

static bool without_primary(tether_typesets *sets, uint32_t set, tether_specs primary, uint32_t *left,
                            tether_error *error) {
  tether_spec types[TETHER_TYPES_MAX];
  size_t held, count = 0;
  const tether_spec *all = tether_typesets_at(sets, set, &held);
  for (size_t i = 0; i < held; i++)
    if (!tether_specs_hold(primary, all[i])) types[count++] = all[i];
  return tether_typesets_intern(sets, types, count, left, error);
}

static tether_stage stage_of(const tether_undo *undo, const tether_change *change) {
  if (change->after == 0) return TETHER_STAGE_UNLINK;
  if (undo->links_late) return TETHER_STAGE_LATE;
  return change->before == 0 ? TETHER_STAGE_LINK : TETHER_STAGE_RELABEL;
}

static void count(tether_found *found, const tether_change *change) {
  if (change->before == 0)
    found->link++;
  else if (change->after == 0)
    found->unlink++;
  else
    found->relabel++;
}

/* Adds the change that takes a change back. Where a link comes back that was the primary, the link is written first,
 * and the primary in the last stage. */
static bool add(tether_undo *undo, tether_typesets *sets, tether_specs primary, bool is_primary, tether_change change,
                tether_error *error) {
  if (is_primary) {
    undo->found->primary++;
    return tether_changes_add(&undo->found->stages[TETHER_STAGE_PRIMARY], change, error);
  }
  tether_change last = change;
  bool both = change.before == 0 && change.after != 0 && has_primary(sets, change.after, primary);
  if (both && !without_primary(sets, change.after, primary, &change.after, error)) return false;
  last.before = change.after;
  count(undo->found, &change);
  if (!tether_changes_add(&undo->found->stages[stage_of(undo, &change)], change, error)) return false;
  undo->found->primary += both;
  return !both || tether_changes_add(&undo->found->stages[TETHER_STAGE_PRIMARY], last, error);
}

static bool undo_row(const tether_facts *facts, tether_change change, bool is_fixed, tether_typesets *sets,
                     const tether_links *current, tether_index *index, tether_undo *undo, tether_error *error) {
  tether_undoing what;
  tether_change inverse;
  if (!tether_inverse(facts, sets, &change, current, index, &what, &inverse, error)) return false;
  undo->found->present++;
  if (what == TETHER_UNDONE) return undo->found->right++, true;
  if (what == TETHER_IN_CONFLICT || is_fixed) return tether_changes_add(&undo->conflicts, change, error);
  if (inverse.before == inverse.after) return undo->found->right++, true;
  return add(undo, sets, facts->primary, facts->stage == TETHER_STAGE_PRIMARY, inverse, error);
}

/* Whether the job made, or may have made, a change. */
static bool is_ours(const tether_batch *batch, size_t i, bool *may_be_done) {
  uint8_t result = batch->results[i];
  *may_be_done = batch->was_sent && (result == TETHER_RESULT_PENDING || result == TETHER_RESULT_UNKNOWN);
  return result == TETHER_RESULT_DONE || *may_be_done;
}

/* Whether the primary of a record has moved on since the job moved it. Then the primary that the job took away must not
 * come back. */
static bool has_moved_on(const tether_batch *batch, const tether_typesets *from, size_t i, tether_specs primary,
                         const tether_links *current, tether_index *index) {
  const tether_change *list = batch->changes.list;
  size_t first = i;
  bool doubt;
  while (first > 0 && list[first - 1].from == list[i].from) first--;
  for (size_t k = first; k < batch->changes.count && list[k].from == list[i].from; k++) {
    tether_facts facts = {from, primary, batch->stage, false};
    bool gains = has_primary(from, list[k].after, primary) && is_ours(batch, k, &doubt);
    if (gains && tether_judge(&facts, &list[k], current, index) != TETHER_RESULT_ALREADY) return true;
  }
  return false;
}

bool tether_batch_undo(const tether_batch *batch, const tether_typesets *from, tether_typesets *to,
                       tether_specs primary, const tether_links *current, tether_undo *undo, tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  bool fine = index != NULL, may_be_done;
  for (size_t i = 0; i < batch->changes.count && fine; i++) {
    if (!is_ours(batch, i, &may_be_done)) continue;
    tether_change change = batch->changes.list[i];
    bool loses = batch->stage == TETHER_STAGE_PRIMARY && !has_primary(from, change.after, primary);
    bool is_fixed = loses && has_moved_on(batch, from, i, primary, current, index);
    tether_facts facts = {to, primary, batch->stage, may_be_done};
    fine = moved(from, to, change.before, &change.before, error) &&
           moved(from, to, change.after, &change.after, error) &&
           undo_row(&facts, change, is_fixed, to, current, index, undo, error);
  }
  tether_index_free(index);
  return fine;
}
