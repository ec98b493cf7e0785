/* Snapshot: a portal at one moment: its account, and how the instruments of tests stood: switches, faults, clock.
 *
 * What has happened stays happened: log, counters, rate limits and tokens are no part of it. A snapshot owns its memory
 * and is never changed. */
#ifndef TETHER_PORTAL_SNAPSHOT_H
#define TETHER_PORTAL_SNAPSHOT_H
#include "portal/api/call.h"
#include "portal/store/image.h"

typedef struct portal_snapshot portal_snapshot;

/* Takes one of a portal that is in no transaction. `own`: for this portal alone (portal/store/image.h). NULL:
 * SQL_FAILED, NO_MEMORY. */
portal_snapshot *portal_snapshot_take(portal_app *app, bool own, tether_error *error);
void portal_snapshot_free(portal_snapshot *snapshot); /* NULL is fine */

/* Brings a portal, this one or another, to where the snapshot was taken; it is in no transaction. False: SQL_FAILED,
 * NO_MEMORY, and the portal is as it was, or damaged (portal/store/image.h). */
bool portal_snapshot_put(const portal_snapshot *snapshot, portal_app *app, tether_error *error);

int64_t portal_snapshot_made_ms(const portal_snapshot *snapshot); /* by the machine's clock */
portal_image_size portal_snapshot_measure(const portal_snapshot *snapshot);
#endif
