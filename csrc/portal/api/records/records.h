/* Records: what the single and the batch operations on records share. */
#ifndef TETHER_PORTAL_RECORDS_H
#define TETHER_PORTAL_RECORDS_H
#include "portal/api/view.h"

/* Makes a record of { properties, associations } and returns it as an answer shows it; NULL: refused. */
json_t *portal_record_make(portal_call *call, json_t *body);

/* Whether a new record has what the account's own rules ask for, where the version looks at them; as portal_need_check.
 */
bool portal_record_has_needed(portal_call *call, int64_t id, const json_t *properties);

/* The id that a path names, by id or by the query's idProperty. */
bool portal_record_find(portal_call *call, const char *text, int64_t *id);

/* The status of a batch of records in which some failed. */
int portal_records_partial(const portal_call *call);

/* What the query asks to be shown. */
void portal_view_of_query(portal_call *call, portal_view *view);
#endif
