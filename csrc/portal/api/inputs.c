#include "portal/api/inputs.h"

#include <stdio.h>
#include <string.h>

static void skip_blanks(portal_inputs_reader *reader) {
  while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) && *reader->at) reader->at++;
}

static bool take(portal_inputs_reader *reader, const char *text) {
  size_t length = strlen(text);
  skip_blanks(reader);
  if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, text, length) != 0) return false;
  reader->at += length;
  return true;
}

bool portal_inputs_begin(portal_inputs_reader *reader, portal_call *call) {
  const portal_request *request = call->request;
  *reader = (portal_inputs_reader){.call = call, .at = request->body, .end = request->body + request->length};
  return take(reader, "{") && take(reader, "\"inputs\"") && take(reader, ":") && take(reader, "[");
}

/* Refuses the body at the place where reading stopped. */
static bool fail(portal_inputs_reader *reader, const json_error_t *error) {
  int line = 1, column = 0;
  const char *place = reader->at + error->position;
  for (const char *at = reader->call->request->body; at < place && at < reader->end; at++) {
    column = *at == '\n' ? 0 : column + 1;
    line += *at == '\n';
  }
  reader->failed = true;
  return portal_refuse(reader->call->problem, 400, NULL, "Invalid input JSON on line %d, column %d: %s", line, column,
                       error->text);
}

static bool expect(portal_inputs_reader *reader, const char *what) {
  json_error_t error = {.position = 0};
  snprintf(error.text, sizeof error.text, "%s", what);
  return fail(reader, &error);
}

static json_t *load(portal_inputs_reader *reader, json_error_t *error) {
  size_t length = (size_t)(reader->end - reader->at);
  json_t *value = json_loadb(reader->at, length, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, error);
  if (value) reader->at += error->position;
  return value;
}

/* A further field, which means nothing here. */
static bool skip_field(portal_inputs_reader *reader) {
  for (int part = 0; part < 2; part++) {
    json_error_t error;
    skip_blanks(reader);
    const char *before = reader->at;
    json_t *value = load(reader, &error);
    bool fine = value && (part || json_is_string(value));
    json_decref(value);
    if (!fine) {
      reader->at = before;
      return value ? expect(reader, "string or '}' expected") : fail(reader, &error);
    }
    if (part == 0 && !take(reader, ":")) return expect(reader, "':' expected");
  }
  return true;
}

/* Behind the list: further fields and the end of the body. */
static void finish(portal_inputs_reader *reader) {
  while (take(reader, ","))
    if (!skip_field(reader)) return;
  if (!take(reader, "}")) {
    expect(reader, "'}' expected");
    return;
  }
  skip_blanks(reader);
  if (reader->at != reader->end) expect(reader, "end of file expected");
}

bool portal_inputs_more(portal_inputs_reader *reader) {
  json_decref(reader->input);
  reader->input = NULL;
  if (reader->ready) return true;
  if (reader->failed) return false;
  if (take(reader, "]")) {
    finish(reader);
    return false;
  }
  if (reader->count > 0 && !take(reader, ",")) return expect(reader, "']' expected");
  skip_blanks(reader);
  reader->ready = true;
  return true;
}

void portal_inputs_pass(portal_inputs_reader *reader, const char *behind) {
  reader->at = behind;
  reader->count++;
  reader->ready = false;
}

json_t *portal_inputs_next(portal_inputs_reader *reader) {
  json_error_t error;
  if (!portal_inputs_more(reader)) return NULL;
  reader->ready = false;
  reader->input = load(reader, &error);
  reader->count += reader->input != NULL;
  if (!reader->input) fail(reader, &error);
  return reader->input;
}

size_t portal_inputs_count(portal_inputs_reader *reader) {
  while (portal_inputs_next(reader)) continue;
  return reader->count;
}

void portal_inputs_end(portal_inputs_reader *reader) { json_decref(reader->input); }
