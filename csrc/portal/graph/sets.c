#include "portal/graph/sets.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_PLACES = 64 };

struct portal_sets {
  portal_set *list;
  uint32_t count, room;
  uint32_t *places; /* numbers by the hash of their keys; 0: free; a power of two, at most half of them used */
  size_t place_count;
  portal_is_label *is_label;
  const void *context;
};

portal_sets *portal_sets_new(portal_is_label *is_label, const void *context) {
  portal_sets *sets = calloc(1, sizeof *sets);
  if (!sets) return NULL;
  sets->places = calloc(FIRST_PLACES, sizeof *sets->places);
  sets->list = calloc(FIRST_PLACES / 2, sizeof *sets->list);
  sets->place_count = FIRST_PLACES;
  sets->room = FIRST_PLACES / 2;
  sets->count = 1; /* the empty set */
  sets->is_label = is_label;
  sets->context = context;
  if (sets->places && sets->list) return sets;
  portal_sets_free(sets);
  return NULL;
}

void portal_sets_free(portal_sets *sets) {
  if (!sets) return;
  for (uint32_t i = 0; sets->list && i < sets->count; i++) {
    free(sets->list[i].keys);
    free(sets->list[i].types);
    free(sets->list[i].text);
  }
  free(sets->list);
  free(sets->places);
  free(sets);
}

static size_t hash_of(const int64_t *keys, size_t count) {
  uint64_t hash = count;
  for (size_t i = 0; i < count; i++) hash = (hash ^ (uint64_t)keys[i]) * 0x9e3779b97f4a7c15u;
  return (size_t)(hash ^ (hash >> 31));
}

/* The place of a set, or the place where it belongs. */
static size_t place_of(const portal_sets *sets, const int64_t *keys, size_t count) {
  size_t at = hash_of(keys, count) & (sets->place_count - 1);
  for (; sets->places[at]; at = (at + 1) & (sets->place_count - 1)) {
    const portal_set *set = &sets->list[sets->places[at]];
    if (set->count == count && memcmp(set->keys, keys, count * sizeof *keys) == 0) break;
  }
  return at;
}

static bool grow(portal_sets *sets) {
  portal_set *list = realloc(sets->list, 2 * sets->room * sizeof *list);
  if (!list) return false;
  sets->list = list;
  uint32_t *places = calloc(2 * sets->place_count, sizeof *places);
  if (!places) return false;
  free(sets->places);
  sets->places = places;
  sets->place_count *= 2;
  sets->room *= 2;
  for (uint32_t i = 1; i < sets->count; i++) places[place_of(sets, list[i].keys, list[i].count)] = i;
  return true;
}

/* Keys and labels stand in one piece of memory. */
static bool make_set(const portal_sets *sets, portal_set *set, const int64_t *keys, size_t count) {
  int64_t *copy = malloc(2 * count * sizeof *copy);
  if (!copy) return false;
  memcpy(copy, keys, count * sizeof *copy);
  *set = (portal_set){.count = count, .keys = copy, .labels = copy + count};
  for (size_t i = 0; i < count; i++)
    if (sets->is_label(sets->context, keys[i])) set->labels[set->label_count++] = keys[i];
  return true;
}

uint32_t portal_sets_number(portal_sets *sets, const int64_t *keys, size_t count) {
  if (count == 0) return 0;
  size_t place = place_of(sets, keys, count);
  if (sets->places[place]) return sets->places[place];
  if (sets->count == sets->room) {
    if (!grow(sets)) return PORTAL_NO_SET;
    place = place_of(sets, keys, count);
  }
  if (!make_set(sets, &sets->list[sets->count], keys, count)) return PORTAL_NO_SET;
  sets->places[place] = sets->count;
  return sets->count++;
}

portal_set *portal_sets_at(const portal_sets *sets, uint32_t number) { return &sets->list[number]; }

uint32_t portal_sets_count(const portal_sets *sets) { return sets->count; }

bool portal_sets_has(const portal_sets *sets, uint32_t number, int64_t key) {
  const portal_set *set = &sets->list[number];
  for (size_t i = 0; i < set->count; i++)
    if (set->keys[i] == key) return true;
  return false;
}

/* Copies the keys below `key`, tells how many, and where the ones above it begin. */
static size_t split(const portal_set *set, int64_t key, int64_t *keys, size_t *above) {
  size_t count = 0;
  while (count < set->count && set->keys[count] < key) {
    keys[count] = set->keys[count];
    count++;
  }
  *above = count + (count < set->count && set->keys[count] == key);
  return count;
}

static uint32_t join(portal_sets *sets, const portal_set *set, int64_t *keys, size_t count, size_t above) {
  memcpy(keys + count, set->keys + above, (set->count - above) * sizeof *keys);
  return portal_sets_number(sets, keys, count + set->count - above);
}

uint32_t portal_sets_add(portal_sets *sets, uint32_t number, int64_t key) {
  int64_t keys[PORTAL_KEYS_MOST];
  if (number == PORTAL_NO_SET) return number;
  if (number == 0) return portal_sets_number(sets, &key, 1);
  const portal_set *set = &sets->list[number];
  if (set->count == PORTAL_KEYS_MOST || portal_sets_has(sets, number, key)) return number;
  size_t above, count = split(set, key, keys, &above);
  keys[count] = key;
  return join(sets, set, keys, count + 1, above);
}

uint32_t portal_sets_take(portal_sets *sets, uint32_t number, int64_t key) {
  int64_t keys[PORTAL_KEYS_MOST];
  if (number == PORTAL_NO_SET || !portal_sets_has(sets, number, key)) return number;
  const portal_set *set = &sets->list[number];
  size_t above, count = split(set, key, keys, &above);
  return join(sets, set, keys, count, above);
}
