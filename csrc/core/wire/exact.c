#include "core/wire/exact.h"

#include <string.h>

static const char limit[] = "9007199254740992"; /* 2^53 */
enum { LIMIT_DIGITS = sizeof limit - 1 };

static bool is_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool beyond(const char *number, size_t length) {
  if (*number == '-') number++, length--;
  for (size_t i = 0; i < length; i++)
    if (number[i] < '0' || number[i] > '9') return false; /* a fraction or an exponent: no id */
  return length > LIMIT_DIGITS || (length == LIMIT_DIGITS && memcmp(number, limit, LIMIT_DIGITS) > 0);
}

/* Where the string that begins at `at` ends, behind its quote. */
static size_t string_end(const char *json, size_t length, size_t at) {
  for (at++; at < length && json[at] != '"'; at++)
    if (json[at] == '\\') at++;
  return at < length ? at + 1 : length;
}

bool tether_exact(const char *json, size_t length, tether_buffer *out, tether_error *error) {
  size_t done = 0, at = 0;
  while (at < length) {
    if (json[at] == '"') {
      at = string_end(json, length, at);
    } else if (!is_number(json[at])) {
      at++;
    } else {
      size_t start = at;
      while (at < length && is_number(json[at])) at++;
      if (!beyond(json + start, at - start)) continue;
      if (!tether_buffer_add(out, json + done, start - done, error) || !tether_buffer_text(out, "\"", error) ||
          !tether_buffer_add(out, json + start, at - start, error) || !tether_buffer_text(out, "\"", error))
        return false;
      done = at;
    }
  }
  return tether_buffer_add(out, json + done, length - done, error);
}
