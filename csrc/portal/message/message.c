#include "portal/message/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/id.h"
#include "base/utf8.h"

void portal_request_free(portal_request *request) {
  free(request->text);
  request->text = NULL;
  portal_form_free(&request->query);
}

const char *portal_query(const portal_request *request, const char *name) {
  return portal_form_value(&request->query, name);
}

const char *portal_header(const portal_request *request, const char *name) {
  for (size_t i = 0; i < request->header_count; i++)
    if (strcasecmp(request->headers[i].name, name) == 0) return request->headers[i].value;
  return NULL;
}

void portal_put_id(portal_writer *writer, int64_t id) {
  if (id > 0 && tether_buffer_id(&writer->buffer, id, NULL)) return;
  if (id > 0 || !tether_buffer_format(&writer->buffer, NULL, "%lld", (long long)id)) writer->failed = true;
}

/* Whether a text needs no escapes in JSON. */
static bool is_bare(const char *text) {
  for (; *text; text++)
    if (*text < ' ' || *text > '~' || *text == '"' || *text == '\\' || *text == '/') return false;
  return true;
}

void portal_put_string(portal_writer *writer, const char *text) {
  if (!text) {
    portal_put(writer, "null");
    return;
  }
  if (is_bare(text)) {
    portal_put(writer, "\"");
    portal_put(writer, text);
    portal_put(writer, "\"");
    return;
  }
  json_t *string = json_string_nocheck(text);
  char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;
  if (quoted)
    portal_put(writer, quoted);
  else
    writer->failed = true;
  free(quoted);
  json_decref(string);
}

void portal_answer_init(portal_answer *answer) {
  memset(answer, 0, sizeof *answer);
  tether_buffer_init(&answer->text.buffer, TETHER_CEILING_ANSWER);
}

void portal_answer_free(portal_answer *answer) {
  json_decref(answer->body);
  tether_buffer_free(&answer->text.buffer);
  portal_answer_init(answer);
}

void portal_answer_reset(portal_answer *answer) {
  json_decref(answer->body);
  answer->body = NULL;
  answer->type = NULL;
  tether_buffer_clear(&answer->text.buffer);
  answer->text.failed = false;
}

void portal_answer_header(portal_answer *answer, const char *name, const char *format, ...) {
  if (answer->header_count == PORTAL_ANSWER_HEADERS) return;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(answer->headers[answer->header_count].value, PORTAL_HEADER_VALUE, format, arguments);
  va_end(arguments);
  snprintf(answer->headers[answer->header_count++].name, PORTAL_HEADER_NAME, "%s", name);
}

bool portal_answer_render(portal_answer *answer) {
  if (!answer->body) return !answer->text.failed;
  char *text = json_dumps(answer->body, JSON_COMPACT);
  if (text)
    portal_put(&answer->text, text);
  else
    answer->text.failed = true;
  free(text);
  json_decref(answer->body);
  answer->body = NULL;
  return !answer->text.failed;
}

/* Replaces bytes that are no UTF-8: they come from the request, or from a text that was cut within a letter. JSON holds
 * UTF-8 alone, and the answer would have no body. */
static void readable(char *text) {
  size_t length = strlen(text);
  for (size_t at = 0; (at += tether_utf8_bad(text + at, length - at)) < length;) text[at] = '?';
}

bool portal_refuse(portal_problem *problem, int status, const char *category, const char *format, ...) {
  va_list arguments;
  portal_problem_clear(problem);
  problem->status = status;
  problem->category = category;
  va_start(arguments, format);
  vsnprintf(problem->message, sizeof problem->message, format, arguments);
  va_end(arguments);
  readable(problem->message);
  return false;
}

bool portal_wrong_type(portal_problem *problem, const char *wanted, const json_t *value) {
  static const char *const names[] = {"Object value (token `JsonToken.START_OBJECT`)",
                                      "Array value (token `JsonToken.START_ARRAY`)",
                                      "String value",
                                      "Integer value (token `JsonToken.VALUE_NUMBER_INT`)",
                                      "Floating-point value (token `JsonToken.VALUE_NUMBER_FLOAT`)",
                                      "Boolean value (token `JsonToken.VALUE_TRUE`)",
                                      "Boolean value (token `JsonToken.VALUE_FALSE`)",
                                      "Null value (token `JsonToken.VALUE_NULL`)"};
  return portal_refuse(problem, 400, NULL,
                       "Invalid input JSON on line 1, column 1: Cannot deserialize value of type `%s` from %s", wanted,
                       value ? names[json_typeof(value)] : "Null value (token `JsonToken.VALUE_NULL`)");
}

void portal_tell(portal_problem *problem, const char *key, const char *format, ...) {
  char text[600];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  if (!problem->context) problem->context = json_object();
  json_t *list = json_object_get(problem->context, key);
  if (!list) {
    list = json_array();
    json_object_set_new(problem->context, key, list);
  }
  json_array_append_new(list, json_string(text));
}

void portal_problem_clear(portal_problem *problem) {
  json_decref(problem->context);
  json_decref(problem->extra);
  memset(problem, 0, sizeof *problem);
}

/* The body of a rate limit has words of its own (wire.md, 10.3). */
static void describe_limit(const portal_problem *problem, json_t *body) {
  char request[PORTAL_UUID];
  portal_uuid(request);
  json_object_set_new(body, "errorType", json_string("RATE_LIMIT"));
  json_object_set_new(body, "policyName", json_string(problem->policy));
  json_object_set_new(body, "requestId", json_string(request));
}

static void describe(const portal_problem *problem, json_t *body) {
  if (problem->policy) describe_limit(problem, body);
  if (problem->extra) json_object_update(body, problem->extra);
  if (problem->context) json_object_set(body, "context", problem->context);
  if (problem->category) json_object_set_new(body, "category", json_string(problem->category));
  if (problem->sub_category) json_object_set_new(body, "subCategory", json_string(problem->sub_category));
}

json_t *portal_problem_body(const portal_problem *problem, const char *correlation) {
  json_t *body =
      json_pack("{s:s, s:s, s:s}", "status", "error", "message", problem->message, "correlationId", correlation);
  if (body) describe(problem, body);
  return body;
}

json_t *portal_problem_item(const portal_problem *problem) {
  json_t *item = json_pack("{s:s, s:s}", "status", "error", "message", problem->message);
  if (item) describe(problem, item);
  return item;
}

void portal_uuid(char out[PORTAL_UUID]) {
  unsigned char bytes[16];
  if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes) memset(bytes, 0xa5, sizeof bytes);
  bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
  bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
  for (int i = 0; i < 16; i++) {
    bool dash = i == 4 || i == 6 || i == 8 || i == 10;
    out += snprintf(out, 4, dash ? "-%02x" : "%02x", bytes[i]);
  }
}
