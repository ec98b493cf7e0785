#include "portal/lab/faults.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "portal/lab/refusals.h"

struct portal_fault {
  json_t *rule; /* owned: the texts below live in it */
  const char *operation, *method, *path, *refusal;
  int64_t nth, times, met, struck;
  double probability; /* 0: always */
  uint64_t random;
  int status; /* 0: the real answer */
  bool applied, html, truncate, malformed;
  portal_effect effect;
};

struct portal_faults {
  portal_fault *list;
  size_t count;
};

portal_faults *portal_faults_new(void) { return calloc(1, sizeof(portal_faults)); }

void portal_faults_free(portal_faults *faults) {
  if (faults) portal_faults_clear(faults);
  free(faults);
}

void portal_faults_clear(portal_faults *faults) {
  for (size_t i = 0; i < faults->count; i++) json_decref(faults->list[i].rule);
  free(faults->list);
  *faults = (portal_faults){.count = 0};
}

bool portal_faults_empty(const portal_faults *faults) { return faults->count == 0; }

/* -- reading a rule ----------------------------------------------------------------------------------------------- */

static const struct {
  const char *name;
  char kind; /* s text, n number of at least 0, b boolean, o object, x anything */
} fields[] = {{"operation", 's'}, {"method", 's'},      {"path", 's'},   {"nth", 'n'},    {"times", 'n'},
              {"seed", 'n'},      {"probability", 'n'}, {"status", 'n'}, {"body", 'x'},   {"headers", 'o'},
              {"html", 'b'},      {"applied", 'b'},     {"delay", 'n'},  {"reset", 's'},  {"truncate", 'b'},
              {"malformed", 'b'}, {"trickle", 'n'},     {"chunk", 'n'},  {"refusal", 's'}};

static bool fits(const json_t *value, char kind) {
  switch (kind) {
  case 's':
    return json_is_string(value);
  case 'n':
    return json_is_number(value) && json_number_value(value) >= 0;
  case 'b':
    return json_is_boolean(value);
  case 'o':
    return json_is_object(value);
  default:
    return true;
  }
}

static bool check_fields(const json_t *rule, tether_error *error) {
  const char *name;
  json_t *value;
  if (!json_is_object(rule)) return tether_fail(error, TETHER_BAD_ARGUMENT, "a fault is a table of fields");
  json_object_foreach((json_t *)rule, name, value) {
    size_t i = 0, count = sizeof fields / sizeof *fields;
    while (i < count && strcmp(fields[i].name, name) != 0) i++;
    if (i == count) return tether_fail(error, TETHER_OPTION_UNKNOWN, "a fault has no field %.60s", name);
    if (!fits(value, fields[i].kind))
      return tether_fail(error, TETHER_BAD_ARGUMENT, "fault: %s has the wrong type of value", name);
  }
  return true;
}

static bool read_reset(const json_t *rule, portal_reset *reset, tether_error *error) {
  static const char *const names[] = {"", "before", "after", "middle"};
  const char *name = json_string_value(json_object_get(rule, "reset"));
  *reset = PORTAL_NO_RESET;
  for (int i = 1; name && i < 4; i++)
    if (strcmp(names[i], name) == 0) *reset = (portal_reset)i;
  return !name || *reset != PORTAL_NO_RESET ||
         tether_fail(error, TETHER_BAD_ARGUMENT, "fault: reset must be before, after or middle");
}

/* A refusal has a status of its own. */
static bool read_refusal(portal_fault *fault, tether_error *error) {
  if (!fault->refusal) return true;
  fault->status = portal_refusal_status(fault->refusal);
  return fault->status ||
         tether_fail(error, TETHER_BAD_ARGUMENT, "fault: refusal must be one of %s", portal_refusal_names());
}

static int64_t number(const json_t *rule, const char *name, int64_t otherwise) {
  const json_t *value = json_object_get(rule, name);
  return value ? (int64_t)json_number_value(value) : otherwise;
}

static int64_t milliseconds(const json_t *rule, const char *name) {
  double seconds = json_number_value(json_object_get(rule, name));
  return (int64_t)((seconds < 3600 ? seconds : 3600) * 1000);
}

bool portal_faults_add(portal_faults *faults, const json_t *rule, tether_error *error) {
  portal_fault fault = {.nth = number(rule, "nth", 0),
                        .status = (int)number(rule, "status", 0),
                        .probability = json_number_value(json_object_get(rule, "probability")),
                        .random = (uint64_t)number(rule, "seed", 1),
                        .operation = json_string_value(json_object_get(rule, "operation")),
                        .method = json_string_value(json_object_get(rule, "method")),
                        .path = json_string_value(json_object_get(rule, "path")),
                        .refusal = json_string_value(json_object_get(rule, "refusal")),
                        .applied = json_is_true(json_object_get(rule, "applied")),
                        .html = json_is_true(json_object_get(rule, "html")),
                        .truncate = json_is_true(json_object_get(rule, "truncate")),
                        .malformed = json_is_true(json_object_get(rule, "malformed")),
                        .effect = {.delay_ms = milliseconds(rule, "delay"),
                                   .trickle_ms = milliseconds(rule, "trickle"),
                                   .chunk = (size_t)number(rule, "chunk", 16)}};
  if (!check_fields(rule, error) || !read_reset(rule, &fault.effect.reset, error)) return false;
  if (!read_refusal(&fault, error)) return false;
  if (fault.html && !fault.status) fault.status = 502;
  if (fault.status && (fault.status < 200 || fault.status > 599))
    return tether_fail(error, TETHER_BAD_ARGUMENT, "fault: status must lie between 200 and 599");
  if (fault.effect.chunk == 0) fault.effect.chunk = 1;
  fault.times = number(rule, "times", fault.nth ? 1 : INT64_MAX);
  portal_fault *list = realloc(faults->list, (faults->count + 1) * sizeof *list);
  if (!list) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a fault");
  faults->list = list;
  fault.rule = json_incref((json_t *)rule);
  list[faults->count++] = fault;
  return true;
}

/* -- the rules as they stand --------------------------------------------------------------------------------------- */

/* The copy's texts live in a copy of the rule's JSON, because two portals may read them on two threads. */
static bool add_copy(portal_faults *into, const portal_fault *fault) {
  tether_error ignored;
  json_t *rule = json_deep_copy(fault->rule);
  bool fine = rule && portal_faults_add(into, rule, &ignored);
  json_decref(rule);
  if (!fine) return false;
  portal_fault *copy = &into->list[into->count - 1];
  copy->met = fault->met;
  copy->struck = fault->struck;
  copy->random = fault->random;
  return true;
}

portal_faults *portal_faults_copy(const portal_faults *faults) {
  portal_faults *copy = portal_faults_new();
  bool fine = copy;
  for (size_t i = 0; fine && i < faults->count; i++) fine = add_copy(copy, &faults->list[i]);
  if (fine) return copy;
  portal_faults_free(copy);
  return NULL;
}

bool portal_faults_remove(portal_faults *faults, size_t place) {
  if (place >= faults->count) return false;
  json_decref(faults->list[place].rule);
  faults->count--;
  memmove(&faults->list[place], &faults->list[place + 1], (faults->count - place) * sizeof *faults->list);
  return true;
}

json_t *portal_faults_json(const portal_faults *faults) {
  json_t *list = json_array();
  for (size_t i = 0; i < faults->count; i++) {
    const portal_fault *fault = &faults->list[i];
    json_array_append_new(list, json_pack("{s:O, s:I, s:I}", "rule", fault->rule, "met", (json_int_t)fault->met,
                                          "struck", (json_int_t)fault->struck));
  }
  return list;
}

/* -- striking ----------------------------------------------------------------------------------------------------- */

/* A number in [0, 1) that follows from the seed alone (splitmix64). */
static double next_random(uint64_t *state) {
  uint64_t z = (*state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static bool meets(const portal_fault *fault, const portal_request *request) {
  if (fault->method && strcmp(fault->method, request->method) != 0) return false;
  if (fault->path && fnmatch(fault->path, request->target, 0) != 0) return false;
  return !fault->operation || fnmatch(fault->operation, request->operation, 0) == 0;
}

static bool strikes(portal_fault *fault) {
  fault->met++;
  if (fault->met < fault->nth || fault->struck >= fault->times) return false;
  if (fault->probability > 0 && next_random(&fault->random) >= fault->probability) return false;
  fault->struck++;
  return true;
}

const portal_fault *portal_faults_strike(portal_faults *faults, const portal_request *request, bool early) {
  const portal_fault *struck = NULL;
  for (size_t i = 0; i < faults->count; i++) {
    portal_fault *fault = &faults->list[i];
    if ((fault->effect.reset == PORTAL_RESET_BEFORE) != early || !meets(fault, request)) continue;
    if (strikes(fault) && !struck) struck = fault;
  }
  return struck;
}

/* -- answers ------------------------------------------------------------------------------------------------------ */

bool portal_fault_answers(const portal_fault *fault) { return fault->status != 0; }

bool portal_fault_applies(const portal_fault *fault) { return !fault->status || fault->applied; }

static void add_headers(const portal_fault *fault, portal_answer *answer) {
  const char *name;
  json_t *value;
  json_object_foreach(json_object_get(fault->rule, "headers"), name, value) {
    if (json_is_string(value)) portal_answer_header(answer, name, "%s", json_string_value(value));
  }
}

static json_t *error_body(int status, const char *correlation) {
  portal_problem problem = {.status = 0};
  if (status == 429) {
    portal_refuse(&problem, status, NULL, "You have reached your ten_secondly_rolling limit.");
    problem.policy = "TEN_SECONDLY_ROLLING";
  } else {
    portal_refuse(&problem, status, NULL, status >= 500 ? "internal error" : "HTTP %d", status);
  }
  return portal_problem_body(&problem, correlation);
}

void portal_fault_answer(const portal_fault *fault, portal_answer *answer) {
  json_t *body = json_object_get(fault->rule, "body");
  portal_answer_reset(answer);
  answer->header_count = 0;
  answer->status = fault->status;
  add_headers(fault, answer);
  if (fault->html) {
    answer->type = "text/html;charset=utf-8";
    portal_put(&answer->text, "<html>\r\n<head><title>Bad Gateway</title></head>\r\n<body><center><h1>Bad Gateway</h1>"
                              "</center></body>\r\n</html>\r\n");
  } else if (fault->refusal) {
    portal_refusal_answer(fault->refusal, answer);
  } else if (json_is_string(body)) {
    portal_put(&answer->text, json_string_value(body));
  } else if (body) {
    answer->body = json_incref(body);
  } else if (fault->status != 204) {
    answer->body = error_body(fault->status, answer->correlation);
  }
}

void portal_fault_spoil(const portal_fault *fault, portal_answer *answer) {
  tether_buffer *text = &answer->text.buffer;
  if (fault->truncate) text->length /= 2;
  if (fault->malformed && text->length)
    text->data[text->length - 1] = ']'; /* an object that ends with a bracket is no JSON */
  answer->effect = fault->effect;
}
