/* What new records need by an account's own rules, which version 2026-09 enforces (csrc/data/wire.md, 3.1). */
#ifndef TETHER_PORTAL_NEED_H
#define TETHER_PORTAL_NEED_H
#include <jansson.h>

#include "portal/message/message.h"
#include "portal/store/store.h"

/* Keeps a rule: { property: name } is needed by every new record, { property: name, when: { property:, value: } } by
 * those with that value, { association: object type } is a link to any record of the type. Kept under what it names.
 * False: refused, it is none of these. */
bool portal_need_put(portal_store *store, const portal_object *object, const json_t *rule, portal_problem *problem);

/* Whether a new record has all that it needs: its properties are looked at, and, when it has been made, its links.
 * `id` 0: it has not. Refused when not, with all that is missing in `errors`. */
bool portal_need_check(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                       portal_problem *problem);
#endif
