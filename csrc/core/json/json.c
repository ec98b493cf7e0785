#include "core/json/json.h"

#include <string.h>

#include "base/id.h"

void tether_json_init(tether_json *json, const char *data, size_t length) {
  *json = (tether_json){.data = data, .length = length};
}

bool tether_json_fail(tether_json *json, const char *wanted) {
  if (json->failed) return false;
  json->failed = true;
  const char *what = json->at < json->length ? "" : " (the text ends here)";
  return tether_fail_at(&json->error, TETHER_ANSWER_MALFORMED, (int64_t)json->at + 1,
                        "JSON: %s expected at byte %zu of %zu%s", wanted, json->at + 1, json->length, what);
}

static bool enter(tether_json *json, char open, const char *wanted) {
  if (!tether_json_take(json, open)) return tether_json_fail(json, wanted);
  if (++json->depth > TETHER_JSON_DEPTH) return tether_json_fail(json, "less nesting");
  return true;
}

bool tether_json_enter_object(tether_json *json) { return enter(json, '{', "an object"); }

bool tether_json_enter_array(tether_json *json) { return enter(json, '[', "an array"); }

bool tether_json_key(tether_json *json, bool *first, tether_slice *key) {
  if (!tether_json_more(json, first, '}') || !tether_json_string(json, key)) return false;
  return tether_json_take(json, ':') || tether_json_fail(json, "':'");
}

bool tether_json_string(tether_json *json, tether_slice *text) {
  if (!tether_json_take(json, '"')) return tether_json_fail(json, "a string");
  size_t start = json->at;
  for (; json->at < json->length; json->at++) {
    char c = json->data[json->at];
    if (c == '"') {
      *text = (tether_slice){json->data + start, json->at++ - start};
      return true;
    }
    if ((unsigned char)c < 0x20) return tether_json_fail(json, "an escaped control character");
    if (c == '\\') json->at++;
  }
  json->at = json->length;
  return tether_json_fail(json, "the end of a string");
}

static bool is_digit(const tether_json *json) {
  return json->at < json->length && json->data[json->at] >= '0' && json->data[json->at] <= '9';
}

static bool digits(tether_json *json) {
  if (!is_digit(json)) return tether_json_fail(json, "a digit");
  while (is_digit(json)) json->at++;
  return true;
}

static bool at_char(const tether_json *json, char a, char b) {
  return json->at < json->length && (json->data[json->at] == a || json->data[json->at] == b);
}

static bool number(tether_json *json, tether_slice *text) {
  tether_json_skip_blanks(json);
  size_t start = json->at;
  if (at_char(json, '-', '-')) json->at++;
  if (at_char(json, '0', '0'))
    json->at++;
  else if (!digits(json))
    return false;
  if (at_char(json, '.', '.')) {
    json->at++;
    if (!digits(json)) return false;
  }
  if (at_char(json, 'e', 'E')) {
    json->at++;
    if (at_char(json, '+', '-')) json->at++;
    if (!digits(json)) return false;
  }
  *text = (tether_slice){json->data + start, json->at - start};
  return true;
}

static bool literal(tether_json *json) {
  static const char *const words[] = {"true", "false", "null"};
  for (size_t i = 0; i < 3; i++) {
    size_t length = strlen(words[i]);
    if (json->length - json->at < length || memcmp(json->data + json->at, words[i], length) != 0) continue;
    json->at += length;
    return true;
  }
  return tether_json_fail(json, "true, false or null");
}

bool tether_json_id(tether_json *json, int64_t *id) {
  tether_slice text;
  switch (tether_json_peek(json)) {
  case TETHER_JSON_STRING:
    return tether_json_string(json, &text) && tether_id_parse(text.data, text.length, id);
  case TETHER_JSON_NUMBER:
    return number(json, &text) && tether_id_parse(text.data, text.length, id);
  default:
    tether_json_skip(json);
    return false;
  }
}

/* Recursion is bounded by TETHER_JSON_DEPTH, which enter checks. */
bool tether_json_skip(tether_json *json) {
  tether_slice text;
  bool first = true;
  switch (tether_json_peek(json)) {
  case TETHER_JSON_OBJECT:
    if (!tether_json_enter_object(json)) return false;
    while (tether_json_key(json, &first, &text) && tether_json_skip(json)) continue;
    return !json->failed;
  case TETHER_JSON_ARRAY:
    if (!tether_json_enter_array(json)) return false;
    while (tether_json_element(json, &first) && tether_json_skip(json)) continue;
    return !json->failed;
  case TETHER_JSON_STRING:
    return tether_json_string(json, &text);
  case TETHER_JSON_NUMBER:
    return number(json, &text);
  case TETHER_JSON_LITERAL:
    return literal(json);
  default:
    return tether_json_fail(json, "a value");
  }
}

bool tether_json_finish(tether_json *json) {
  tether_json_skip_blanks(json);
  return !json->failed && (json->at == json->length || tether_json_fail(json, "nothing more"));
}

/* -- text -------------------------------------------------------------------------------------------------------- */

static bool hex4(const char *at, const char *end, unsigned *value) {
  if (end - at < 4) return false;
  *value = 0;
  for (int i = 0; i < 4; i++) {
    char c = at[i];
    unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                            : 16;
    if (digit > 15) return false;
    *value = *value << 4 | digit;
  }
  return true;
}

static bool add_utf8(unsigned code, tether_buffer *out, tether_error *error) {
  char bytes[4];
  size_t length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
  for (size_t i = length; i-- > 1; code >>= 6) bytes[i] = (char)(0x80 | (code & 0x3F));
  bytes[0] = (char)(lead[length] | code);
  return tether_buffer_add(out, bytes, length, error);
}

/* Reads the four digits behind \u, and the low surrogate behind a high one; moves `at` behind what it read. */
static unsigned unicode(const char **at, const char *end) {
  unsigned code, low;
  if (!hex4(*at, end, &code)) return 0xFFFD;
  *at += 4;
  if (code < 0xD800 || code > 0xDFFF) return code;
  if (code > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u' || !hex4(*at + 2, end, &low) ||
      low < 0xDC00 || low > 0xDFFF)
    return 0xFFFD;
  *at += 6;
  return 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
}

static unsigned short_escape(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case 'r':
    return '\r';
  case 'b':
    return '\b';
  case 'f':
    return '\f';
  default:
    return (unsigned char)c;
  }
}

bool tether_json_unescape(tether_slice text, tether_buffer *out, tether_error *error) {
  const char *at = text.data, *end = text.data + text.length;
  while (at < end) {
    const char *escape = memchr(at, '\\', (size_t)(end - at));
    if (!escape) return tether_buffer_add(out, at, (size_t)(end - at), error);
    if (!tether_buffer_add(out, at, (size_t)(escape - at), error)) return false;
    at = escape + 1;
    if (at == end) return true;
    char kind = *at++;
    if (!add_utf8(kind == 'u' ? unicode(&at, end) : short_escape(kind), out, error)) return false;
  }
  return true;
}
