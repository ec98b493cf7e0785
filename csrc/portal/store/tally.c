#include "portal/store/tally.h"

#include <stdlib.h>

enum { FIRST_SLOTS = 1024 };

typedef struct slot {
  int64_t type, id, count; /* id 0: free */
} slot;

typedef struct change {
  int64_t type, id, delta;
} change;

struct portal_tally {
  slot *slots; /* a power of two, at most half of them used; a count of 0 keeps its slot, which may have to be undone */
  size_t capacity, used;
  change *changes;
  size_t change_count, change_capacity;
};

portal_tally *portal_tally_new(void) {
  portal_tally *tally = calloc(1, sizeof *tally);
  if (!tally) return NULL;
  tally->slots = calloc(FIRST_SLOTS, sizeof *tally->slots);
  tally->capacity = FIRST_SLOTS;
  if (tally->slots) return tally;
  free(tally);
  return NULL;
}

void portal_tally_free(portal_tally *tally) {
  if (!tally) return;
  free(tally->slots);
  free(tally->changes);
  free(tally);
}

static slot *place_of(const portal_tally *tally, int64_t type, int64_t id) {
  uint64_t hash = ((uint64_t)id * 0x9e3779b97f4a7c15u) ^ ((uint64_t)type * 0xc2b2ae3d27d4eb4fu);
  size_t at = (size_t)(hash ^ (hash >> 29)) & (tally->capacity - 1);
  while (tally->slots[at].id && (tally->slots[at].id != id || tally->slots[at].type != type))
    at = (at + 1) & (tally->capacity - 1);
  return &tally->slots[at];
}

static bool grow(portal_tally *tally) {
  portal_tally larger = {.capacity = tally->capacity * 2};
  larger.slots = calloc(larger.capacity, sizeof *larger.slots);
  if (!larger.slots) return false;
  for (size_t i = 0; i < tally->capacity; i++) {
    const slot *old = &tally->slots[i];
    if (!old->id) continue;
    *place_of(&larger, old->type, old->id) = *old;
    larger.used++;
  }
  free(tally->slots);
  tally->slots = larger.slots;
  tally->capacity = larger.capacity;
  tally->used = larger.used;
  return true;
}

static bool add(portal_tally *tally, int64_t type, int64_t id, int64_t delta) {
  slot *found = place_of(tally, type, id);
  if (!found->id) {
    if (tally->used * 2 >= tally->capacity) {
      if (!grow(tally)) return false;
      found = place_of(tally, type, id);
    }
    *found = (slot){.type = type, .id = id};
    tally->used++;
  }
  found->count += delta;
  return true;
}

bool portal_tally_load(portal_tally *tally, tether_sql *sql) {
  for (size_t i = 0; i < tally->capacity; i++) tally->slots[i] = (slot){.id = 0};
  tally->used = tally->change_count = 0;
  sqlite3_stmt *rows = tether_sql_query(sql,
                                        "SELECT type, from_id, count(*) FROM links GROUP BY from_object, to_object, "
                                        "from_id, type",
                                        "");
  bool fine = true;
  while (fine && tether_sql_next(sql, rows))
    fine = add(tally, sqlite3_column_int64(rows, 0), sqlite3_column_int64(rows, 1), sqlite3_column_int64(rows, 2));
  tether_sql_end(rows);
  return fine && !tether_sql_failed(sql, NULL);
}

int64_t portal_tally_count(const portal_tally *tally, int64_t type, int64_t id) {
  return place_of(tally, type, id)->count;
}

bool portal_tally_add(portal_tally *tally, int64_t type, int64_t id, int64_t delta) {
  if (tally->change_count == tally->change_capacity) {
    size_t capacity = tally->change_capacity ? tally->change_capacity * 2 : 1024;
    change *changes = realloc(tally->changes, capacity * sizeof *changes);
    if (!changes) return false;
    tally->changes = changes;
    tally->change_capacity = capacity;
  }
  if (!add(tally, type, id, delta)) return false;
  tally->changes[tally->change_count++] = (change){type, id, delta};
  return true;
}

size_t portal_tally_mark(const portal_tally *tally) { return tally->change_count; }

void portal_tally_undo(portal_tally *tally, size_t mark) {
  while (tally->change_count > mark) {
    const change *last = &tally->changes[--tally->change_count];
    place_of(tally, last->type, last->id)->count -= last->delta;
  }
}

void portal_tally_keep(portal_tally *tally) { tally->change_count = 0; }
