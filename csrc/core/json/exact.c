#include "core/json/exact.h"

#include <stdlib.h>
#include <string.h>

static const char limit[] = "9007199254740992"; /* 2^53 */
enum { LIMIT_DIGITS = sizeof limit - 1 };

static bool is_number(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

static bool is_beyond(const char *digits, size_t length) {
  return length > LIMIT_DIGITS || (length == LIMIT_DIGITS && memcmp(digits, limit, LIMIT_DIGITS) > 0);
}

/* Whether a number may have been rounded on its way. A whole number that has gone through a double looks like
 * 1.2345678901235e+16 or 12345678901235000.0. Numbers with small exponents are no ids. */
static bool is_rounded(const char *number, size_t length) {
  enum { LONGEST = 64 };
  char text[LONGEST];
  size_t digits = 0;
  while (digits < length && number[digits] >= '0' && number[digits] <= '9') digits++;
  if (digits == length || length >= LONGEST) return false;
  memcpy(text, number, length);
  text[length] = '\0';
  if (strpbrk(text, "eE")) return strtod(text, NULL) >= 1e14; /* where %.14g begins to write exponents */
  return is_beyond(number, digits);
}

static bool is_whole(const char *number, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (number[i] < '0' || number[i] > '9') return false;
  return true;
}

static bool is_unsafe(const char *number, size_t length) {
  if (*number == '-') number++, length--;
  return is_whole(number, length) ? is_beyond(number, length) : is_rounded(number, length);
}

/* Where the string that begins at `at` ends, behind its quote. */
static size_t string_end(const char *json, size_t length, size_t at) {
  for (at++; at < length && json[at] != '"'; at++)
    if (json[at] == '\\') at++;
  return at < length ? at + 1 : length;
}

/* The next number from `*at` on, which is left behind it; false: there is none. */
static bool next_number(const char *json, size_t length, size_t *at, size_t *start) {
  while (*at < length && !is_number(json[*at])) *at = json[*at] == '"' ? string_end(json, length, *at) : *at + 1;
  *start = *at;
  while (*at < length && is_number(json[*at])) (*at)++;
  return *start < *at;
}

bool tether_exact(const char *json, size_t length, tether_buffer *out, tether_error *error) {
  size_t done = 0, at = 0, start;
  while (next_number(json, length, &at, &start)) {
    if (!is_unsafe(json + start, at - start)) continue;
    if (!tether_buffer_add(out, json + done, start - done, error) || !tether_buffer_text(out, "\"", error) ||
        !tether_buffer_add(out, json + start, at - start, error) || !tether_buffer_text(out, "\"", error))
      return false;
    done = at;
  }
  return tether_buffer_add(out, json + done, length - done, error);
}

bool tether_rounded(const char *json, size_t length, tether_slice *found) {
  size_t at = 0, start;
  while (next_number(json, length, &at, &start)) {
    *found = (tether_slice){json + start, at - start};
    size_t sign = json[start] == '-';
    if (is_rounded(json + start + sign, at - start - sign)) return true;
  }
  return false;
}
