/* Degrees: records in order of how many targets they have, most first, and how many there are of each number.
 *
 * A record that gains or loses a target trades places with the last or first of its equals, so no change costs more
 * than one swap, and the records with at least so many targets are the first ones. Records go by the place of their
 * value in a list of the caller's. */
#ifndef TETHER_PORTAL_DEGREES_H
#define TETHER_PORTAL_DEGREES_H
#include "portal/graph/targets.h"

typedef struct portal_degrees {
  uint32_t *order; /* places, most targets first */
  uint32_t *above; /* above[n]: how many have more than n targets */
  size_t order_room, above_room;
} portal_degrees;

void portal_degrees_free(portal_degrees *degrees); /* leaves it empty */

/* Makes a copy with memory of its own. False: no memory, and the copy is empty. */
bool portal_degrees_copy(portal_degrees *copy, const portal_degrees *degrees);

/* Makes sure that a record may rise to so many targets. False: no memory. */
bool portal_degrees_reserve(portal_degrees *degrees, uint32_t degree);

/* The record at `place` of the list has one target more, or one less, than it had; its count says how many now. Room
 * to rise was reserved. */
void portal_degrees_rise(portal_degrees *degrees, portal_targets *list, uint32_t place);
void portal_degrees_fall(portal_degrees *degrees, portal_targets *list, uint32_t place);

/* How many records have at least so many targets; of those with none nothing is known. */
uint32_t portal_degrees_count(const portal_degrees *degrees, int64_t least);
#endif
