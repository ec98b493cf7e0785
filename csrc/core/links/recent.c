#include "core/links/recent.h"

#include <stdlib.h>
#include <string.h>

enum { NONE = UINT32_MAX };

/* The table is larger than the caches of most processors: what the rows behind this one will touch is fetched ahead,
 * first the head of a chain, then its newest entry. */
enum { FAR = 12, NEAR = 6 };

/* Packed: the eighth that alignment would cost is better spent on heads. */
typedef struct __attribute__((packed)) {
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
  while (heads < 2 * pairs) heads *= 2; /* most chains have one entry or none, and that one is fetched ahead */
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

static void fetch_head(const tether_recent *recent, int64_t from, int64_t to) {
  __builtin_prefetch(&recent->heads[slot(recent, from, to)]);
}

static void fetch_entry(const tether_recent *recent, int64_t from, int64_t to) {
  uint32_t newest = recent->heads[slot(recent, from, to)];
  if (newest != NONE) __builtin_prefetch(&recent->ring[newest]);
}

/* Fetches what the rows behind the i-th will look for. */
static void fetch_rows(const tether_recent *recent, tether_view view, tether_rows rows, size_t i) {
  if (i + FAR >= rows.count) return;
  size_t far = tether_rows_at(rows, i + FAR), near = tether_rows_at(rows, i + NEAR);
  fetch_head(recent, view.from[far], view.to[far]);
  fetch_entry(recent, view.from[near], view.to[near]);
}

/* Fetches what the entries that go next will be taken out of. */
static void fetch_oldest(const tether_recent *recent) {
  const entry *far = &recent->ring[(recent->at + FAR) % recent->size];
  const entry *near = &recent->ring[(recent->at + NEAR) % recent->size];
  if (far->from) fetch_head(recent, far->from, far->to);
  if (near->from) fetch_entry(recent, near->from, near->to);
}

/* Takes an entry out of its chain. */
static void unlink_entry(tether_recent *recent, entry *one) {
  uint32_t *head = &recent->heads[slot(recent, one->from, one->to)], self = (uint32_t)(one - recent->ring);
  if (*head == self) {
    *head = one->next;
  } else {
    entry *before = &recent->ring[*head];
    while (before->next != self) before = &recent->ring[before->next];
    before->next = one->next;
  }
  one->from = one->to = 0;
}

bool tether_recent_divide(const tether_recent *recent, tether_links *links, tether_rows rows, uint32_t settled,
                          tether_division *division, tether_error *error) {
  division->free_count = division->held_count = 0;
  tether_view view = tether_links_view(links); /* the ids stay where they are when types are joined */
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    fetch_rows(recent, view, rows, i);
    const entry *known = find(recent, view.from[row], view.to[row]);
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
  tether_view view = tether_links_view(links);
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i), count;
    fetch_rows(recent, view, rows, i);
    fetch_oldest(recent);
    tether_link link = {view.from[row], view.to[row], view.types[row]};
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
