#include <string.h>

#include "core/files/jsonl_state.h"

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/* -- where the rows stand ------------------------------------------------------------------------------------------ */

/* Whether a first line, which is `length` bytes long, is a part of an object over many lines. -1: not known yet. A line
 * that ends with a comma before a line that begins with a brace is a broken one. */
static int goes_on(const char *data, size_t length, size_t left, bool finished) {
  size_t last = length, next = length;
  while (last && is_blank(data[last - 1])) last--;
  if (!last || !memchr("{[,:", data[last - 1], 4)) return 0;
  while (next < left && is_blank(data[next])) next++;
  if (next == left) return finished ? 0 : -1;
  return data[last - 1] != ',' || data[next] != '{';
}

static bool holds_rows(const tether_jsonl *jsonl, const tether_jsonl_scan *scan) {
  tether_slice key = {jsonl->input.data + scan->key, scan->key_length};
  return (key.length == 7 && memcmp(key.data, "results", 7) == 0) ||
         (key.length == 6 && memcmp(key.data, "inputs", 6) == 0);
}

/* Looks at one byte of a value; true: an array of rows begins with it. */
static bool look(const tether_jsonl *jsonl, tether_jsonl_scan *scan, size_t at) {
  char c = jsonl->input.data[at];
  if (scan->in_string) {
    if (scan->depth == 1 && c == '"' && !scan->escaped && !scan->behind_colon) scan->key_length = at - scan->key;
    scan->in_string = c != '"' || scan->escaped;
    scan->escaped = c == '\\' && !scan->escaped;
    return false;
  }
  if (is_blank(c)) return false;
  bool is_value = scan->behind_colon;
  if (c == '"') {
    scan->in_string = true;
    if (scan->depth == 1 && !is_value) scan->key = at + 1;
    return false;
  }
  if (c == '{' || c == '[') scan->depth++;
  if ((c == '}' || c == ']') && scan->depth) scan->depth--;
  if (scan->depth == 1 && c == ':') scan->behind_colon = true;
  if (scan->depth == 1 && c == ',') scan->behind_colon = false;
  return is_value && scan->depth == 2 && c == '[' && holds_rows(jsonl, scan);
}

/* Whether an object, which begins at `at`, is an answer of the API or goes on over several lines. -1: not known yet. */
static int is_of_many_lines(const tether_jsonl *jsonl, size_t at) {
  tether_jsonl_scan scan = {.start = at};
  const char *data = jsonl->input.data;
  for (size_t i = at; i < jsonl->input.length && i - at < TETHER_JSONL_LINE; i++) {
    if (look(jsonl, &scan, i)) return 1;
    if (scan.depth == 0) return 0;
    if (data[i] == '\n') return goes_on(data + at, i - at, jsonl->input.length - at, jsonl->finished);
  }
  return jsonl->finished || jsonl->input.length - at >= TETHER_JSONL_LINE ? 0 : -1;
}

bool tether_jsonl_find_place(tether_jsonl *jsonl) {
  size_t at = jsonl->at;
  while (at < jsonl->input.length && is_blank(jsonl->input.data[at])) at++;
  if (at == jsonl->input.length && !jsonl->finished) return false;
  char first = at < jsonl->input.length ? jsonl->input.data[at] : '\0';
  int many = first == '{' ? is_of_many_lines(jsonl, at) : first == '[';
  if (many < 0) return false;
  jsonl->place = many ? TETHER_JSONL_TOP : TETHER_JSONL_LINES;
  return true;
}

/* -- rows by their braces ------------------------------------------------------------------------------------------ */

static void begin_value(tether_jsonl *jsonl, char c) {
  bool is_object = c == '{' || c == '[';
  jsonl->scan = (tether_jsonl_scan){.kind = is_object ? TETHER_JSONL_OBJECT : TETHER_JSONL_SCALAR,
                                    .depth = is_object,
                                    .in_string = c == '"',
                                    .start = jsonl->seen,
                                    .key = jsonl->seen,
                                    .line = jsonl->line};
}

/* Enters and leaves what holds rows, or begins a value. */
static void between(tether_jsonl *jsonl, char c) {
  if (is_blank(c) || c == ',') return;
  if (c == '[' && jsonl->place == TETHER_JSONL_TOP) {
    jsonl->place = TETHER_JSONL_ARRAY;
  } else if (c == ']' && jsonl->place == TETHER_JSONL_ARRAY) {
    jsonl->place = TETHER_JSONL_TOP;
  } else if (c == ']' && jsonl->place == TETHER_JSONL_INSIDE) {
    begin_value(jsonl, '{'); /* what is left of the object */
    jsonl->place = TETHER_JSONL_BEHIND;
  } else {
    begin_value(jsonl, c);
  }
}

/* Looks at a byte of a value; true: the value ends with it, and is a row. */
static bool inside(tether_jsonl *jsonl) {
  if (look(jsonl, &jsonl->scan, jsonl->seen) && jsonl->place == TETHER_JSONL_TOP) {
    jsonl->place = TETHER_JSONL_INSIDE;
    jsonl->scan.kind = TETHER_JSONL_BETWEEN;
  }
  if (jsonl->scan.depth) return false;
  jsonl->scan.kind = TETHER_JSONL_BETWEEN;
  if (jsonl->place != TETHER_JSONL_BEHIND) return true;
  jsonl->place = TETHER_JSONL_TOP;
  return false;
}

/* A value that is no object ends before the byte that ends it. */
static bool ends_scalar(const tether_jsonl_scan *scan, char c) {
  return scan->kind == TETHER_JSONL_SCALAR && !scan->in_string && (c == ',' || c == ']' || c == '\n');
}

static void inside_scalar(tether_jsonl_scan *scan, char c) {
  bool was_escaped = scan->escaped;
  scan->escaped = scan->in_string && c == '\\' && !was_escaped;
  if (c == '"' && !was_escaped) scan->in_string = !scan->in_string;
}

/* Looks at the next byte; true: a row is whole. */
static bool step(tether_jsonl *jsonl) {
  char c = jsonl->input.data[jsonl->seen];
  bool whole = false;
  if (ends_scalar(&jsonl->scan, c)) {
    jsonl->scan.kind = TETHER_JSONL_BETWEEN;
    return true;
  }
  if (jsonl->scan.kind == TETHER_JSONL_BETWEEN)
    between(jsonl, c);
  else if (jsonl->scan.kind == TETHER_JSONL_SCALAR)
    inside_scalar(&jsonl->scan, c);
  else
    whole = inside(jsonl);
  jsonl->seen++;
  jsonl->line += c == '\n';
  return whole;
}

bool tether_jsonl_value(tether_jsonl *jsonl, tether_slice *row) {
  bool whole = false;
  while (!whole && jsonl->seen < jsonl->input.length) {
    whole = step(jsonl);
    bool is_row = whole || (jsonl->scan.kind != TETHER_JSONL_BETWEEN && jsonl->place != TETHER_JSONL_BEHIND);
    if (!is_row) jsonl->at = jsonl->seen;
  }
  bool last = jsonl->finished && jsonl->scan.kind == TETHER_JSONL_SCALAR && !jsonl->scan.in_string;
  if (!whole && !last) return false;
  jsonl->scan.kind = TETHER_JSONL_BETWEEN;
  *row = (tether_slice){jsonl->input.data + jsonl->scan.start, jsonl->seen - jsonl->scan.start};
  jsonl->at = jsonl->seen;
  return true;
}
