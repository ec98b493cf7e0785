#include "portal/hooks/apps.h"

#include <stdlib.h>
#include <string.h>

#include "portal/hooks/sign.h"

portal_hooked *portal_apps_find(const portal_apps *apps, int64_t id) {
  for (size_t i = 0; i < apps->count; i++)
    if (apps->list[i]->id == id) return apps->list[i];
  return NULL;
}

portal_hooked *portal_apps_by_serial(const portal_apps *apps, int64_t serial) {
  for (size_t i = 0; i < apps->count; i++)
    if (apps->list[i]->serial == serial) return apps->list[i];
  return NULL;
}

portal_hooked *portal_apps_take(portal_apps *apps, int64_t id, int64_t now_ms) {
  portal_hooked *app = portal_apps_find(apps, id);
  if (app || apps->count == PORTAL_APPS_MOST) return app;
  app = calloc(1, sizeof *app);
  if (!app) return NULL;
  app->id = id;
  app->serial = ++apps->next_serial;
  app->versions = PORTAL_SIGN_V3;
  app->concurrent = PORTAL_CONCURRENT;
  app->created_ms = app->updated_ms = now_ms;
  apps->list[apps->count++] = app;
  return app;
}

static void release(portal_subscription *entry) {
  free(entry->event_type);
  free(entry->object_type);
  free(entry->property);
}

void portal_apps_remove(portal_apps *apps, portal_hooked *app) {
  size_t place = 0;
  while (apps->list[place] != app) place++;
  apps->list[place] = apps->list[--apps->count];
  for (size_t i = 0; i < app->count; i++) release(&app->subscriptions[i]);
  free(app->subscriptions);
  portal_queue_clear(&app->queue);
  if (app->secret) explicit_bzero(app->secret, strlen(app->secret));
  free(app->secret);
  free(app->url);
  free(app);
}

void portal_apps_clear(portal_apps *apps) {
  while (apps->count) portal_apps_remove(apps, apps->list[0]);
}

bool portal_apps_listen(const portal_apps *apps) {
  for (size_t i = 0; i < apps->count; i++)
    for (size_t k = 0; apps->list[i]->url && k < apps->list[i]->count; k++)
      if (apps->list[i]->subscriptions[k].active) return true;
  return false;
}

static bool same_text(const char *entry, const char *other) {
  return entry && other ? strcmp(entry, other) == 0 : entry == other;
}

static portal_subscription *find_same(const portal_hooked *app, const portal_subscription *wanted) {
  for (size_t i = 0; i < app->count; i++) {
    portal_subscription *entry = &app->subscriptions[i];
    if (same_text(entry->event_type, wanted->event_type) && entry->wish.object == wanted->wish.object &&
        same_text(entry->property, wanted->property))
      return entry;
  }
  return NULL;
}

static bool copy(char **to, const char *text) {
  *to = text ? strdup(text) : NULL;
  return *to || !text;
}

portal_subscription *portal_apps_subscribe(portal_apps *apps, portal_hooked *app, const portal_subscription *wanted,
                                           portal_problem *problem) {
  portal_subscription *same = find_same(app, wanted), made = *wanted;
  if (same) return same;
  if (app->count == PORTAL_SUBSCRIPTIONS_MOST) {
    portal_refuse(problem, 400, "VALIDATION_ERROR", "An app has at most %d subscriptions", PORTAL_SUBSCRIPTIONS_MOST);
    return NULL;
  }
  portal_subscription *list = realloc(app->subscriptions, (app->count + 1) * sizeof *list);
  if (list) app->subscriptions = list;
  bool fine = copy(&made.event_type, wanted->event_type);
  fine = copy(&made.object_type, wanted->object_type) && fine;
  fine = copy(&made.property, wanted->property) && fine;
  if (!list || !fine) {
    release(&made);
    portal_refuse(problem, 500, NULL, "no memory");
    return NULL;
  }
  made.id = ++apps->next_subscription;
  app->subscriptions[app->count] = made;
  return &app->subscriptions[app->count++];
}

portal_subscription *portal_apps_subscription(const portal_hooked *app, int64_t id) {
  for (size_t i = 0; i < app->count; i++)
    if (app->subscriptions[i].id == id) return &app->subscriptions[i];
  return NULL;
}

void portal_apps_unsubscribe(portal_hooked *app, portal_subscription *subscription) {
  size_t behind = app->count - (size_t)(subscription - app->subscriptions) - 1;
  release(subscription);
  memmove(subscription, subscription + 1, behind * sizeof *subscription);
  app->count--;
}
