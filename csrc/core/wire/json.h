/* JSON, read by pulling: no tree, no copy. Ids come out exactly.
 *
 * A reader walks bytes that it does not own. The caller says what it expects; the first thing that is not so, or not
 * JSON, fails the reader for good with the byte where it stopped. Strings come out as slices of the input, still
 * escaped; tether_json_unescape makes text of them. */
#ifndef TETHER_JSON_H
#define TETHER_JSON_H
#include "base/buffer.h"

typedef struct tether_json {
  const char *data;
  size_t length, at;
  unsigned depth;
  bool failed;
  tether_error error; /* ANSWER_MALFORMED with the byte, counted from 1; meaningful when failed */
} tether_json;

enum { TETHER_JSON_DEPTH = 64 };

typedef enum tether_json_kind {
  TETHER_JSON_END,
  TETHER_JSON_OBJECT,
  TETHER_JSON_ARRAY,
  TETHER_JSON_STRING,
  TETHER_JSON_NUMBER,
  TETHER_JSON_LITERAL /* true, false, null */
} tether_json_kind;

void tether_json_init(tether_json *json, const char *data, size_t length);

/* What stands next; END at the end of the bytes, and after a failure. */
tether_json_kind tether_json_peek(tether_json *json);

/* Enters an object or array, which must stand next. */
bool tether_json_enter_object(tether_json *json);
bool tether_json_enter_array(tether_json *json);

/* Inside an object: the next key, its value stands next; false: the object has ended (or the reader failed).
 * `first` begins as true and is the caller's, one for each object. */
bool tether_json_key(tether_json *json, bool *first, tether_slice *key);

/* Inside an array: true when another element stands next. */
bool tether_json_element(tether_json *json, bool *first);

bool tether_json_string(tether_json *json, tether_slice *text); /* still escaped */

/* A record id as number or string (both are on the wire); false without failing when it is something else, and then
 * it is passed over. */
bool tether_json_id(tether_json *json, int64_t *id);

bool tether_json_skip(tether_json *json); /* any value */

/* Nothing but blanks may follow. */
bool tether_json_finish(tether_json *json);

bool tether_json_is(tether_slice key, const char *name);

/* Appends the text of an escaped slice as UTF-8; a lone surrogate becomes U+FFFD. */
bool tether_json_unescape(tether_slice text, tether_buffer *out, tether_error *error);

#endif
