/* Record: its row, its unique values, its history, and where its id leads. */
#ifndef TETHER_PORTAL_RECORD_H
#define TETHER_PORTAL_RECORD_H
#include "portal/message/message.h"
#include "portal/store/records/unique.h"
#include "portal/store/store.h"

typedef enum portal_presence { PORTAL_ABSENT, PORTAL_LIVE, PORTAL_ARCHIVED } portal_presence;
portal_presence portal_record_presence(portal_store *store, const portal_object *object, int64_t id);

/* Where an id leads: the record that it was merged into, or itself. */
int64_t portal_record_survivor(portal_store *store, const portal_object *object, int64_t id);
void portal_record_redirect(portal_store *store, const portal_object *object, int64_t id, int64_t survivor);

/* Turns the values of a `properties` object into strings, in place. */
bool portal_properties_read(json_t *properties, portal_problem *problem);

/* Writes a record. `id` 0: the next free one, which is told. Refused with 409 when a unique value is taken. */
bool portal_record_insert(portal_store *store, const portal_object *object, int64_t *id, const json_t *properties,
                          portal_problem *problem);
bool portal_record_merge(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                         portal_problem *problem);

/* Brings an archived record back, as HubSpot's pages can. Refused with 409 when a unique value was taken meanwhile. */
bool portal_record_restore(portal_store *store, const portal_object *object, int64_t id, portal_problem *problem);

/* Whether a new record has what its type must have; refused when not, if a switch says so. */
bool portal_record_check_required(portal_store *store, const portal_object *object, const json_t *properties,
                                  portal_problem *problem);

/* What the database keeps of a record, archived or not: its properties, owned by the caller; NULL: there is none. */
json_t *portal_record_stored(portal_store *store, const portal_object *object, int64_t id, int64_t *created);

/* Archives a record. It succeeds as well when the record is archived already or missing. */
void portal_record_hide(portal_store *store, const portal_object *object, int64_t id);

/* Removes a record and its links for good: as its owner asked, or in silence, since it became part of another one. */
bool portal_record_erase(portal_store *store, const portal_object *object, int64_t id);
bool portal_record_forget(portal_store *store, const portal_object *object, int64_t id);
#endif
