/* Candidates: the records that an index names for a search, so that the others need not be looked at. */
#ifndef TETHER_PORTAL_CANDIDATES_H
#define TETHER_PORTAL_CANDIDATES_H
#include "portal/api/call.h"

typedef struct portal_ids {
  int64_t *list; /* freed by the owner of the value */
  size_t count, capacity;
} portal_ids;

void portal_ids_sort(portal_ids *ids);

/* Adds every record that may meet one of the groups, some twice. False: a group has no condition that an index
 * answers, or there is no group: all records are to be looked at. */
bool portal_candidates(portal_call *call, const json_t *groups, portal_ids *ids);
#endif
