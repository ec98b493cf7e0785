/* Webhooks, seen from the program that has the server; see hooks.h. */
#ifndef TETHER_PORTAL_SERVER_WEBHOOKS_H
#define TETHER_PORTAL_SERVER_WEBHOOKS_H
#include "portal/server/server.h"

/* `text`: the object of portal_hooks_set_up as JSON. The ids of the subscriptions, a new reference; NULL:
 * BAD_ARGUMENT. */
json_t *portal_server_subscribe(portal_server *server, const char *text, size_t length, tether_error *error);

/* Adds the state of all of them as an object of JSON; forgets them. */
bool portal_server_webhooks(portal_server *server, tether_buffer *out, tether_error *error);
void portal_server_webhooks_clear(portal_server *server);

/* Adds the log of deliveries, a line of JSON each; empties it. */
bool portal_server_deliveries(portal_server *server, tether_buffer *out, tether_error *error);
void portal_server_deliveries_clear(portal_server *server);
#endif
