/* Router: the portal's own table of routes, for every version and both prefixes of the batches. Knows no socket. */
#ifndef TETHER_PORTAL_ROUTER_H
#define TETHER_PORTAL_ROUTER_H
#include "portal/call.h"

/* Finds the route of `method` and call->path, reads its parts and the body, and runs it inside a transaction.
 * Afterwards call->status is set and call->result is the body to send, an Error among them; NULL: none. */
void portal_route(portal_call *call, const char *method, const char *content_type, const char *body, size_t length);
#endif
