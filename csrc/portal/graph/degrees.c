#include "portal/graph/degrees.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 4 };

void portal_degrees_free(portal_degrees *degrees) {
  free(degrees->order);
  free(degrees->above);
  *degrees = (portal_degrees){.order = NULL};
}

/* A list with room for more than `count` numbers, new ones 0. False: no memory, and the list is as it was. */
static bool widen(uint32_t **list, size_t *room, size_t count) {
  if (count < *room) return true;
  size_t wide = *room ? *room * 2 : FIRST_ROOM;
  while (wide <= count) wide *= 2;
  uint32_t *made = realloc(*list, wide * sizeof *made);
  if (!made) return false;
  memset(made + *room, 0, (wide - *room) * sizeof *made);
  *list = made;
  *room = wide;
  return true;
}

static uint32_t *copy_of(const uint32_t *list, size_t room) {
  uint32_t *made = malloc((room + 1) * sizeof *made);
  if (made && room) memcpy(made, list, room * sizeof *made);
  return made;
}

bool portal_degrees_copy(portal_degrees *copy, const portal_degrees *degrees) {
  *copy = *degrees;
  copy->order = copy_of(degrees->order, degrees->order_room);
  copy->above = copy_of(degrees->above, degrees->above_room);
  if (copy->order && copy->above) return true;
  portal_degrees_free(copy);
  return false;
}

bool portal_degrees_reserve(portal_degrees *degrees, uint32_t degree) {
  return widen(&degrees->above, &degrees->above_room, degree) &&
         widen(&degrees->order, &degrees->order_room, degrees->above[0]);
}

static void put(portal_degrees *degrees, portal_targets *list, uint32_t rank, uint32_t place) {
  degrees->order[rank] = place;
  list[place].rank = rank;
}

/* Records with equally many targets stand in a run. A record that rises is swapped to the front of its run, and the run
 * then begins behind it. A new record first stands at the end of all. */
void portal_degrees_rise(portal_degrees *degrees, portal_targets *list, uint32_t place) {
  uint32_t before = list[place].count - 1, first = degrees->above[before]++;
  if (before && list[place].rank != first) put(degrees, list, list[place].rank, degrees->order[first]);
  put(degrees, list, first, place);
}

/* A record that falls is swapped to the end of its run, and the run then ends before it. A record without targets
 * leaves the order. */
void portal_degrees_fall(portal_degrees *degrees, portal_targets *list, uint32_t place) {
  uint32_t last = --degrees->above[list[place].count];
  if (list[place].rank != last) put(degrees, list, list[place].rank, degrees->order[last]);
  put(degrees, list, last, place);
}

uint32_t portal_degrees_count(const portal_degrees *degrees, int64_t least) {
  if (least < 1) least = 1;
  return (uint64_t)least <= degrees->above_room ? degrees->above[least - 1] : 0;
}
