/* Snapshots: those that a portal keeps, by name, in the order in which the names came. Each has the size of the
 * account, so there may be PORTAL_SNAPSHOTS_MOST of them. */
#ifndef TETHER_PORTAL_SNAPSHOTS_H
#define TETHER_PORTAL_SNAPSHOTS_H
#include "portal/api/snapshots/snapshot.h"

enum { PORTAL_SNAPSHOTS_MOST = 32, PORTAL_SNAPSHOT_NAME = 100 };

typedef struct portal_snapshots portal_snapshots;

portal_snapshots *portal_snapshots_new(void);            /* NULL: no memory */
void portal_snapshots_free(portal_snapshots *snapshots); /* NULL is fine */

/* Keeps the app as it is under a name, in place of what had the name. The app is in no transaction.
 * False: BAD_ARGUMENT (no name, too many), SQL_FAILED, NO_MEMORY. */
bool portal_snapshots_keep(portal_snapshots *snapshots, portal_app *app, const char *name, tether_error *error);

/* The one of a name. NULL: BAD_ARGUMENT, with the names that there are. */
const portal_snapshot *portal_snapshots_find(const portal_snapshots *snapshots, const char *name, tether_error *error);

bool portal_snapshots_drop(portal_snapshots *snapshots, const char *name, tether_error *error); /* BAD_ARGUMENT */

/* { snapshots: [ { name, made (ms since 1970), records, links, bytes } ], most } as JSON; NULL: no memory. */
json_t *portal_snapshots_json(const portal_snapshots *snapshots);
#endif
