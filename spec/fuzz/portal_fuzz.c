/* Any bytes, sent to a portal as requests one after the other: it answers each, and keeps both directions of every
 * link.
 *
 * The bytes are "METHOD target\nbody", separated by NUL. The page and the admin routes are open, so that seeding,
 * switches, faults and snapshots are reached as well. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/account/state.h"
#include "portal/api/snapshots/snapshots.h"
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
  static const portal_settings settings = {.path = ":memory:", .token = "t", .page = true};
  tether_error error;
  if (!app) app = portal_app_open(&settings, &error);
  if (app) portal_snapshots_free(app->snapshots);
  if (app) app->snapshots = portal_snapshots_new();
  if (!app || !app->snapshots || !portal_state_reset(&app->store, &error)) abort();
  portal_switches_reset(app->store.switches);
  portal_faults_clear(app->faults);
  portal_log_clear(app->log);
  portal_set_clock(&app->store.clock, 1772427600000, &error);
  portal_store_begin(&app->store);
  if (!portal_state_add(&app->store, account, strlen(account), 1, &error)) abort();
  if (!portal_store_commit(&app->store)) abort();
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

/* What is counted while the graph is walked. */
typedef struct tally {
  portal_store *store;
  const portal_way *way;
  int64_t links;  /* in directions */
  int64_t labels; /* of them, each label by itself */
  int64_t marked; /* links in the ways of labels */
} tally;

static uint32_t set_back(const tally *all, int64_t record, int64_t target) {
  portal_ends back = {.from = all->way->to, .to = all->way->from, .from_id = target, .to_id = record};
  return portal_graph_set(all->store->graph, back);
}

/* The link stands on both sides, with the inverse types. */
static void check_link(tally *all, int64_t record, int64_t target, uint32_t number) {
  const portal_set *set = portal_links_types(all->store, number);
  for (size_t i = 0; i < set->count; i++) {
    if (!set->types[i]) abort();
    int64_t inverse = set->types[i]->inverse;
    if (inverse && !portal_sets_has(all->store->sets, set_back(all, record, target), inverse)) abort();
  }
  all->links++;
  all->labels += (int64_t)set->label_count;
}

static void check_label(tally *all, int64_t record, int64_t target) {
  portal_ends ends = {.from = all->way->from, .to = all->way->to, .from_id = record, .to_id = target};
  if (!portal_sets_has(all->store->sets, portal_graph_set(all->store->graph, ends), all->way->key)) abort();
  all->marked++;
}

/* The targets stand in order, as many as are counted. */
static int64_t check_targets(tally *all, const portal_targets *targets) {
  portal_place place = portal_targets_above(targets, 0);
  int64_t target = 0, last = 0, count = 0;
  uint32_t number;
  for (; portal_targets_next(&place, &target, &number); last = target, count++) {
    if (target <= last || number == 0 || portal_targets_set(targets, target) != number) abort();
    if (all->way->key)
      check_label(all, targets->record, target);
    else
      check_link(all, targets->record, target, number);
  }
  if (count != targets->count) abort();
  return count;
}

/* Records stand in the order of how many targets they have. */
static void check_way(tally *all, uint32_t number) {
  const portal_graph *graph = all->store->graph;
  const portal_targets *targets;
  int64_t count = 0, most = INT64_MAX;
  for (uint32_t rank = 0; (targets = portal_graph_ranked(graph, number, rank)); rank++) {
    int64_t degree = check_targets(all, targets);
    if (degree == 0 || degree > most) abort();
    most = degree;
    count += degree;
  }
  if (count != all->way->links) abort();
}

/* How many links there are is counted right: in all, by direction, by label. */
static void check_links(portal_app *app) {
  tally all = {.store = &app->store};
  uint32_t count;
  portal_graph_ways(app->store.graph, &count);
  for (uint32_t i = 0; i < count; i++) {
    all.way = &portal_graph_ways(app->store.graph, &count)[i];
    check_way(&all, i);
  }
  if (all.links != portal_graph_count(app->store.graph) || all.labels != all.marked) abort();
  if (tether_sql_failed(app->store.sql, NULL)) abort();
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
