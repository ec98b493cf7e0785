/* Schemas: making an object type of the account's own. */
#ifndef TETHER_PORTAL_SCHEMAS_H
#define TETHER_PORTAL_SCHEMAS_H
#include "portal/api/call.h"

/* Makes one of { name, labels, properties, associatedObjects, … }. `number` 0: the next free one. It is wired to the
 * activities unless "wired" is false. NULL: refused. */
const portal_object *portal_schema_make(portal_call *call, const json_t *body, int64_t number);

/* Makes the plain type of two object types if there is none; `name` NULL: made of theirs. */
bool portal_schema_link(portal_call *call, const portal_object *object, const portal_object *to, const char *name);
#endif
