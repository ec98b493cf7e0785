#include "portal/call.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/id.h"

static void fill(portal_call *call, int status, const char *category, const char *format, va_list arguments) {
  portal_problem_clear(&call->problem);
  call->problem.status = status;
  call->problem.category = category;
  vsnprintf(call->problem.message, sizeof call->problem.message, format, arguments);
}

bool portal_refuse(portal_call *call, int status, const char *category, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(call, status, category, format, arguments);
  va_end(arguments);
  return false;
}

bool portal_invalid(portal_call *call, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fill(call, 400, "VALIDATION_ERROR", format, arguments);
  va_end(arguments);
  return false;
}

bool portal_context(portal_call *call, const char *key, const char *format, ...) {
  char text[300];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (!call->problem.context) call->problem.context = json_object();
  json_t *list = json_object_get(call->problem.context, key);
  if (!list) {
    list = json_array();
    json_object_set_new(call->problem.context, key, list);
  }
  json_array_append_new(list, json_string(text));
  return false;
}

json_t *portal_problem_json(const portal_problem *problem) {
  json_t *json = json_pack("{s:s, s:s}", "status", "error", "message", problem->message);
  if (problem->category) json_object_set_new(json, "category", json_string(problem->category));
  if (problem->sub_category) json_object_set_new(json, "subCategory", json_string(problem->sub_category));
  if (problem->context) json_object_set(json, "context", problem->context);
  return json;
}

void portal_problem_clear(portal_problem *problem) {
  json_decref(problem->context);
  *problem = (portal_problem){0};
}

bool portal_done(portal_call *call, int status, json_t *result) {
  call->status = status;
  call->result = result;
  return true;
}

static bool check_inputs(portal_call *call, size_t ceiling, json_t **inputs) {
  if (!json_is_object(call->body))
    return portal_refuse(call, 400, NULL,
                         "Invalid input JSON on line 1, column 1: Cannot deserialize value of type "
                         "`BatchInput` from this value");
  *inputs = json_object_get(call->body, "inputs");
  if (!json_is_array(*inputs))
    return portal_invalid(call, "Invalid input JSON on line 1, column 1. Some required fields were not set: [inputs]");
  if (json_array_size(*inputs) > ceiling)
    return portal_invalid(call,
                          "The maximum number of inputs supported in a batch is %zu. Please reduce the number of "
                          "items and try again",
                          ceiling);
  return true;
}

/* False: the problem is of the whole request. */
static bool run_inputs(portal_call *call, json_t *inputs, portal_input *each, json_t *results, json_t *errors) {
  size_t index;
  json_t *input;
  json_array_foreach(inputs, index, input) {
    portal_store_mark(call->store);
    bool good = each(call, input, results);
    portal_store_unmark(call->store, good);
    if (good) continue;
    if (!call->problem.row) return false;
    json_array_append_new(errors, portal_problem_json(&call->problem));
    portal_problem_clear(&call->problem);
  }
  return true;
}

bool portal_batch(portal_call *call, size_t ceiling, portal_input *each, int good, int mixed) {
  json_t *inputs;
  if (!check_inputs(call, ceiling, &inputs)) return false;
  json_t *results = json_array(), *errors = json_array();
  bool done = run_inputs(call, inputs, each, results, errors);
  size_t failed = json_array_size(errors);
  if (done && good == 204 && failed == 0) {
    portal_done(call, 204, NULL);
  } else if (done) {
    json_t *envelope = json_pack("{s:s, s:O}", "status", "COMPLETE", "results", results);
    portal_set_time(envelope, "startedAt", call->now_ms);
    portal_set_time(envelope, "completedAt", tether_clock_wall_ms());
    if (failed) {
      json_object_set_new(envelope, "numErrors", json_integer((json_int_t)failed));
      json_object_set(envelope, "errors", errors);
    }
    portal_done(call, failed ? mixed : good, envelope);
  }
  json_decref(results);
  json_decref(errors);
  return done;
}

bool portal_read_id(portal_call *call, const json_t *holder, int64_t *id) {
  const json_t *value = json_object_get(holder, "id");
  if (!value) return portal_invalid(call, "Invalid input JSON. Some required fields were not set: [id]");
  if (json_is_integer(value) && json_integer_value(value) > 0) {
    *id = json_integer_value(value);
    return true;
  }
  if (json_is_string(value) && tether_id_parse(json_string_value(value), json_string_length(value), id)) return true;
  return portal_invalid(call, "Object not found.  objectId are usually numeric.");
}

void portal_set_id(json_t *object, const char *key, int64_t id) {
  char text[TETHER_ID_DIGITS + 1];
  text[tether_id_format(id, text)] = '\0';
  json_object_set_new(object, key, json_string(text));
}

void portal_set_time(json_t *object, const char *key, int64_t ms) {
  char text[TETHER_CLOCK_ISO];
  tether_clock_iso(ms, text);
  json_object_set_new(object, key, json_string(text));
}
