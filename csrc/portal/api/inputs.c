#include "portal/api/inputs.h"

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
static json_t *fail(portal_inputs_reader *reader, const json_error_t *error) {
  int line = 1, column = 0;
  const char *place = reader->at + error->position;
  for (const char *at = reader->call->request->body; at < place && at < reader->end; at++) {
    column = *at == '\n' ? 0 : column + 1;
    line += *at == '\n';
  }
  reader->failed = true;
  portal_refuse(reader->call->problem, 400, NULL, "Invalid input JSON on line %d, column %d: %s", line, column,
                error->text);
  return NULL;
}

static json_t *expect(portal_inputs_reader *reader, const char *what) {
  json_error_t error = {.position = 0};
  strcpy(error.text, what);
  return fail(reader, &error);
}

/* Behind the list: further fields, which mean nothing here, and the end of the body. */
static json_t *finish(portal_inputs_reader *reader) {
  json_error_t error;
  while (take(reader, ",")) {
    for (int part = 0; part < 2; part++) {
      skip_blanks(reader);
      json_t *value =
          json_loadb(reader->at, (size_t)(reader->end - reader->at), JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
      bool fine = value && (part || json_is_string(value));
      json_decref(value);
      if (!fine) return value ? expect(reader, "string or '}' expected") : fail(reader, &error);
      reader->at += error.position;
      if (part == 0 && !take(reader, ":")) return expect(reader, "':' expected");
    }
  }
  if (!take(reader, "}")) return expect(reader, "'}' expected");
  skip_blanks(reader);
  return reader->at == reader->end ? NULL : expect(reader, "end of file expected");
}

json_t *portal_inputs_next(portal_inputs_reader *reader) {
  json_error_t error;
  json_decref(reader->input);
  reader->input = NULL;
  if (take(reader, "]")) return finish(reader);
  if (reader->count > 0 && !take(reader, ",")) return expect(reader, "']' expected");
  skip_blanks(reader);
  reader->input =
      json_loadb(reader->at, (size_t)(reader->end - reader->at), JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, &error);
  if (!reader->input) return fail(reader, &error);
  reader->at += error.position;
  reader->count++;
  return reader->input;
}

size_t portal_inputs_count(portal_inputs_reader *reader) {
  while (portal_inputs_next(reader)) continue;
  return reader->count;
}

void portal_inputs_end(portal_inputs_reader *reader) { json_decref(reader->input); }
