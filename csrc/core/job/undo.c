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

/* A link that comes back and was the primary: the link first, and the primary last of all. */
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

static bool undo_row(const tether_facts *facts, tether_change change, tether_typesets *sets,
                     const tether_links *current, tether_index *index, tether_undo *undo, tether_error *error) {
  tether_undoing what;
  tether_change inverse;
  if (!tether_inverse(facts, sets, &change, current, index, &what, &inverse, error)) return false;
  undo->found->present++;
  if (what == TETHER_UNDONE) return undo->found->right++, true;
  if (what == TETHER_IN_CONFLICT) return tether_changes_add(&undo->conflicts, change, error);
  if (inverse.before == inverse.after) return undo->found->right++, true;
  return add(undo, sets, facts->primary, facts->stage == TETHER_STAGE_PRIMARY, inverse, error);
}

bool tether_batch_undo(const tether_batch *batch, const tether_typesets *from, tether_typesets *to,
                       tether_specs primary, const tether_links *current, tether_undo *undo, tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  bool fine = index != NULL;
  for (size_t i = 0; i < batch->changes.count && fine; i++) {
    uint8_t result = batch->results[i];
    bool may_be_done = result == TETHER_RESULT_PENDING || result == TETHER_RESULT_UNKNOWN;
    if (result != TETHER_RESULT_DONE && !(may_be_done && batch->was_sent)) continue;
    tether_change change = batch->changes.list[i];
    tether_facts facts = {to, primary, batch->stage, may_be_done};
    fine = moved(from, to, change.before, &change.before, error) &&
           moved(from, to, change.after, &change.after, error) &&
           undo_row(&facts, change, to, current, index, undo, error);
  }
  tether_index_free(index);
  return fine;
}
