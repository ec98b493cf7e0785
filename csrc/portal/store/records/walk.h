/* Walk: a record's links in one direction as reads show them: by target, without archived targets, and late if a switch
 * says so. */
#ifndef TETHER_PORTAL_WALK_H
#define TETHER_PORTAL_WALK_H
#include "portal/store/links.h"

/* A target and the number of its set; portal_links_types tells what it is. */
typedef struct portal_target {
  int64_t id;
  uint32_t set;
} portal_target;

typedef struct portal_walk {
  portal_store *store;
  const portal_object *to;
  portal_place place;
  portal_target *late; /* owned; NULL: reads are not late */
  size_t late_count, late_at;
} portal_walk;

/* Begins behind the target `after`; to be ended in any case. */
void portal_walk_begin(portal_walk *walk, portal_store *store, const portal_object *from, int64_t id,
                       const portal_object *to, int64_t after);
bool portal_walk_next(portal_walk *walk, portal_target *target);
void portal_walk_end(portal_walk *walk);
#endif
