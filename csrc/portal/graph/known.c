#include "portal/graph/known.h"

#include <stdlib.h>
#include <string.h>

#include "base/huge.h"

enum {
  FIRST_SLOTS = 1024,
  SLOTS_MOST = 1 << 26, /* ten bytes each: then all are forgotten */
  ADDED_MOST = 1 << 16, /* of a transaction that can be undone one by one */
  GONE = UINT16_MAX     /* in place of an object type's rank */
};

typedef struct added {
  int64_t id;
  uint16_t object;
} added;

struct portal_known {
  int64_t *ids;      /* 0: free */
  uint16_t *objects; /* GONE: the record is not known any more */
  size_t slots, used;
  added *added; /* since the transaction began; when there are more than ADDED_MOST, an undo forgets everything */
  size_t added_count;
};

static bool make_slots(portal_known *known, size_t slots) {
  known->ids = tether_huge(calloc(slots, sizeof *known->ids), slots * sizeof *known->ids);
  known->objects = calloc(slots, sizeof *known->objects);
  known->slots = slots;
  if (known->ids && known->objects) return true;
  free(known->ids);
  free(known->objects);
  return false;
}

portal_known *portal_known_new(void) {
  portal_known *known = calloc(1, sizeof *known);
  if (!known) return NULL;
  known->added = malloc(ADDED_MOST * sizeof *known->added);
  if (known->added && make_slots(known, FIRST_SLOTS)) return known;
  free(known->added);
  free(known);
  return NULL;
}

void portal_known_free(portal_known *known) {
  if (!known) return;
  free(known->ids);
  free(known->objects);
  free(known->added);
  free(known);
}

void portal_known_clear(portal_known *known) {
  memset(known->ids, 0, known->slots * sizeof *known->ids);
  known->used = known->added_count = 0;
}

/* The slot of a record, or the free one in which its search ends. */
static size_t place_of(const portal_known *known, uint16_t object, int64_t id) {
  uint64_t hash = ((uint64_t)id ^ ((uint64_t)object << 48)) * 0x9e3779b97f4a7c15u;
  size_t at = (size_t)(hash >> 20) & (known->slots - 1);
  while (known->ids[at] && (known->ids[at] != id || known->objects[at] != object)) at = (at + 1) & (known->slots - 1);
  return at;
}

static bool grow(portal_known *known) {
  portal_known wider = {.used = 0};
  if (known->slots >= SLOTS_MOST) {
    portal_known_clear(known); /* memory is bounded: a forgotten record is asked for in the database */
    return true;
  }
  if (!make_slots(&wider, known->slots * 2)) return false;
  for (size_t i = 0; i < known->slots; i++) {
    if (!known->ids[i] || known->objects[i] == GONE) continue;
    size_t at = place_of(&wider, known->objects[i], known->ids[i]);
    wider.ids[at] = known->ids[i];
    wider.objects[at] = known->objects[i];
    wider.used++;
  }
  free(known->ids);
  free(known->objects);
  known->ids = wider.ids;
  known->objects = wider.objects;
  known->slots = wider.slots;
  known->used = wider.used;
  return true;
}

bool portal_known_has(const portal_known *known, uint16_t object, int64_t id) {
  return id && known->ids[place_of(known, object, id)];
}

void portal_known_add(portal_known *known, uint16_t object, int64_t id) {
  if (!id || portal_known_has(known, object, id)) return;
  if (known->used * 3 >= known->slots * 2 && !grow(known)) return;
  size_t at = place_of(known, object, id);
  known->ids[at] = id;
  known->objects[at] = object;
  known->used++;
  if (known->added_count < ADDED_MOST) known->added[known->added_count] = (added){id, object};
  known->added_count++;
}

void portal_known_remove(portal_known *known, uint16_t object, int64_t id) {
  size_t at = place_of(known, object, id);
  if (id && known->ids[at]) known->objects[at] = GONE;
}

void portal_known_undo(portal_known *known) {
  if (known->added_count > ADDED_MOST) portal_known_clear(known);
  while (known->added_count) {
    const added *last = &known->added[--known->added_count];
    portal_known_remove(known, last->object, last->id);
  }
}

void portal_known_keep(portal_known *known) { known->added_count = 0; }
