/* Record: one record as answers show it, and its writing. */
#ifndef TETHER_PORTAL_RECORD_H
#define TETHER_PORTAL_RECORD_H
#include "portal/app.h"
#include "portal/store.h"

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

/* Adds names of a comma list; unknown object types are ignored (wire.md, 3.2). */
void portal_view_properties(portal_view *view, char *list);
void portal_view_histories(portal_view *view, char *list);
void portal_view_linked(portal_call *call, portal_view *view, char *list);

/* NULL: there is no such record. */
json_t *portal_record_json(portal_call *call, const portal_object *object, int64_t id, const portal_view *view);

/* Turns the values of a `properties` object into strings, in place. */
bool portal_properties_read(json_t *properties, portal_problem *problem);

/* Writes a record. `id` 0: the next free one, which is told. Refused with 409 when a unique value is taken. */
bool portal_record_insert(portal_app *app, const portal_object *object, int64_t *id, const json_t *properties,
                          portal_problem *problem);
bool portal_record_merge(portal_app *app, const portal_object *object, int64_t id, const json_t *properties,
                         portal_problem *problem);

/* Brings an archived record back, as HubSpot's pages can. Refused with 409 when a unique value was taken meanwhile. */
bool portal_record_restore(portal_app *app, const portal_object *object, int64_t id, portal_problem *problem);

/* Whether a new record has what its type must have; refused when not, if a switch says so. */
bool portal_record_check_required(portal_app *app, const portal_object *object, const json_t *properties,
                                  portal_problem *problem);

/* Whether the account knows a property, and the ones that a read shows without being asked: "email,firstname". */
bool portal_property_exists(portal_app *app, const portal_object *object, const char *name);
const char *portal_usual_properties(const portal_object *object);

/* Whether a property's values are unique: a contact's email. */
bool portal_property_unique(portal_app *app, const portal_object *object, const char *name);

/* The live record that has the value of a unique property; 0: none. */
int64_t portal_record_by_unique(portal_app *app, const portal_object *object, const char *name, const char *value);
#endif
