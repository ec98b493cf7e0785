/* Property: what the account knows of a property: standard ones, its own, and names that a record was written with. */
#ifndef TETHER_PORTAL_PROPERTY_H
#define TETHER_PORTAL_PROPERTY_H
#include "portal/message/message.h"
#include "portal/store/store.h"

/* The ones that a read shows without being asked, beside hs_object_id and the two dates: "email,firstname"; "": none.
 */
const char *portal_usual_properties(const portal_object *object);

/* Whether the account knows a property; whether its values are the options of an enumeration. */
bool portal_property_exists(portal_store *store, const portal_object *object, const char *name);
bool portal_property_exact(portal_store *store, const portal_object *object, const char *name);

/* Notes a name that a record was written with. */
void portal_property_learn(portal_store *store, const portal_object *object, const char *name);

/* Notes a name without a definition, and whether its values are unique. */
bool portal_property_learn_as(portal_store *store, const portal_object *object, const char *name, bool unique);

/* The definition as the properties API shows it; NULL: there is no such property. */
json_t *portal_property_json(portal_store *store, const portal_object *object, const char *name);

/* All definitions, the standard ones first: an array. */
json_t *portal_properties_json(portal_store *store, const portal_object *object);

/* Writes a definition of { name, label, type, fieldType, … } over what there is. */
bool portal_property_define(portal_store *store, const portal_object *object, const char *name, const json_t *details);

/* Takes one of the account's own away. */
void portal_property_drop(portal_store *store, const portal_object *object, const char *name);

/* Refuses names that the account does not know, if a switch says so. */
bool portal_properties_check(portal_store *store, const portal_object *object, const json_t *properties,
                             portal_problem *problem);
#endif
