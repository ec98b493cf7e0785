/* Shown: apps and subscriptions as JSON. New references; NULL: no memory. */
#ifndef TETHER_PORTAL_SHOWN_H
#define TETHER_PORTAL_SHOWN_H
#include <jansson.h>

#include "portal/hooks/apps.h"

json_t *portal_show_settings(const portal_hooked *app);
json_t *portal_show_subscription(const portal_subscription *subscription);
json_t *portal_show_subscriptions(const portal_hooked *app); /* an array */
json_t *portal_show_app(const portal_hooked *app);           /* with the state of its queue */
#endif
