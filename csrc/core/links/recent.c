#include "core/links/recent.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

typedef struct {
  int64_t from, to; /* 0: forgotten, or not used yet */
  uint32_t types, turn, next;
} entry;

struct tether_recent {
  entry *ring;
  uint32_t *heads; /* hash -> newest entry of the chain */
  size_t size, mask, at;
  tether_typesets *sets;
};

tether_recent *tether_recent_new(size_t pairs) {
  size_t heads = 16;
  while (heads < pairs) heads *= 2;
  tether_recent *recent = calloc(1, sizeof *recent);
  if (!recent) return NULL;
  recent->ring = calloc(pairs ? pairs : 1, sizeof *recent->ring);
  recent->heads = malloc(heads * sizeof *recent->heads);
  recent->sets = tether_typesets_new();
  if (!recent->ring || !recent->heads || !recent->sets) {
    tether_recent_free(recent);
    return NULL;
  }
  memset(recent->heads, 0xFF, heads * sizeof *recent->heads);
  recent->size = pairs ? pairs : 1;
  recent->mask = heads - 1;
  return recent;
}

void tether_recent_free(tether_recent *recent) {
  if (!recent) return;
  free(recent->ring);
  free(recent->heads);
  tether_typesets_free(recent->sets);
  free(recent);
}

static size_t slot(const tether_recent *recent, int64_t from, int64_t to) {
  uint64_t mixed = ((uint64_t)from * 0x9E3779B97F4A7C15u) ^ ((uint64_t)to * 0xC2B2AE3D27D4EB4Fu);
  mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9u;
  return (size_t)(mixed >> 32) & recent->mask;
}

static entry *find(const tether_recent *recent, int64_t from, int64_t to) {
  for (uint32_t at = recent->heads[slot(recent, from, to)]; at != NONE; at = recent->ring[at].next)
    if (recent->ring[at].from == from && recent->ring[at].to == to) return &recent->ring[at];
  return NULL;
}

/* Takes an entry out of its chain. */
static void unlink_entry(tether_recent *recent, entry *one) {
  uint32_t *place = &recent->heads[slot(recent, one->from, one->to)], self = (uint32_t)(one - recent->ring);
  while (*place != self) place = &recent->ring[*place].next;
  *place = one->next;
  one->from = one->to = 0;
}

bool tether_recent_divide(const tether_recent *recent, tether_links *links, tether_rows rows, uint32_t settled,
                          tether_division *division, tether_error *error) {
  division->free_count = division->held_count = 0;
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    tether_link link = tether_links_at(links, row);
    const entry *known = find(recent, link.from, link.to);
    if (known) {
      const tether_spec *types = tether_typesets_at(recent->sets, known->types, &count);
      if (!tether_links_join(links, row, types, count, error)) return false;
    }
    if (known && known->turn > settled)
      division->held[division->held_count++] = (uint32_t)row;
    else
      division->free_rows[division->free_count++] = (uint32_t)row;
  }
  return true;
}

bool tether_recent_add(tether_recent *recent, const tether_links *links, tether_rows rows, uint32_t turn,
                       tether_error *error) {
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    tether_link link = tether_links_at(links, row);
    const tether_spec *types = tether_links_types(links, row, &count);
    uint32_t index;
    if (!tether_typesets_intern(recent->sets, types, count, &index, error)) return false;
    entry *known = find(recent, link.from, link.to), *one = &recent->ring[recent->at];
    if (known) unlink_entry(recent, known);
    if (one->from) unlink_entry(recent, one);
    uint32_t *head = &recent->heads[slot(recent, link.from, link.to)];
    *one = (entry){link.from, link.to, index, turn, *head};
    *head = (uint32_t)recent->at;
    recent->at = (recent->at + 1) % recent->size;
  }
  return true;
}

void tether_recent_forget(tether_recent *recent, const tether_links *links, tether_rows rows) {
  for (size_t i = 0; i < rows.count; i++) {
    tether_link link = tether_links_at(links, tether_rows_at(rows, i));
    entry *known = find(recent, link.from, link.to);
    if (known) unlink_entry(recent, known);
  }
}
