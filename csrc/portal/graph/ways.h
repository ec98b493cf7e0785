/* Ways: the respects in which a record can have targets: towards an object type at all, or with one association type.
 *
 * A way of the first kind has the key 0. Each way knows its records in order of how many targets they have. */
#ifndef TETHER_PORTAL_WAYS_H
#define TETHER_PORTAL_WAYS_H
#include "portal/graph/degrees.h"

typedef struct portal_way {
  int64_t key;       /* of the association type; 0: any */
  uint16_t from, to; /* ranks of the object types */
  int64_t links;
  portal_degrees degrees;
} portal_way;

typedef struct portal_ways {
  portal_way *list;
  uint32_t count, room;
  uint32_t *slots; /* numbers of ways plus one, by hash; 0: free; a power of two, at most half of them used */
  uint32_t slot_count;
} portal_ways;

enum { PORTAL_NO_WAY = UINT32_MAX }; /* in place of a number */

void portal_ways_free(portal_ways *ways); /* leaves it empty */

/* Makes a copy with memory of its own. False: no memory, and the copy is empty. */
bool portal_ways_copy(portal_ways *copy, const portal_ways *ways);

/* The number of a way, which is good as long as the value lives; the second one makes it. PORTAL_NO_WAY: there is none,
 * or no memory to make it. */
uint32_t portal_ways_find(const portal_ways *ways, uint16_t from, uint16_t to, int64_t key);
uint32_t portal_ways_make(portal_ways *ways, uint16_t from, uint16_t to, int64_t key);
#endif
