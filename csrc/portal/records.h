/* Records: what the single and the batch operations on records share. */
#ifndef TETHER_PORTAL_RECORDS_H
#define TETHER_PORTAL_RECORDS_H
#include "portal/record.h"

/* Makes a record of { properties, associations } and returns it as an answer shows it; NULL: refused. */
json_t *portal_record_make(portal_call *call, json_t *body);

/* The id that a path names, by id or by the query's idProperty. */
bool portal_record_find(portal_call *call, const char *text, int64_t *id);

/* What the query asks to be shown. */
void portal_view_of_query(portal_call *call, portal_view *view);

/* Archives a record; fine when it is archived already or not there. */
void portal_record_hide(portal_app *app, const portal_object *object, int64_t id);

/* Removes a record and its links for good; the tally is to be read again after it. */
void portal_record_forget(portal_app *app, const portal_object *object, int64_t id);
#endif
