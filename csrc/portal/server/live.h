/* Live: the request log as it grows, an endless answer: a line of JSON for each request (lab/log.h), a { "skipped": n }
 * for those that were dropped before they could be told, and an empty line every few seconds, so that a client that is
 * gone is noticed.
 *
 * A watcher holds at most LIVE_BYTES, however fast requests come; its thread waits without the portal's lock. */
#ifndef TETHER_PORTAL_LIVE_H
#define TETHER_PORTAL_LIVE_H
#include "portal/server/inside.h"

void portal_live_init(portal_live *live);
void portal_live_destroy(portal_live *live);

/* Wakes the watchers after a request was logged. The caller holds the server's lock. */
void portal_live_grown(portal_live *live);

/* Ends all watchers. The caller does not hold the server's lock. */
void portal_live_end(portal_server *server);

/* Answers a request whose answer is live, and frees the answer. A watcher too many is refused with 503. */
enum MHD_Result portal_live_deliver(portal_server *server, struct MHD_Connection *connection, portal_answer *answer);
#endif
