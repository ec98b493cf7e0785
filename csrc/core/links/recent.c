#include "core/links/recent.h"

#include <stdlib.h>
#include <string.h>

/* The table is larger than the caches of most processors: the places of the rows behind this one are fetched ahead. */
enum { AHEAD = 24 };

typedef struct {
  int64_t from, to; /* 0: forgotten, or not used yet */
  uint32_t types, generation;
} entry;

/* Of an entry: its hash, and its place in the ring plus one; 0: free. An absent pair hardly ever has the hash of a
 * present pair, so that looking for it touches no entry. */
typedef struct {
  uint32_t hash, number;
} slot;

/* Room for so many pairs at first. Hashes lie all over the table, so a short stream in a table for a long one would
 * touch all of its pages, and that would cost more than its rows. */
enum { FIRST = 4096 };

/* Entries in the order in which they came, in a ring, and a table of slots in which each stands at the place of its
 * hash or behind it, without a free one in between. Half of the slots are free. */
struct tether_recent {
  entry *ring;
  slot *slots;
  size_t size, most, slot_count, at; /* the ring closes when it has grown to `most` */
  tether_typesets *sets;
};

/* -- the table ----------------------------------------------------------------------------------------------------- */

static inline uint32_t hash_of(int64_t from, int64_t to) {
  uint64_t mixed = ((uint64_t)from * 0x9E3779B97F4A7C15u) ^ ((uint64_t)to * 0xC2B2AE3D27D4EB4Fu);
  mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9u;
  return (uint32_t)(mixed >> 32);
}

static inline size_t place_of(const tether_recent *recent, uint32_t hash) {
  return (size_t)((uint64_t)hash * recent->slot_count >> 32);
}

static inline size_t behind(const tether_recent *recent, size_t place) {
  return place + 1 < recent->slot_count ? place + 1 : 0;
}

/* The slot of a pair, or the free one in which its search ends. */
static slot *slot_of(const tether_recent *recent, uint32_t hash, int64_t from, int64_t to) {
  size_t at = place_of(recent, hash);
  for (;; at = behind(recent, at)) {
    slot *here = &recent->slots[at];
    if (here->number == 0) return here;
    if (here->hash != hash) continue;
    const entry *ring_entry = &recent->ring[here->number - 1];
    if (ring_entry->from == from && ring_entry->to == to) return here;
  }
}

static const entry *find(const tether_recent *recent, int64_t from, int64_t to) {
  const slot *found = slot_of(recent, hash_of(from, to), from, to);
  return found->number ? &recent->ring[found->number - 1] : NULL;
}

/* How far a slot's entry stands behind the place of its hash. */
static size_t distance(const tether_recent *recent, size_t place) {
  size_t home = place_of(recent, recent->slots[place].hash);
  return place >= home ? place - home : place + recent->slot_count - home;
}

/* Frees a slot. Entries behind it move up where that brings them nearer to the place of their hash. */
static void free_slot(tether_recent *recent, size_t hole) {
  size_t gap = 1;
  for (size_t at = behind(recent, hole); recent->slots[at].number; at = behind(recent, at), gap++) {
    if (distance(recent, at) < gap) continue;
    recent->slots[hole] = recent->slots[at];
    hole = at;
    gap = 0;
  }
  recent->slots[hole] = (slot){0, 0};
}

/* Forgets the pair at a place in the ring. Its slot is found by the place's number, without comparing ids. */
static void forget(tether_recent *recent, size_t place) {
  entry *ring_entry = &recent->ring[place];
  size_t at = place_of(recent, hash_of(ring_entry->from, ring_entry->to));
  while (recent->slots[at].number != place + 1) at = behind(recent, at);
  free_slot(recent, at);
  ring_entry->from = ring_entry->to = 0;
}

/* Gives ring and table `size` places, more than they have. False: as before, no memory. */
static bool resize(tether_recent *recent, size_t size) {
  const entry *old = recent->ring;
  entry *ring = calloc(size, sizeof *ring);
  slot *slots = calloc(2 * size + 2, sizeof *slots);
  if (!ring || !slots) return free(ring), free(slots), false;
  if (old) memcpy(ring, old, recent->size * sizeof *ring);
  free(recent->ring);
  free(recent->slots);
  recent->ring = ring;
  recent->slots = slots;
  recent->size = size;
  recent->slot_count = 2 * size + 2;
  for (size_t i = 0; i < recent->at; i++) {
    uint32_t hash = hash_of(ring[i].from, ring[i].to);
    if (ring[i].from) *slot_of(recent, hash, ring[i].from, ring[i].to) = (slot){hash, (uint32_t)i + 1};
  }
  return true;
}

/* Room for `count` pairs more, and a place that stays free, as long as the ring may grow: it must not close before
 * that. */
static bool reserve(tether_recent *recent, size_t count) {
  size_t wanted = recent->at + count + 1;
  if (wanted <= recent->size || recent->size == recent->most) return true;
  if (wanted < 2 * recent->size) wanted = 2 * recent->size;
  return resize(recent, wanted < recent->most ? wanted : recent->most);
}

/* -- its life ------------------------------------------------------------------------------------------------------ */

tether_recent *tether_recent_new(size_t pairs) {
  tether_recent *recent = calloc(1, sizeof *recent);
  if (!recent) return NULL;
  recent->most = pairs ? pairs : 1;
  recent->sets = tether_typesets_new();
  if (recent->sets && resize(recent, recent->most < FIRST ? recent->most : FIRST)) return recent;
  tether_recent_free(recent);
  return NULL;
}

void tether_recent_free(tether_recent *recent) {
  if (!recent) return;
  free(recent->ring);
  free(recent->slots);
  tether_typesets_free(recent->sets);
  free(recent);
}

/* -- rows ---------------------------------------------------------------------------------------------------------- */

static void fetch(const tether_recent *recent, int64_t from, int64_t to) {
  __builtin_prefetch(&recent->slots[place_of(recent, hash_of(from, to))]);
}

/* Fetches what a row behind the i-th will look for. */
static void fetch_row(const tether_recent *recent, tether_view view, tether_rows rows, size_t i) {
  if (i + AHEAD >= rows.count) return;
  size_t row = tether_rows_at(rows, i + AHEAD);
  fetch(recent, view.from[row], view.to[row]);
}

/* Fetches the place of an entry that will soon be the oldest. */
static void fetch_oldest(const tether_recent *recent) {
  size_t soon = recent->at + AHEAD;
  const entry *ring_entry = &recent->ring[soon < recent->size ? soon : soon % recent->size];
  if (ring_entry->from) fetch(recent, ring_entry->from, ring_entry->to);
}

bool tether_recent_divide(const tether_recent *recent, tether_links *links, tether_rows rows, uint32_t settled,
                          tether_division *division, tether_error *error) {
  division->free_count = division->held_count = 0;
  tether_view view = tether_links_view(links); /* the ids stay where they are when types are joined */
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    fetch_row(recent, view, rows, i);
    const entry *known = find(recent, view.from[row], view.to[row]);
    if (known) {
      const tether_spec *types = tether_typesets_at(recent->sets, known->types, &count);
      if (!tether_links_join(links, row, types, count, error)) return false;
    }
    if (known && known->generation > settled)
      division->held[division->held_count++] = (uint32_t)row;
    else
      division->free_rows[division->free_count++] = (uint32_t)row;
  }
  return true;
}

/* Remembers a pair in the place of the oldest one. A pair that is known moves to that place and keeps its slot. */
static void remember(tether_recent *recent, tether_link link, uint32_t generation) {
  uint32_t hash = hash_of(link.from, link.to);
  entry *ring_entry = &recent->ring[recent->at];
  if (ring_entry->from) forget(recent, recent->at);
  slot *place = slot_of(recent, hash, link.from, link.to);
  if (place->number) recent->ring[place->number - 1].from = recent->ring[place->number - 1].to = 0;
  *place = (slot){hash, (uint32_t)recent->at + 1};
  *ring_entry = (entry){link.from, link.to, link.types, generation};
  if (++recent->at == recent->size) recent->at = 0;
}

bool tether_recent_add(tether_recent *recent, const tether_links *links, tether_rows rows, uint32_t generation,
                       tether_error *error) {
  tether_view view = tether_links_view(links);
  uint32_t last = UINT32_MAX, index = 0;
  if (!reserve(recent, rows.count)) return tether_fail(error, TETHER_NO_MEMORY, "no memory for the pairs sent last");
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    fetch_row(recent, view, rows, i);
    fetch_oldest(recent);
    if (view.types[row] != last) { /* rows behind each other mostly have the same types */
      last = view.types[row];
      const tether_spec *types = tether_links_types(links, row, &count);
      if (!tether_typesets_intern(recent->sets, types, count, &index, error)) return false;
    }
    remember(recent, (tether_link){view.from[row], view.to[row], index}, generation);
  }
  return true;
}

void tether_recent_forget(tether_recent *recent, const tether_links *links, tether_rows rows) {
  for (size_t i = 0; i < rows.count; i++) {
    tether_link link = tether_links_at(links, tether_rows_at(rows, i));
    const entry *known = find(recent, link.from, link.to);
    if (known) forget(recent, (size_t)(known - recent->ring));
  }
}
