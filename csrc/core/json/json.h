/* JSON, read by pulling: no tree, no copy. Ids come out exactly.
 *
 * A reader walks bytes that it does not own. The caller says what it expects; the first thing that differs, or is
 * not JSON, fails the reader for good. The error names the byte where it stopped. Strings come out as slices of the
 * input, still escaped; tether_json_unescape makes text of them. */
#ifndef TETHER_JSON_H
#define TETHER_JSON_H
#include <string.h>

#include "base/buffer.h"

typedef struct tether_json {
  const char *data;
  size_t length, at;
  unsigned depth;
  bool failed;
  tether_error error; /* ANSWER_MALFORMED with the byte, counted from 1; meaningful when failed */
} tether_json;

enum { TETHER_JSON_DEPTH = 64 }; /* brackets open at once: answers have fewer than ten, and recursion must end */

typedef enum tether_json_kind {
  TETHER_JSON_END,
  TETHER_JSON_OBJECT,
  TETHER_JSON_ARRAY,
  TETHER_JSON_STRING,
  TETHER_JSON_NUMBER,
  TETHER_JSON_LITERAL /* true, false, null */
} tether_json_kind;

/* Begins to read; the bytes are borrowed and must live as long as the reader and its slices. */
void tether_json_init(tether_json *json, const char *data, size_t length);

/* Fails the reader, because `wanted` was expected here. Returns false. */
bool tether_json_fail(tether_json *json, const char *wanted);

static inline void tether_json_skip_blanks(tether_json *json) {
  while (json->at < json->length && (unsigned char)json->data[json->at] <= ' ') {
    char c = json->data[json->at];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
    json->at++;
  }
}

/* What stands next; END at the end of the bytes, and after a failure. */
static inline tether_json_kind tether_json_peek(tether_json *json) {
  tether_json_skip_blanks(json);
  if (json->failed || json->at >= json->length) return TETHER_JSON_END;
  switch (json->data[json->at]) {
  case '{':
    return TETHER_JSON_OBJECT;
  case '[':
    return TETHER_JSON_ARRAY;
  case '"':
    return TETHER_JSON_STRING;
  case 't':
  case 'f':
  case 'n':
    return TETHER_JSON_LITERAL;
  default:
    return TETHER_JSON_NUMBER;
  }
}

/* Whether null stands next; nothing is read. */
static inline bool tether_json_is_null(tether_json *json) {
  return tether_json_peek(json) == TETHER_JSON_LITERAL && json->data[json->at] == 'n';
}

/* Takes one character if it stands next. */
static inline bool tether_json_take(tether_json *json, char c) {
  tether_json_skip_blanks(json);
  if (json->failed || json->at >= json->length || json->data[json->at] != c) return false;
  json->at++;
  return true;
}

/* Enters an object or array, which must stand next. */
bool tether_json_enter_object(tether_json *json);
bool tether_json_enter_array(tether_json *json);

/* Inside an object: takes the next key, so that its value stands next. False: the object has ended (or the reader
 * failed). `first` begins as true and is the caller's, one for each object. */
bool tether_json_key(tether_json *json, bool *first, tether_slice *key);

/* True when another member stands next; false at the closing bracket, which is taken, and after a failure. */
static inline bool tether_json_more(tether_json *json, bool *first, char close) {
  if (json->failed) return false;
  if (tether_json_take(json, close)) {
    json->depth--;
    return false;
  }
  if (!*first && !tether_json_take(json, ','))
    return tether_json_fail(json, close == '}' ? "',' or '}'" : "',' or ']'");
  *first = false;
  return true;
}

/* Inside an array: true when another element stands next. */
static inline bool tether_json_element(tether_json *json, bool *first) { return tether_json_more(json, first, ']'); }

bool tether_json_string(tether_json *json, tether_slice *text); /* still escaped */

/* A record id as number or string (both are on the wire); false without failing when it is something else, and then
 * it is passed over. */
bool tether_json_id(tether_json *json, int64_t *id);

bool tether_json_skip(tether_json *json); /* any value */

/* Nothing but blanks may follow. */
bool tether_json_finish(tether_json *json);

/* The compiler knows the length of a literal name. */
static inline bool tether_json_is(tether_slice key, const char *name) {
  return strlen(name) == key.length && memcmp(key.data, name, key.length) == 0;
}

/* Appends the text of an escaped slice as UTF-8; a lone surrogate becomes U+FFFD. */
bool tether_json_unescape(tether_slice text, tether_buffer *out, tether_error *error);

#endif
