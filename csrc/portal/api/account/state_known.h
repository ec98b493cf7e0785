/* Lines of kind "known": facts of another account that this one is a shadow of. They are not written: no rule is
 * asked, no time is set, nothing that is here already is changed. */
#ifndef TETHER_PORTAL_STATE_KNOWN_H
#define TETHER_PORTAL_STATE_KNOWN_H
#include "portal/api/links/link.h"

/* A record with the values that it has there: it is made, or gets those that it has no value of here. One that is
 * archived here stays as it is. `created` and `updated`, in milliseconds, may be left out. */
bool portal_known_record(portal_call *call, const portal_id *id, const json_t *line);

/* All types between two records; where one of the two is not here, or anything ties them, nothing is changed. */
bool portal_known_link(portal_call *call, const portal_pair *pair, const portal_typeset *types);
#endif
