/* The routes under /portal, which exist only when they are asked for: what Lua's functions do, for other programs. */
#include <stdlib.h>

#include "portal/api/account/state.h"
#include "portal/api/handlers.h"

static bool refuse(portal_call *call, const tether_error *error) {
  return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "%s", error->text);
}

static bool answer_lines(portal_call *call, bool (*write)(portal_store *, tether_buffer *, tether_error *)) {
  tether_error error = {.code = TETHER_OK};
  if (!write(call->store, &call->answer->text.buffer, &error)) return refuse(call, &error);
  call->answer->type = "application/x-ndjson";
  call->answer->status = 200;
  return true;
}

static bool done(portal_call *call) {
  call->answer->status = 204;
  return true;
}

bool portal_admin_state(portal_call *call) { return answer_lines(call, portal_state_write); }

bool portal_admin_reports(portal_call *call) { return answer_lines(call, portal_state_reports); }

bool portal_admin_counters(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  tether_buffer *out = &call->answer->text.buffer;
  if (!portal_counters_write(&call->app->counters, call->store->linked, out, &error)) return refuse(call, &error);
  call->answer->status = 200;
  return true;
}

/* A line for each request that the log keeps. */
static bool write_log(const portal_log *log, tether_buffer *out, tether_error *error) {
  bool fine = true;
  for (size_t i = 0; fine && i < portal_log_count(log); i++) {
    portal_entry entry;
    if (!portal_log_copy(log, i, &entry)) return tether_fail(error, TETHER_NO_MEMORY, "no memory for the log");
    json_t *body = json_stringn(entry.body, entry.length); /* NULL: no UTF-8 */
    json_t *line = json_pack("{s:I, s:I, s:s, s:s, s:s, s:i, s:o*}", "number", (json_int_t)entry.number, "at_ms",
                             (json_int_t)entry.at_ms, "operation", entry.operation, "method", entry.method, "path",
                             entry.target, "status", entry.status, "body", body);
    char *text = line ? json_dumps(line, JSON_COMPACT) : NULL;
    fine = text ? tether_buffer_text(out, text, error) && tether_buffer_text(out, "\n", error)
                : tether_fail(error, TETHER_NO_MEMORY, "no memory for the log");
    free(text);
    json_decref(line);
    portal_entry_free(&entry);
  }
  return fine;
}

bool portal_admin_log(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  if (!write_log(call->app->log, &call->answer->text.buffer, &error)) return refuse(call, &error);
  call->answer->type = "application/x-ndjson";
  call->answer->status = 200;
  return true;
}

bool portal_admin_clear_log(portal_call *call) {
  portal_log_clear(call->app->log);
  return done(call);
}

bool portal_admin_seed(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  if (!portal_state_add(call->store, call->request->length ? call->request->body : "", call->request->length, 1,
                        &error))
    return refuse(call, &error);
  return done(call);
}

bool portal_admin_reset(portal_call *call) { return portal_state_clear(call->store) && done(call); }

bool portal_admin_fault(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  return portal_faults_add(call->app->faults, call->json, &error) ? done(call) : refuse(call, &error);
}

bool portal_admin_clear_faults(portal_call *call) {
  portal_faults_clear(call->app->faults);
  return done(call);
}

/* { "labels": "append", "page": 100 } */
bool portal_admin_switches(portal_call *call) {
  tether_error error = {.code = TETHER_OK};
  const char *name;
  json_t *value;
  json_object_foreach(call->json, name, value) {
    char *number = json_is_string(value) ? NULL : json_dumps(value, JSON_ENCODE_ANY);
    const char *text = json_is_string(value) ? json_string_value(value) : number;
    bool fine = text && portal_switches_set(call->store->switches, name, text, &error);
    free(number);
    if (!fine) return refuse(call, &error);
  }
  portal_hooks_set(call->app->hooks, call->store);
  return done(call);
}

static const double FORWARD_MOST_MS = 1e15;

/* { "ms": since 1970 } or { "advance": seconds } */
bool portal_admin_clock(portal_call *call) {
  const json_t *ms = json_object_get(call->json, "ms"), *seconds = json_object_get(call->json, "advance");
  int64_t now = portal_now_ms(&call->store->clock);
  double more = json_number_value(seconds) * 1000;
  tether_error error = {.code = TETHER_OK};
  if (more < -FORWARD_MOST_MS || more > FORWARD_MOST_MS) more = FORWARD_MOST_MS; /* far behind the clock's end */
  now += (int64_t)more;
  if (json_is_integer(ms)) now = json_integer_value(ms);
  if (!portal_set_clock(&call->store->clock, now, &error)) return refuse(call, &error);
  portal_hooks_set(call->app->hooks, call->store);
  return done(call);
}
