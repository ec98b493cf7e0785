#include "core/job/batch.h"

#include <stdlib.h>

void tether_batch_free(tether_batch *batch) {
  tether_changes_free(&batch->changes);
  free(batch->results);
  batch->results = NULL;
}

void tether_batch_count(const tether_batch *batch, size_t *counts) {
  memset(counts, 0, TETHER_RESULTS * sizeof *counts);
  for (size_t i = 0; i < batch->changes.count; i++) counts[batch->results[i]]++;
}

static bool is_open(uint8_t result) { return result == TETHER_RESULT_PENDING || result == TETHER_RESULT_UNKNOWN; }

bool tether_batch_asked(const tether_batch *batch, bool and_done, tether_links *asked, tether_error *error) {
  for (size_t i = 0; i < batch->changes.count; i++) {
    const tether_change *change = &batch->changes.list[i];
    bool is_meant = is_open(batch->results[i]) || (and_done && batch->results[i] == TETHER_RESULT_DONE);
    if (is_meant && !tether_links_add(asked, change->from, change->to, 0, error)) return false;
  }
  return true;
}

bool tether_batch_judge(tether_batch *batch, const tether_typesets *sets, tether_specs primary,
                        const tether_links *current, tether_error *error) {
  tether_index *index = tether_index_new(current, error);
  if (!index) return false;
  tether_facts facts = {sets, primary, batch->stage, batch->was_sent};
  for (size_t i = 0; i < batch->changes.count; i++)
    if (is_open(batch->results[i]))
      batch->results[i] = (uint8_t)tether_judge(&facts, &batch->changes.list[i], current, index);
  tether_index_free(index);
  return true;
}

/* -- parts --------------------------------------------------------------------------------------------------------- */

typedef struct {
  const tether_typesets *sets;
  tether_specs primary;
  tether_part part;
  tether_links *links;
} division;

typedef struct {
  tether_spec types[2 * TETHER_TYPES_MAX];
  size_t count;
} picked;

/* Adds to `into` the types of `from` that `without` does not have, primaries aside. */
static void difference(const division *d, tether_specs from, tether_specs without, picked *into) {
  for (size_t i = 0; i < from.count; i++)
    if (!tether_specs_hold(d->primary, from.types[i]) && !tether_specs_hold(without, from.types[i]))
      into->types[into->count++] = from.types[i];
}

static void primaries(const division *d, tether_specs from, picked *into) {
  for (size_t i = 0; i < from.count; i++)
    if (tether_specs_hold(d->primary, from.types[i])) into->types[into->count++] = from.types[i];
}

/* The types that a request names for a link. Where a type is missing, they are all that the link shall have, its
 * primary included. That is right whichever way an account treats labels that are there (wire.md, open question 3). */
static bool pick(const division *d, tether_specs after, tether_specs now, picked *types) {
  types->count = 0;
  if (d->part == TETHER_PART_SURPLUS) {
    difference(d, now, after, types);
    return after.count > 0 && types->count > 0;
  }
  if (d->part == TETHER_PART_GONE) return after.count == 0;
  if (d->part == TETHER_PART_MISSING) {
    difference(d, after, now, types);
    if (types->count == 0) return false;
    types->count = 0;
    difference(d, after, (tether_specs){0}, types);
    primaries(d, now, types);
    return true;
  }
  primaries(d, after, types);
  return (types->count > 0) == (d->part == TETHER_PART_GAINED);
}

static bool add_picked(const division *d, const tether_change *change, const picked *types, tether_error *error) {
  uint32_t index = 0;
  bool named = d->part == TETHER_PART_MISSING || d->part == TETHER_PART_SURPLUS;
  return (!named || tether_links_intern(d->links, types->types, types->count, &index, error)) &&
         tether_links_add(d->links, change->from, change->to, index, error);
}

static tether_specs now_of(const tether_links *current, tether_index *index, const tether_change *change) {
  size_t row = tether_index_find(index, change->from, change->to);
  tether_specs now = {NULL, 0};
  if (row != SIZE_MAX) now.types = tether_links_types(current, row, &now.count);
  return now;
}

size_t tether_batch_part(const tether_batch *batch, const tether_typesets *sets, tether_specs primary,
                         const tether_links *current, tether_part part, tether_links *links, uint32_t *rows,
                         tether_error *error) {
  division d = {sets, primary, part, links};
  tether_index *index = tether_index_new(current, error);
  if (!index) return SIZE_MAX;
  size_t count = 0;
  for (size_t i = 0; i < batch->changes.count && count != SIZE_MAX; i++) {
    const tether_change *change = &batch->changes.list[i];
    if (batch->results[i] != TETHER_RESULT_PENDING) continue;
    tether_specs after;
    after.types = tether_typesets_at(sets, change->after, &after.count);
    picked types;
    if (!pick(&d, after, now_of(current, index, change), &types)) continue;
    rows[count++] = (uint32_t)i;
    if (!add_picked(&d, change, &types, error)) count = SIZE_MAX;
  }
  tether_index_free(index);
  return count;
}

void tether_batch_settle(tether_batch *batch, const uint32_t *rows, tether_rows which, tether_result result) {
  for (size_t i = 0; i < which.count; i++) {
    uint8_t *known = &batch->results[rows[tether_rows_at(which, i)]];
    if (*known == TETHER_RESULT_PENDING) *known = (uint8_t)result;
  }
}
