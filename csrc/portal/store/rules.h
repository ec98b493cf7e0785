/* Rules: what HubSpot does with links, as functions of values alone: no database, no request. */
#ifndef TETHER_PORTAL_RULES_H
#define TETHER_PORTAL_RULES_H
#include "portal/store/catalog.h"

enum { PORTAL_TYPES_MOST = 160 }; /* on one pair of records: more than the label cap and the built-in ones */

/* Types of one direction; none twice. */
typedef struct portal_typeset {
  size_t count;
  const portal_type *list[PORTAL_TYPES_MOST];
} portal_typeset;

bool portal_typeset_has(const portal_typeset *set, const portal_type *type);
void portal_typeset_add(portal_typeset *set, const portal_type *type); /* NULL is fine */

typedef enum portal_manner {
  PORTAL_ADD,        /* what is there stays */
  PORTAL_REPLACE,    /* the account's own labels that are not sent go; HubSpot's own types stay */
  PORTAL_REPLACE_ALL /* every type that is not sent goes, except the plain one */
} portal_manner;

/* What a pair holds after a write of `sent`. The plain type (NULL: the pair has none) comes with every other one. */
void portal_rules_write(const portal_typeset *present, const portal_typeset *sent, const portal_type *plain,
                        portal_manner manner, portal_typeset *after);

/* What a pair holds after `named` are removed: nothing when the plain one is among them. */
void portal_rules_remove(const portal_typeset *present, const portal_typeset *named, portal_typeset *after);

/* Whether a record may have one target of this type only: its primary company, its parent. */
bool portal_rules_is_exclusive(const portal_type *type);

/* Whether a limit on one type goes with those of its siblings in the direction and with the technical limit: a label's
 * may not exceed the plain type's, nor, with `apart`, equal it. Tells the range that does. `types` are all there are.
 */
bool portal_rules_limit_fits(portal_type *const *types, size_t count, const portal_type *type, int64_t most,
                             int64_t technical, bool apart, int64_t *least_allowed, int64_t *most_allowed);
#endif
