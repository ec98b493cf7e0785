#include "portal/hooks/shown.h"

#include <stdio.h>

#include "base/clock.h"

static void add_times(json_t *to, int64_t created_ms, int64_t updated_ms) {
  char text[TETHER_CLOCK_ISO];
  tether_clock_iso(created_ms, text);
  json_object_set_new(to, "createdAt", json_string(text));
  tether_clock_iso(updated_ms, text);
  json_object_set_new(to, "updatedAt", json_string(text));
}

json_t *portal_show_settings(const portal_hooked *app) {
  json_t *settings = json_pack("{s:s, s:{s:I}}", "targetUrl", app->url ? app->url : "", "throttling",
                               "maxConcurrentRequests", (json_int_t)app->concurrent);
  if (settings) add_times(settings, app->created_ms, app->updated_ms);
  return settings;
}

json_t *portal_show_subscription(const portal_subscription *subscription) {
  char id[24];
  snprintf(id, sizeof id, "%lld", (long long)subscription->id);
  json_t *shown = json_pack("{s:s, s:s, s:b, s:s*, s:s*}", "id", id, "eventType", subscription->event_type, "active",
                            (int)subscription->active, "objectTypeId", subscription->object_type, "propertyName",
                            subscription->property);
  if (shown) add_times(shown, subscription->created_ms, subscription->updated_ms);
  return shown;
}

json_t *portal_show_subscriptions(const portal_hooked *app) {
  json_t *list = json_array();
  for (size_t i = 0; list && i < app->count; i++)
    json_array_append_new(list, portal_show_subscription(&app->subscriptions[i]));
  return list;
}

json_t *portal_show_app(const portal_hooked *app) {
  const portal_queue *queue = &app->queue;
  return json_pack("{s:I, s:s, s:o*, s:I, s:I, s:I, s:I, s:I, s:I}", "appId", (json_int_t)app->id, "targetUrl",
                   app->url ? app->url : "", "subscriptions", portal_show_subscriptions(app), "waiting",
                   (json_int_t)queue->count, "retrying", (json_int_t)queue->waits, "underWay",
                   (json_int_t)queue->under_way, "delivered", (json_int_t)queue->delivered, "givenUp",
                   (json_int_t)queue->given_up, "dropped", (json_int_t)queue->dropped);
}
