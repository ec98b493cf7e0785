/* Record: one record as answers show it, and its writing. */
#ifndef TETHER_PORTAL_VIEW_H
#define TETHER_PORTAL_VIEW_H
#include "portal/api/call.h"
#include "portal/store/records/record.h"

enum { PORTAL_LINKED_MOST = 32, PORTAL_ASKED_MOST = 256, PORTAL_HISTORIES_MOST = 64 };

/* What of a record is shown. */
typedef struct portal_view {
  bool all;                                  /* every property, as the answer of a write does */
  const char *properties[PORTAL_ASKED_MOST]; /* names; none: the type's usual ones */
  size_t property_count;
  const char *histories[PORTAL_HISTORIES_MOST]; /* names whose former values are shown */
  size_t history_count;
  const portal_object *linked[PORTAL_LINKED_MOST]; /* types whose links are shown */
  size_t linked_count;
  bool archived; /* shows archived records instead of live ones */
} portal_view;

/* Adds names of a comma list, which is cut in place and must live as long as the view; unknown object types are ignored
 * (wire.md, 3.2). */
void portal_view_properties(portal_view *view, char *list);
void portal_view_histories(portal_view *view, char *list);
void portal_view_linked(portal_call *call, portal_view *view, char *list);

/* A record as an answer shows it, a new reference. NULL: there is no such record. */
json_t *portal_record_json(portal_call *call, const portal_object *object, int64_t id, const portal_view *view);
#endif
