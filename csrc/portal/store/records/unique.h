/* Unique: which record holds a unique value. A contact's further e-mail addresses are held as its first one is. */
#ifndef TETHER_PORTAL_UNIQUE_H
#define TETHER_PORTAL_UNIQUE_H
#include "portal/message/message.h"
#include "portal/store/store.h"

/* Whether a property's values are unique: a contact's email. */
bool portal_property_unique(portal_store *store, const portal_object *object, const char *name);

/* The live record that has the value of a unique property; 0: none. */
int64_t portal_record_by_unique(portal_store *store, const portal_object *object, const char *name, const char *value);

/* Gives a record the unique values of `properties`, in place of those that `before` (NULL: none) had under the same
 * names. Refused with 409 when another record holds one. */
bool portal_uniques_claim(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                          const json_t *properties, portal_problem *problem);

/* Takes the unique values of `properties` from a record. */
void portal_uniques_release(portal_store *store, const portal_object *object, int64_t id, const json_t *properties);
#endif
