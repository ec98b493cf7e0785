/* Lines of kind "known": facts of another account that this one is a shadow of. They are not written: no rule is
 * checked, no time is set, and what is here already stays. */
#ifndef TETHER_PORTAL_STATE_KNOWN_H
#define TETHER_PORTAL_STATE_KNOWN_H
#include "portal/api/links/link.h"

/* Takes a record with the values that it has in the other account. A record that is missing here is made; one that is
 * here gets only the values that it lacks. One that is archived here stays as it is. `created` and `updated`, in
 * milliseconds, may be left out. */
bool portal_known_record(portal_call *call, const portal_id *id, const json_t *line);

/* Takes all types between two records. Nothing changes when one of the records is not here, or when a link stands
 * between them. */
bool portal_known_link(portal_call *call, const portal_pair *pair, const portal_typeset *types);
#endif
