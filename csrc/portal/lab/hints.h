/* Hints: what is known without asking the database, so that writing many links costs little more than their rows.
 *
 * Records that were found live, and pairs of records between which no link was ever written. A hint is never wrong, but
 * may be missing: then the database is asked. */
#ifndef TETHER_PORTAL_HINTS_H
#define TETHER_PORTAL_HINTS_H
#include <stdbool.h>
#include <stdint.h>

typedef struct portal_hints portal_hints;

portal_hints *portal_hints_new(void); /* NULL: no memory */
void portal_hints_free(portal_hints *hints);

/* Live records: a newer one takes the place of an older one. All are forgotten when any record goes, or a change is
 * taken back. */
bool portal_hints_live(const portal_hints *hints, int64_t object, int64_t id);
void portal_hints_add_live(portal_hints *hints, int64_t object, int64_t id);
void portal_hints_forget_live(portal_hints *hints);

/* One direction of a pair: whether a link may be there. */
bool portal_hints_linked(const portal_hints *hints, int64_t from, int64_t to, int64_t a, int64_t b);
void portal_hints_add_linked(portal_hints *hints, int64_t from, int64_t to, int64_t a, int64_t b);

/* Links were written past these functions: from now on any pair may be linked. */
void portal_hints_doubt(portal_hints *hints);
#endif
