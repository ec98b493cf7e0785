#include "core/links/typeset.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

typedef struct {
  size_t first, count;
} span;

struct tether_typesets {
  tether_spec *specs; /* the sets, one behind the other */
  size_t specs_count, specs_capacity;
  span *spans;
  size_t count, capacity;
  uint32_t last;   /* rows come in runs of the same set: tried first */
  uint32_t *slots; /* a hash table of indices, EMPTY where there is none; a power of two, at least twice the sets */
  size_t slot_count, hashed;
};

enum { FIRST_SLOTS = 32 };
static const uint32_t EMPTY = UINT32_MAX;

static const char *const names[TETHER_CATEGORIES + 1] = {"HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED",
                                                         "WORK", "RESERVED"};

const char *tether_category_name(tether_category category) { return names[category]; }

bool tether_category_find(const char *name, tether_category *category) {
  for (int i = 0; i < TETHER_CATEGORIES; i++) {
    if (strcmp(names[i], name) != 0) continue;
    *category = (tether_category)i;
    return true;
  }
  return false;
}

tether_typesets *tether_typesets_new(void) {
  tether_typesets *sets = calloc(1, sizeof *sets);
  if (!sets) return NULL;
  sets->spans = calloc(8, sizeof *sets->spans);
  if (!sets->spans) {
    free(sets);
    return NULL;
  }
  sets->capacity = 8;
  sets->count = 1; /* the empty set */
  return sets;
}

void tether_typesets_free(tether_typesets *sets) {
  if (!sets) return;
  free(sets->specs);
  free(sets->spans);
  free(sets->slots);
  free(sets);
}

static int compare(const void *left, const void *right) {
  const tether_spec *a = left, *b = right;
  if (a->category != b->category) return a->category < b->category ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static size_t normalise(tether_spec *types, size_t count) {
  qsort(types, count, sizeof *types, compare);
  size_t kept = 0;
  for (size_t i = 0; i < count; i++)
    if (kept == 0 || compare(&types[kept - 1], &types[i]) != 0) types[kept++] = types[i];
  return kept;
}

static bool equal(const tether_typesets *sets, size_t index, const tether_spec *types, size_t count) {
  const span *known = &sets->spans[index];
  if (known->count != count) return false;
  for (size_t i = 0; i < count; i++)
    if (compare(&sets->specs[known->first + i], &types[i]) != 0) return false;
  return true;
}

/* -- the hash table ------------------------------------------------------------------------------------------------ */

static size_t hash(const tether_spec *types, size_t count) {
  uint64_t sum = 14695981039346656037u;
  for (size_t i = 0; i < count; i++)
    sum = (sum ^ ((uint64_t)types[i].category << 32 | (uint32_t)types[i].id)) * 1099511628211u;
  return (size_t)(sum ^ sum >> 29);
}

/* The slot that holds a set with these types, or the empty one where it would stand. */
static size_t slot_of(const tether_typesets *sets, const tether_spec *types, size_t count) {
  size_t mask = sets->slot_count - 1, at = hash(types, count) & mask;
  while (sets->slots[at] != EMPTY && !equal(sets, sets->slots[at], types, count)) at = (at + 1) & mask;
  return at;
}

static void hash_one(tether_typesets *sets, uint32_t index) {
  const span *known = &sets->spans[index];
  size_t at = slot_of(sets, known->count ? sets->specs + known->first : NULL, known->count);
  if (sets->slots[at] == EMPTY) sets->slots[at] = index; /* else an earlier set has the same types */
}

/* Brings every set into the table. What define changed is hashed anew with all others. */
static bool hash_all(tether_typesets *sets) {
  if (sets->slot_count < 2 * sets->count) {
    size_t wanted = sets->slot_count ? sets->slot_count : FIRST_SLOTS;
    while (wanted < 2 * sets->count) wanted *= 2;
    uint32_t *slots = malloc(wanted * sizeof *slots);
    if (!slots) return false;
    free(sets->slots);
    sets->slots = slots;
    sets->slot_count = wanted;
    sets->hashed = 0;
  }
  if (sets->hashed == 0) memset(sets->slots, 0xFF, sets->slot_count * sizeof *sets->slots);
  while (sets->hashed < sets->count) hash_one(sets, (uint32_t)sets->hashed++);
  return true;
}

bool tether_typesets_find(tether_typesets *sets, const tether_spec *types, size_t count, uint32_t *index,
                          tether_error *error) {
  if (!hash_all(sets)) return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu type sets", sets->count);
  *index = sets->slots[slot_of(sets, types, count)];
  return true;
}

/* -- sets ---------------------------------------------------------------------------------------------------------- */

static bool append_specs(tether_typesets *sets, const tether_spec *types, size_t count, span *where,
                         tether_error *error) {
  if (!tether_grow(&sets->specs, &sets->specs_capacity, sets->specs_count + count, sizeof *types))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu types", sets->specs_count + count);
  if (count) memcpy(sets->specs + sets->specs_count, types, count * sizeof *types);
  *where = (span){sets->specs_count, count};
  sets->specs_count += count;
  return true;
}

static bool append(tether_typesets *sets, const tether_spec *types, size_t count, tether_error *error) {
  if (sets->count == UINT32_MAX || !tether_grow(&sets->spans, &sets->capacity, sets->count + 1, sizeof *sets->spans))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for %zu type sets", sets->count + 1);
  if (!append_specs(sets, types, count, &sets->spans[sets->count], error)) return false;
  sets->count++;
  return true;
}

/* Checks the types and writes them sorted, once each, to `sorted`; `count` becomes how many are left. */
static bool sort_types(const tether_spec *types, size_t *count, tether_spec *sorted, tether_error *error) {
  if (*count > TETHER_TYPES_MAX)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "%zu types on one link, at most %d", *count, TETHER_TYPES_MAX);
  for (size_t i = 0; i < *count; i++) {
    if (types[i].id < 1) return tether_fail(error, TETHER_BAD_ARGUMENT, "type id %d is not positive", (int)types[i].id);
    sorted[i] = types[i];
  }
  *count = normalise(sorted, *count);
  return true;
}

bool tether_typesets_intern(tether_typesets *sets, const tether_spec *types, size_t count, uint32_t *index,
                            tether_error *error) {
  tether_spec sorted[TETHER_TYPES_MAX];
  if (!sort_types(types, &count, sorted, error)) return false;
  if (!equal(sets, sets->last, sorted, count)) {
    uint32_t found;
    if (!tether_typesets_find(sets, sorted, count, &found, error)) return false;
    if (found == EMPTY) {
      if (!append(sets, sorted, count, error)) return false;
      found = (uint32_t)sets->count - 1;
    }
    sets->last = found;
  }
  *index = sets->last;
  return true;
}

bool tether_typesets_reserve(tether_typesets *sets, uint32_t *index, tether_error *error) {
  if (sets->count > INT32_MAX) return tether_fail(error, TETHER_TOO_LARGE, "too many lists of types in one set");
  if (!append(sets, &(tether_spec){TETHER_RESERVED, (int32_t)sets->count}, 1, error)) return false;
  *index = (uint32_t)sets->count - 1;
  return true;
}

bool tether_typesets_is_reserved(const tether_typesets *sets, uint32_t index) {
  const span *known = &sets->spans[index];
  return known->count && sets->specs[known->first + known->count - 1].category == TETHER_RESERVED; /* the last */
}

bool tether_typesets_define(tether_typesets *sets, uint32_t index, const tether_spec *types, size_t count,
                            tether_error *error) {
  tether_spec sorted[TETHER_TYPES_MAX];
  if (index >= sets->count)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "type set %u is not of this links set", (unsigned)index);
  sets->hashed = 0;
  return sort_types(types, &count, sorted, error) && append_specs(sets, sorted, count, &sets->spans[index], error);
}

tether_typesets *tether_typesets_copy(const tether_typesets *sets) {
  tether_typesets *copy = tether_typesets_new();
  if (!copy) return NULL;
  if (!tether_grow(&copy->specs, &copy->specs_capacity, sets->specs_count, sizeof *sets->specs) ||
      !tether_grow(&copy->spans, &copy->capacity, sets->count, sizeof *sets->spans)) {
    tether_typesets_free(copy);
    return NULL;
  }
  if (sets->specs_count) memcpy(copy->specs, sets->specs, sets->specs_count * sizeof *sets->specs);
  memcpy(copy->spans, sets->spans, sets->count * sizeof *sets->spans);
  copy->specs_count = sets->specs_count;
  copy->count = sets->count;
  return copy;
}

bool tether_typesets_union(tether_typesets *sets, uint32_t first, uint32_t second, uint32_t *index,
                           tether_error *error) {
  if (first == second) return *index = first, true;
  tether_spec both[2 * TETHER_TYPES_MAX];
  size_t first_count, second_count;
  const tether_spec *types = tether_typesets_at(sets, first, &first_count);
  if (first_count) memcpy(both, types, first_count * sizeof *both);
  types = tether_typesets_at(sets, second, &second_count);
  if (second_count) memcpy(both + first_count, types, second_count * sizeof *both);
  return tether_typesets_intern(sets, both, normalise(both, first_count + second_count), index, error);
}

const tether_spec *tether_typesets_at(const tether_typesets *sets, uint32_t index, size_t *count) {
  *count = sets->spans[index].count;
  return *count ? sets->specs + sets->spans[index].first : NULL;
}

size_t tether_typesets_count(const tether_typesets *sets) { return sets->count; }
