#include "portal/hooks/hooks.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "portal/hooks/apps.h"
#include "portal/hooks/event.h"
#include "portal/hooks/journal.h"
#include "portal/hooks/sender.h"
#include "portal/hooks/settings.h"
#include "portal/hooks/shown.h"
#include "portal/hooks/sign.h"

struct portal_hooks {
  pthread_mutex_t lock; /* around everything but the last two */
  portal_apps apps;
  portal_journal journal;
  portal_clock clock;
  size_t batch_most;
  int64_t timeout_ms;
  int64_t next_event, next_delivery;
  portal_gifts gifts;
  portal_sender *sender; /* NULL: nobody has an address yet. Set under the store's owner's lock */
};

/* A delivery on its way. */
typedef struct outgoing {
  portal_post post; /* first: the sender hands this one back */
  portal_delivery *delivery;
  int64_t serial, app; /* of the app, which may be gone when it comes back */
} outgoing;

static void lock(portal_hooks *hooks) { pthread_mutex_lock(&hooks->lock); }
static void unlock(portal_hooks *hooks) { pthread_mutex_unlock(&hooks->lock); }

/* -- sending ------------------------------------------------------------------------------------------------------ */

static void free_outgoing(outgoing *request) {
  tether_buffer_free(&request->post.headers);
  tether_buffer_free(&request->post.body);
  free(request->post.url);
  free(request);
}

/* Receivers compare the time of a signature with their own clock. So it is the machine's time, whatever the portal's
 * is. */
static bool write_request(portal_hooks *hooks, const portal_hooked *app, outgoing *request) {
  tether_error error;
  portal_post *post = &request->post;
  static const char type[] = "Content-Type: application/json", expect[] = "Expect:";
  tether_buffer_init(&post->headers, TETHER_CEILING_PATH * 4);
  tether_buffer_init(&post->body, TETHER_CEILING_ANSWER);
  post->url = strdup(app->url);
  post->anywhere = app->told;
  post->timeout_ms = hooks->timeout_ms;
  if (!post->url || !portal_delivery_write(request->delivery, &post->body, &error)) return false;
  const char *secret = app->secret ? app->secret : hooks->gifts.secret;
  portal_signed what = {.secret = secret,
                        .method = "POST",
                        .url = app->url,
                        .body = {post->body.data, post->body.length},
                        .at_ms = tether_clock_wall_ms()};
  return tether_buffer_add(&post->headers, type, sizeof type, &error) &&
         tether_buffer_add(&post->headers, expect, sizeof expect, &error) &&
         portal_sign(&what, app->versions, &post->headers, &error);
}

/* The next request of an app. NULL: none now; for want of memory the delivery counts as one that failed. */
static portal_post *next_of(portal_hooks *hooks, portal_hooked *app, int64_t now_ms) {
  portal_delivery *delivery = portal_queue_next(&app->queue, now_ms, hooks->batch_most);
  if (!delivery) return NULL;
  if (!delivery->number) delivery->number = ++hooks->next_delivery;
  outgoing *request = calloc(1, sizeof *request);
  if (request) {
    request->delivery = delivery;
    request->serial = app->serial;
    request->app = app->id;
    if (write_request(hooks, app, request)) return &request->post;
    free_outgoing(request);
  }
  portal_queue_settle(&app->queue, delivery, false, now_ms);
  return NULL;
}

static portal_post *next(void *context, int64_t *wait_ms) {
  portal_hooks *hooks = context;
  portal_post *post = NULL;
  int64_t due = INT64_MAX;
  lock(hooks);
  int64_t now_ms = portal_now_ms(&hooks->clock);
  for (size_t i = 0; i < hooks->apps.count && !post; i++) {
    portal_hooked *app = hooks->apps.list[i];
    if (app->url && app->queue.under_way < app->concurrent) post = next_of(hooks, app, now_ms);
    int64_t again = portal_queue_due(&app->queue);
    if (again < due) due = again;
  }
  if (!post && due != INT64_MAX && due - now_ms < *wait_ms) *wait_ms = due > now_ms ? due - now_ms : 0;
  unlock(hooks);
  return post;
}

static void settle(void *context, portal_post *post, int status, const char *problem) {
  portal_hooks *hooks = context;
  outgoing *request = (outgoing *)post;
  portal_delivery *delivery = request->delivery;
  lock(hooks);
  portal_hooked *app = portal_apps_by_serial(&hooks->apps, request->serial);
  portal_attempt entry = {.delivery = delivery->number,
                          .app = request->app,
                          .at_ms = portal_now_ms(&hooks->clock),
                          .took_ms = post->took_ms,
                          .attempt = delivery->attempt,
                          .status = status,
                          .events = delivery->count,
                          .problem = (char *)problem,
                          .url = post->url,
                          .body = post->body.data,
                          .length = post->body.length};
  if (app)
    entry.next_ms = portal_queue_settle(&app->queue, delivery, status >= 200 && status < 300, entry.at_ms);
  else
    portal_delivery_free(delivery);
  portal_journal_add(&hooks->journal, &entry);
  unlock(hooks);
  free_outgoing(request);
}

/* -- opening ------------------------------------------------------------------------------------------------------ */

portal_hooks *portal_hooks_new(const char *secret, const char *hosts) {
  portal_hooks *hooks = calloc(1, sizeof *hooks);
  if (!hooks) return NULL;
  pthread_mutex_init(&hooks->lock, NULL);
  hooks->batch_most = 100;
  hooks->timeout_ms = 5000;
  hooks->gifts.secret = secret ? strdup(secret) : NULL;
  hooks->gifts.hosts = hosts ? strdup(hosts) : NULL;
  if ((!secret || hooks->gifts.secret) && (!hosts || hooks->gifts.hosts)) return hooks;
  portal_hooks_free(hooks);
  return NULL;
}

void portal_hooks_free(portal_hooks *hooks) {
  if (!hooks) return;
  portal_sender_close(hooks->sender);
  portal_apps_clear(&hooks->apps);
  portal_journal_clear(&hooks->journal);
  if (hooks->gifts.secret) explicit_bzero(hooks->gifts.secret, strlen(hooks->gifts.secret));
  free(hooks->gifts.secret);
  free(hooks->gifts.hosts);
  pthread_mutex_destroy(&hooks->lock);
  free(hooks);
}

/* The thread starts with the first address. */
static bool start(portal_hooks *hooks, const portal_store *store, portal_problem *problem) {
  tether_error error;
  portal_hooks_set(hooks, store);
  if (!hooks->sender)
    hooks->sender = portal_sender_open(&(portal_sender_host){.context = hooks, .next = next, .settle = settle}, &error);
  return hooks->sender || portal_refuse(problem, 500, NULL, "%s", error.text);
}

void portal_hooks_set(portal_hooks *hooks, const portal_store *store) {
  lock(hooks);
  int64_t most = store->switches[PORTAL_WEBHOOK_BATCH];
  hooks->clock = store->clock;
  hooks->batch_most = most < 100 ? (size_t)most : 100;
  hooks->timeout_ms = store->switches[PORTAL_WEBHOOK_TIMEOUT] * 1000;
  unlock(hooks);
  portal_sender_wake(hooks->sender);
}

/* -- telling ------------------------------------------------------------------------------------------------------ */

bool portal_hooks_listen(portal_hooks *hooks) {
  if (!hooks->sender) return false;
  lock(hooks);
  bool listen = portal_apps_listen(&hooks->apps);
  unlock(hooks);
  return listen;
}

static void tell_one(portal_hooks *hooks, portal_store *store, portal_hooked *app, const portal_noted *change) {
  for (size_t i = 0; i < app->count; i++) {
    const portal_subscription *entry = &app->subscriptions[i];
    if (!entry->active || !portal_wish_meets(&entry->wish, entry->property, store, change)) continue;
    portal_address address = {.event = ++hooks->next_event,
                              .subscription = entry->id,
                              .app = app->id,
                              .event_type = entry->event_type,
                              .general = entry->wish.general};
    portal_queue_add(&app->queue, portal_event_text(store, &address, change));
  }
}

void portal_hooks_tell(portal_hooks *hooks, portal_store *store) {
  const portal_changes *changes = &store->changes;
  if (!changes->count) return;
  lock(hooks);
  for (size_t i = 0; i < hooks->apps.count; i++) {
    portal_hooked *app = hooks->apps.list[i];
    for (size_t k = 0; app->url && k < changes->count; k++) tell_one(hooks, store, app, &changes->list[k]);
    app->queue.dropped += (int64_t)changes->lost;
  }
  unlock(hooks);
  portal_sender_wake(hooks->sender);
}

/* -- settings and subscriptions ----------------------------------------------------------------------------------- */

static portal_hooked *find(portal_hooks *hooks, int64_t id, portal_problem *problem) {
  portal_hooked *app = portal_apps_find(&hooks->apps, id);
  if (!app) portal_refuse(problem, 404, "OBJECT_NOT_FOUND", "There are no webhook settings of app %lld", (long long)id);
  return app;
}

json_t *portal_hooks_settings(portal_hooks *hooks, int64_t app_id, portal_problem *problem) {
  lock(hooks);
  const portal_hooked *app = find(hooks, app_id, problem);
  json_t *shown = app && app->url ? portal_show_settings(app) : NULL;
  if (app && !shown) portal_refuse(problem, 404, "OBJECT_NOT_FOUND", "App %lld has no targetUrl", (long long)app_id);
  unlock(hooks);
  return shown;
}

json_t *portal_hooks_put_settings(portal_hooks *hooks, portal_store *store, int64_t app_id, const json_t *settings,
                                  portal_problem *problem) {
  if (!start(hooks, store, problem)) return NULL;
  lock(hooks);
  int64_t now_ms = portal_now_ms(&store->clock);
  portal_settings_read read;
  bool fine = portal_settings_check(settings, portal_apps_find(&hooks->apps, app_id), &hooks->gifts, &read, problem);
  portal_hooked *app = fine ? portal_apps_take(&hooks->apps, app_id, now_ms) : NULL;
  fine = fine && portal_settings_apply(app, &read, now_ms, problem);
  json_t *shown = fine ? portal_show_settings(app) : NULL;
  unlock(hooks);
  return shown;
}

bool portal_hooks_remove(portal_hooks *hooks, int64_t app_id) {
  lock(hooks);
  portal_hooked *app = portal_apps_find(&hooks->apps, app_id);
  if (app) portal_apps_remove(&hooks->apps, app);
  unlock(hooks);
  return app != NULL;
}

json_t *portal_hooks_subscriptions(portal_hooks *hooks, int64_t app_id, int64_t id, portal_problem *problem) {
  lock(hooks);
  const portal_hooked *app = find(hooks, app_id, problem);
  json_t *shown = NULL;
  if (app && id == 0) shown = portal_show_subscriptions(app);
  const portal_subscription *subscription = app && id ? portal_apps_subscription(app, id) : NULL;
  if (subscription) shown = portal_show_subscription(subscription);
  if (app && !shown) portal_refuse(problem, 404, "OBJECT_NOT_FOUND", "There is no such subscription");
  unlock(hooks);
  return shown;
}

json_t *portal_hooks_subscribe(portal_hooks *hooks, portal_store *store, int64_t app_id, const json_t *wanted,
                               portal_problem *problem) {
  portal_subscription read;
  if (!portal_subscription_check(store, wanted, &read, problem)) return NULL;
  lock(hooks);
  portal_hooked *app = portal_apps_take(&hooks->apps, app_id, portal_now_ms(&store->clock));
  const portal_subscription *made = app ? portal_apps_subscribe(&hooks->apps, app, &read, problem) : NULL;
  if (!app) portal_refuse(problem, 400, "VALIDATION_ERROR", "There are at most %d apps", PORTAL_APPS_MOST);
  json_t *shown = made ? portal_show_subscription(made) : NULL;
  unlock(hooks);
  return shown;
}

json_t *portal_hooks_activate(portal_hooks *hooks, portal_store *store, int64_t app_id, int64_t id, bool active,
                              portal_problem *problem) {
  lock(hooks);
  const portal_hooked *app = find(hooks, app_id, problem);
  portal_subscription *subscription = app ? portal_apps_subscription(app, id) : NULL;
  if (app && !subscription) portal_refuse(problem, 404, "OBJECT_NOT_FOUND", "There is no such subscription");
  if (subscription) {
    subscription->active = active;
    subscription->updated_ms = portal_now_ms(&store->clock);
  }
  json_t *shown = subscription ? portal_show_subscription(subscription) : NULL;
  unlock(hooks);
  return shown;
}

bool portal_hooks_unsubscribe(portal_hooks *hooks, int64_t app_id, int64_t id) {
  lock(hooks);
  portal_hooked *app = portal_apps_find(&hooks->apps, app_id);
  portal_subscription *subscription = app ? portal_apps_subscription(app, id) : NULL;
  if (subscription) portal_apps_unsubscribe(app, subscription);
  unlock(hooks);
  return subscription != NULL;
}

/* -- for tests ---------------------------------------------------------------------------------------------------- */

static bool subscribe_all(portal_hooks *hooks, portal_hooked *app, portal_subscription *list, size_t count, json_t *ids,
                          portal_problem *problem) {
  for (size_t i = 0; i < count; i++) {
    const portal_subscription *made = portal_apps_subscribe(&hooks->apps, app, &list[i], problem);
    if (!made) return false;
    json_array_append_new(ids, json_integer(made->id));
  }
  return true;
}

static json_t *set_up(portal_hooks *hooks, portal_store *store, const json_t *wanted, portal_subscription *list,
                      size_t count, portal_problem *problem) {
  const json_t *number = json_object_get(wanted, "app");
  int64_t id = number ? json_integer_value(number) : 1, now_ms = portal_now_ms(&store->clock);
  portal_settings_read read;
  if (id <= 0) {
    portal_refuse(problem, 400, "VALIDATION_ERROR", "app: an id above 0 is needed");
    return NULL;
  }
  lock(hooks);
  json_t *ids = json_array();
  portal_hooked *app = portal_apps_find(&hooks->apps, id);
  bool fine = portal_settings_check(wanted, app, &hooks->gifts, &read, problem);
  app = fine ? portal_apps_take(&hooks->apps, id, now_ms) : NULL;
  fine = fine && portal_settings_apply(app, &read, now_ms, problem) &&
         subscribe_all(hooks, app, list, count, ids, problem);
  unlock(hooks);
  if (fine) return ids;
  json_decref(ids);
  return NULL;
}

json_t *portal_hooks_set_up(portal_hooks *hooks, portal_store *store, const json_t *wanted, portal_problem *problem) {
  const json_t *events = json_object_get(wanted, "events");
  size_t count = json_array_size(events);
  if (count == 0 || count > PORTAL_SUBSCRIPTIONS_MOST) {
    portal_refuse(problem, 400, "VALIDATION_ERROR", "events: 1 to %d event types are needed",
                  PORTAL_SUBSCRIPTIONS_MOST);
    return NULL;
  }
  portal_subscription *list = calloc(count, sizeof *list);
  json_t *ids = NULL;
  bool fine = list || portal_refuse(problem, 500, NULL, "no memory");
  for (size_t i = 0; fine && i < count; i++)
    fine = portal_subscription_check(store, json_array_get(events, i), &list[i], problem);
  if (fine && start(hooks, store, problem)) ids = set_up(hooks, store, wanted, list, count, problem);
  free(list);
  return ids;
}

void portal_hooks_clear(portal_hooks *hooks) {
  lock(hooks);
  portal_apps_clear(&hooks->apps);
  portal_journal_clear(&hooks->journal);
  unlock(hooks);
}

json_t *portal_hooks_state(portal_hooks *hooks) {
  lock(hooks);
  json_t *apps = json_array();
  for (size_t i = 0; apps && i < hooks->apps.count; i++)
    json_array_append_new(apps, portal_show_app(hooks->apps.list[i]));
  unlock(hooks);
  return json_pack("{s:o}", "apps", apps);
}

bool portal_hooks_log(portal_hooks *hooks, tether_buffer *out, tether_error *error) {
  lock(hooks);
  bool fine = portal_journal_write(&hooks->journal, out, error);
  unlock(hooks);
  return fine;
}

void portal_hooks_clear_log(portal_hooks *hooks) {
  lock(hooks);
  portal_journal_clear(&hooks->journal);
  unlock(hooks);
}
