/* Apps: the receivers of webhooks. An app has an address, a secret, subscriptions and a queue. */
#ifndef TETHER_PORTAL_APPS_H
#define TETHER_PORTAL_APPS_H
#include "portal/hooks/queue.h"
#include "portal/hooks/wish.h"

enum {
  PORTAL_APPS_MOST = 32,
  PORTAL_SUBSCRIPTIONS_MOST = 1000, /* of an app (wire.md, 13.1) */
  PORTAL_CONCURRENT = 10            /* deliveries at once, unless an app says otherwise */
};

typedef struct portal_subscription {
  int64_t id;
  bool active;
  char *event_type, *object_type, *property; /* the last two: NULL, none */
  portal_wish wish;
  int64_t created_ms, updated_ms;
} portal_subscription;

typedef struct portal_hooked {
  int64_t id;
  int64_t serial;    /* another one for each app that ever was */
  char *url;         /* NULL: nowhere yet, and nothing is kept for it */
  bool told;         /* the url's host is one that the portal was told */
  char *secret;      /* NULL: the portal's */
  unsigned versions; /* of signatures */
  size_t concurrent; /* deliveries under way */
  portal_subscription *subscriptions;
  size_t count;
  portal_queue queue;
  int64_t created_ms, updated_ms;
} portal_hooked;

typedef struct portal_apps {
  portal_hooked *list[PORTAL_APPS_MOST];
  size_t count;
  int64_t next_subscription, next_serial;
} portal_apps;

portal_hooked *portal_apps_find(const portal_apps *apps, int64_t id); /* NULL: none */
portal_hooked *portal_apps_by_serial(const portal_apps *apps, int64_t serial);

/* Finds the app of this id, or makes it. NULL: too many, or no memory. */
portal_hooked *portal_apps_take(portal_apps *apps, int64_t id, int64_t now_ms);
void portal_apps_remove(portal_apps *apps, portal_hooked *app);
void portal_apps_clear(portal_apps *apps);

/* Whether any app wants to be told of a change. */
bool portal_apps_listen(const portal_apps *apps);

/* Adds a subscription, or finds an equal one. NULL: refused. The result is good until the next change. */
portal_subscription *portal_apps_subscribe(portal_apps *apps, portal_hooked *app, const portal_subscription *wanted,
                                           portal_problem *problem);
portal_subscription *portal_apps_subscription(const portal_hooked *app, int64_t id); /* NULL: none */
void portal_apps_unsubscribe(portal_hooked *app, portal_subscription *subscription);
#endif
