/* Any bytes, sent to a portal as requests one after the other: it answers each, and keeps both directions of every
 * link.
 *
 * The bytes are "METHOD target\nbody", separated by NUL. The admin routes are open, so that seeding, switches and
 * faults are reached as well. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/account/state.h"
#include "portal/http/app.h"

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
  portal_set_clock(&app->store.clock, 1772427600000);
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

/* Every link stands on both sides, with the inverse type, and the tally agrees with the rows. */
static void check_links(portal_app *app) {
  sqlite3_stmt *rows = tether_sql_query(app->store.sql, "SELECT from_id, to_id, type FROM links", "");
  while (tether_sql_next(app->store.sql, rows)) {
    const portal_type *type = portal_catalog_type(app->store.catalog, sqlite3_column_int64(rows, 2));
    int64_t a = sqlite3_column_int64(rows, 0), b = sqlite3_column_int64(rows, 1);
    if (!type) abort();
    if (type->inverse &&
        !tether_sql_number(app->store.sql, 0, "SELECT 1 FROM links WHERE from_id = ? AND to_id = ? AND type = ?", "iii",
                           b, a, type->inverse))
      abort();
    int64_t count = tether_sql_number(app->store.sql, 0, "SELECT count(*) FROM links WHERE from_id = ? AND type = ?",
                                      "ii", a, type->key);
    if (count != portal_tally_count(app->store.tally, type->key, a)) abort();
  }
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
