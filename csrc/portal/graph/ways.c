#include "portal/graph/ways.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_WAYS = 16 };

void portal_ways_free(portal_ways *ways) {
  for (uint32_t i = 0; i < ways->count; i++) portal_degrees_free(&ways->list[i].degrees);
  free(ways->list);
  free(ways->slots);
  *ways = (portal_ways){.list = NULL};
}

bool portal_ways_copy(portal_ways *copy, const portal_ways *ways) {
  *copy = (portal_ways){.room = ways->room, .slot_count = ways->slot_count};
  if (ways->room == 0) return true;
  copy->list = malloc(ways->room * sizeof *copy->list);
  copy->slots = malloc(ways->slot_count * sizeof *copy->slots);
  bool fine = copy->list && copy->slots;
  if (fine) memcpy(copy->slots, ways->slots, ways->slot_count * sizeof *copy->slots);
  while (fine && copy->count < ways->count) {
    portal_way *made = &copy->list[copy->count];
    *made = ways->list[copy->count];
    fine = portal_degrees_copy(&made->degrees, &ways->list[copy->count].degrees);
    copy->count += fine;
  }
  if (!fine) portal_ways_free(copy);
  return fine;
}

static bool is(const portal_way *way, uint16_t from, uint16_t to, int64_t key) {
  return way->key == key && way->from == from && way->to == to;
}

/* The slot of a way, or the free one in which its search ends. */
static uint32_t slot_of(const portal_ways *ways, uint16_t from, uint16_t to, int64_t key) {
  uint64_t hash = ((uint64_t)key ^ ((uint64_t)from << 48) ^ ((uint64_t)to << 32)) * 0x9e3779b97f4a7c15u;
  uint32_t mask = ways->slot_count - 1, at = (uint32_t)(hash >> 40) & mask;
  while (ways->slots[at] && !is(&ways->list[ways->slots[at] - 1], from, to, key)) at = (at + 1) & mask;
  return at;
}

uint32_t portal_ways_find(const portal_ways *ways, uint16_t from, uint16_t to, int64_t key) {
  if (ways->count == 0) return PORTAL_NO_WAY;
  uint32_t number = ways->slots[slot_of(ways, from, to, key)];
  return number ? number - 1 : PORTAL_NO_WAY;
}

static bool grow(portal_ways *ways) {
  uint32_t room = ways->room ? ways->room * 2 : FIRST_WAYS;
  portal_way *list = realloc(ways->list, room * sizeof *list);
  if (!list) return false;
  ways->list = list;
  uint32_t *slots = calloc((size_t)room * 2, sizeof *slots);
  if (!slots) return false;
  free(ways->slots);
  ways->slots = slots;
  ways->slot_count = room * 2;
  ways->room = room;
  for (uint32_t i = 0; i < ways->count; i++) slots[slot_of(ways, list[i].from, list[i].to, list[i].key)] = i + 1;
  return true;
}

uint32_t portal_ways_make(portal_ways *ways, uint16_t from, uint16_t to, int64_t key) {
  uint32_t number = portal_ways_find(ways, from, to, key);
  if (number != PORTAL_NO_WAY) return number;
  if (ways->count == ways->room && !grow(ways)) return PORTAL_NO_WAY;
  ways->list[ways->count] = (portal_way){.key = key, .from = from, .to = to};
  ways->slots[slot_of(ways, from, to, key)] = ways->count + 1;
  return ways->count++;
}
