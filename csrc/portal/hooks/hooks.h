/* Hooks: the webhooks of a portal: who is told of its changes, and what became of it. The front door of this room.
 *
 * Functions that take a store are called under its owner's lock. A thread of the room's own sends; it starts with the
 * first address, takes no lock but the room's, and never the store. Where a problem is filled, the function answers
 * false or NULL. What is sent is kept in memory only, and ends with the portal. */
#ifndef TETHER_PORTAL_HOOKS_H
#define TETHER_PORTAL_HOOKS_H
#include "portal/message/message.h"
#include "portal/store/store.h"

typedef struct portal_hooks portal_hooks;

/* `secret`: of apps that have none of their own; NULL: none. `hosts`: where deliveries may go beside this machine,
 * names joined by commas; NULL: nowhere. Both are copied. NULL: no memory. */
portal_hooks *portal_hooks_new(const char *secret, const char *hosts);
void portal_hooks_free(portal_hooks *hooks); /* NULL is fine */

/* The first tells whether anybody listens to changes. The second delivers those of a committed transaction. */
bool portal_hooks_listen(portal_hooks *hooks);
void portal_hooks_tell(portal_hooks *hooks, portal_store *store);

/* Takes a new value of the store's clock or of one of its switches. */
void portal_hooks_set(portal_hooks *hooks, const portal_store *store);

/* -- as HubSpot's routes have it; answers are new references -- */

json_t *portal_hooks_settings(portal_hooks *hooks, int64_t app_id, portal_problem *problem); /* of an app */

/* { targetUrl, throttling: { maxConcurrentRequests }, secret?, signatures?: ["v3"] } */
json_t *portal_hooks_put_settings(portal_hooks *hooks, portal_store *store, int64_t app_id, const json_t *settings,
                                  portal_problem *problem);
bool portal_hooks_remove(portal_hooks *hooks, int64_t app_id); /* with its subscriptions; false: there is none */

/* `id` 0: all of them, as a list. */
json_t *portal_hooks_subscriptions(portal_hooks *hooks, int64_t app_id, int64_t id, portal_problem *problem);

/* { eventType, active?, objectTypeId?, propertyName? } */
json_t *portal_hooks_subscribe(portal_hooks *hooks, portal_store *store, int64_t app_id, const json_t *wanted,
                               portal_problem *problem);
json_t *portal_hooks_activate(portal_hooks *hooks, portal_store *store, int64_t app_id, int64_t id, bool active,
                              portal_problem *problem);
bool portal_hooks_unsubscribe(portal_hooks *hooks, int64_t app_id, int64_t id); /* false: there is none */

/* -- as tests have it -- */

/* Everything at once: { app?, url, secret?, signatures?, concurrent?, events: [ { eventType, … } ] }, as a whole or not
 * at all. The ids of the subscriptions, an array. */
json_t *portal_hooks_set_up(portal_hooks *hooks, portal_store *store, const json_t *wanted, portal_problem *problem);
void portal_hooks_clear(portal_hooks *hooks); /* no app is left, and the log is empty */

/* { apps: [ { appId, targetUrl, subscriptions, waiting, retrying, underWay, delivered, givenUp, dropped } ] }, without
 * secrets. `waiting`: events; `retrying`: deliveries. */
json_t *portal_hooks_state(portal_hooks *hooks);

/* A line of JSON for each attempt; see journal.h. */
bool portal_hooks_log(portal_hooks *hooks, tether_buffer *out, tether_error *error);
void portal_hooks_clear_log(portal_hooks *hooks);
#endif
