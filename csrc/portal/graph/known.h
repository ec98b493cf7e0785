/* Known: records that are known to be live, so that writing many links costs no query.
 *
 * A record that is known is live. For any other record the database is asked. */
#ifndef TETHER_PORTAL_KNOWN_H
#define TETHER_PORTAL_KNOWN_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct portal_known portal_known;

portal_known *portal_known_new(void);        /* NULL: no memory */
void portal_known_free(portal_known *known); /* NULL is fine */
void portal_known_clear(portal_known *known);

bool portal_known_has(const portal_known *known, uint16_t object, int64_t id);
void portal_known_add(portal_known *known, uint16_t object, int64_t id); /* without memory for it, not */
void portal_known_remove(portal_known *known, uint16_t object, int64_t id);

/* What was added since the last of the two is forgotten, or kept. */
void portal_known_undo(portal_known *known);
void portal_known_keep(portal_known *known);
#endif
