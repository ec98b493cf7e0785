/* Any bytes, sent to a portal as requests one after the other: it answers each, and keeps both directions of every
 * link.
 *
 * The bytes are "METHOD target\nbody", separated by NUL. The admin routes are open, so that seeding, switches and
 * faults are reached as well. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/account/state.h"
#include "portal/http/app.h"
#include "portal/store/links.h"

static const char account[] =
    "{\"kind\":\"schema\",\"name\":\"pet\",\"number\":33}\n"
    "{\"kind\":\"record\",\"type\":\"contacts\",\"id\":\"101\",\"properties\":{\"email\":\"j@example.com\"}}\n"
    "{\"kind\":\"record\",\"type\":\"contacts\",\"id\":\"102\"}\n{\"kind\":\"record\",\"type\":\"2-33\",\"id\":\"7\"}\n"
    "{\"kind\":\"record\",\"type\":\"companies\",\"id\":\"9001\"}\n"
    "{\"kind\":\"label\",\"from\":\"contacts\",\"to\":\"companies\",\"label\":\"Boss\",\"inverseLabel\":\"Staff\","
    "\"id\":42,\"inverseId\":43}\n"
    "{\"kind\":\"link\",\"from\":\"contacts\",\"fromId\":101,\"to\":\"companies\",\"toId\":9001,\"types\":[\"Boss\"]}";

static portal_app *fresh_app(void) {
  static portal_app *app;
  static const portal_settings settings = {.path = ":memory:", .token = "t", .admin = true};
  tether_error error;
  if (!app) app = portal_app_open(&settings, &error);
  if (!app || !portal_state_reset(&app->store, &error)) abort();
  portal_switches_reset(app->store.switches);
  portal_faults_clear(app->faults);
  portal_log_clear(app->log);
  portal_set_clock(&app->store.clock, 1772427600000, &error);
  if (!portal_state_read(&app->store, account, strlen(account), &error)) abort();
  return app;
}

static void send_one(portal_app *app, char *text, size_t length) {
  char *line = memchr(text, '\n', length), *end = line ? line : text + length, *blank = memchr(text, ' ', length);
  if (!blank || blank > end) return;
  *blank = *end = '\0';
  portal_request request = {.method = text,
                            .target = blank + 1,
                            .body = line ? line + 1 : "",
                            .length = line ? length - (size_t)(line + 1 - text) : 0,
                            .headers = {{"Authorization", "Bearer t"}, {"Accept", "application/json"}},
                            .header_count = 2};
  portal_answer answer;
  if (!portal_app_refuses(app, &request)) {
    portal_app_answer(app, &request, &answer);
    if (answer.status < 200 || answer.status > 599 || answer.text.failed) abort();
    portal_answer_free(&answer);
  }
  portal_request_free(&request);
}

static uint32_t set_back(const portal_store *store, const portal_targets *targets, int64_t target) {
  portal_ends back = {.from = targets->to, .to = targets->from, .a = target, .b = targets->record};
  return portal_graph_set(store->graph, back);
}

/* The targets stand in order, as many as are counted, and each link on both sides, with the inverse types. */
static int64_t check_targets(portal_store *store, const portal_targets *targets) {
  portal_place place = portal_targets_above(targets, 0);
  int64_t target = 0, last = 0, count = 0;
  uint32_t number;
  for (; portal_targets_next(&place, &target, &number); last = target, count++) {
    const portal_set *set = portal_links_types(store, number);
    if (target <= last || number == 0 || portal_targets_set(targets, target) != number) abort();
    for (size_t i = 0; i < set->count; i++) {
      if (!set->types[i]) abort();
      int64_t inverse = set->types[i]->inverse;
      if (inverse && !portal_sets_has(store->sets, set_back(store, targets, target), inverse)) abort();
    }
  }
  if (count != targets->count) abort();
  return count;
}

/* How many links there are is counted right: in all, by direction, by set. */
static void check_links(portal_app *app) {
  portal_store *store = &app->store;
  const portal_targets *targets;
  size_t directions;
  int64_t count = 0, by_set = 0, by_direction = 0;
  for (size_t place = 0; (targets = portal_graph_each(store->graph, &place));) count += check_targets(store, targets);
  for (uint32_t set = 1; set < portal_sets_count(store->sets); set++) by_set += portal_graph_uses(store->graph, set);
  const portal_direction *ways = portal_graph_directions(store->graph, &directions);
  for (size_t i = 0; i < directions; i++) by_direction += ways[i].links;
  if (count != portal_graph_count(store->graph) || count != by_set || count != by_direction) abort();
  if (tether_sql_failed(store->sql, NULL)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  portal_app *app = fresh_app();
  char *text = malloc(length + 1);
  if (!text) return 0;
  memcpy(text, data, length);
  text[length] = '\0';
  for (size_t at = 0; at < length;) {
    size_t size = strnlen(text + at, length - at);
    send_one(app, text + at, size);
    at += size + 1;
  }
  check_links(app);
  free(text);
  return 0;
}
