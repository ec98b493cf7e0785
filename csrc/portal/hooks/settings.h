/* Settings: what an app is told, and a subscription, read from JSON and refused before anything is changed. */
#ifndef TETHER_PORTAL_SETTINGS_H
#define TETHER_PORTAL_SETTINGS_H
#include "portal/hooks/apps.h"

/* What the portal gives to every app. */
typedef struct portal_gifts {
  char *secret; /* NULL: none */
  char *hosts;  /* joined by commas; NULL: none */
} portal_gifts;

/* Settings that are fine; texts are borrowed from the JSON. */
typedef struct portal_settings_read {
  const char *url, *secret; /* NULL: it stays */
  bool told;
  unsigned versions; /* 0: they stay */
  size_t concurrent; /* 0: it stays */
} portal_settings_read;

/* `app`: the one that is there, or NULL. False: 400. */
bool portal_settings_check(const json_t *settings, const portal_hooked *app, const portal_gifts *gifts,
                           portal_settings_read *read, portal_problem *problem);

/* `app` NULL: there was no room for it. False: refused. */
bool portal_settings_apply(portal_hooked *app, const portal_settings_read *read, int64_t now_ms,
                           portal_problem *problem);

/* A subscription without an id; texts are borrowed from the JSON. */
bool portal_subscription_check(portal_store *store, const json_t *wanted, portal_subscription *read,
                               portal_problem *problem);
#endif
