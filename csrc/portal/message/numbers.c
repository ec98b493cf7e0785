#define _GNU_SOURCE /* memmem */
#include "portal/message/numbers.h"

#include <ctype.h>
#include <string.h>

#include "base/buffer.h"

enum { DEPTH = 64 }; /* brackets open at once; below them nothing is quoted */

typedef struct scanner {
  const char *at, *end;
  const char *key; /* behind the quote of the last text; NULL: none */
  size_t key_length;
  bool value;             /* a colon came: what follows is a value */
  size_t depth;           /* brackets that are open */
  bool properties[DEPTH]; /* of each: whether it is an object called "properties" */
} scanner;

static bool is_properties(const scanner *scan) {
  static const char name[] = "properties";
  return scan->value && scan->key && scan->key_length == sizeof name - 1 &&
         memcmp(scan->key, name, scan->key_length) == 0;
}

static void skip_text(scanner *scan) {
  scan->key = ++scan->at;
  while (scan->at < scan->end && *scan->at != '"') scan->at += *scan->at == '\\' && scan->at + 1 < scan->end ? 2 : 1;
  scan->key_length = (size_t)(scan->at - scan->key);
}

static void open_bracket(scanner *scan) {
  if (scan->depth < DEPTH) scan->properties[scan->depth] = *scan->at == '{' && is_properties(scan);
  scan->depth++;
  scan->value = false;
}

static const char *skip_digits(const char *at, const char *end) {
  while (at < end && isdigit((unsigned char)*at)) at++;
  return at;
}

/* Behind the number at `at`, by JSON's grammar; `at` itself: there is none. */
static const char *number_end(const char *at, const char *end) {
  const char *digits = at < end && *at == '-' ? at + 1 : at, *stop = skip_digits(digits, end);
  if (stop == digits || (*digits == '0' && stop > digits + 1)) return at;
  if (stop < end && *stop == '.') {
    const char *behind = skip_digits(stop + 1, end);
    if (behind == stop + 1) return at;
    stop = behind;
  }
  if (stop < end && (*stop == 'e' || *stop == 'E')) {
    const char *sign = stop + 1 < end && (stop[1] == '+' || stop[1] == '-') ? stop + 2 : stop + 1;
    const char *behind = skip_digits(sign, end);
    return behind == sign ? at : behind;
  }
  return stop;
}

static bool wants_number(const scanner *scan) {
  return scan->value && scan->depth > 0 && scan->depth <= DEPTH && scan->properties[scan->depth - 1];
}

/* Steps over one token; tells where a number that is to be kept ends, else NULL. */
static const char *step(scanner *scan) {
  const char *number = wants_number(scan) ? number_end(scan->at, scan->end) : scan->at;
  if (number > scan->at) {
    scan->value = false;
    return number;
  }
  switch (*scan->at) {
  case '"':
    skip_text(scan);
    break;
  case ':':
    scan->value = true;
    break;
  case ',':
    scan->value = false;
    break;
  case '{':
  case '[':
    open_bracket(scan);
    break;
  case '}':
  case ']':
    if (scan->depth > 0) scan->depth--;
    scan->value = false;
    break;
  default:
    break;
  }
  if (scan->at < scan->end) scan->at++;
  return NULL;
}

/* Copies the text with the numbers in quotes. */
static bool quote(const char *text, size_t length, tether_buffer *out) {
  scanner scan = {.at = text, .end = text + length};
  const char *copied = text;
  while (scan.at < scan.end) {
    const char *stop = step(&scan);
    if (!stop) continue;
    if (!tether_buffer_add(out, copied, (size_t)(scan.at - copied), NULL) || !tether_buffer_text(out, "\"", NULL) ||
        !tether_buffer_add(out, scan.at, (size_t)(stop - scan.at), NULL) || !tether_buffer_text(out, "\"", NULL))
      return false;
    scan.at = copied = stop;
  }
  return tether_buffer_add(out, copied, (size_t)(scan.end - copied), NULL);
}

json_t *portal_numbers_read(const char *text, size_t length, json_error_t *error) {
  static const char name[] = "\"properties\"";
  tether_buffer quoted;
  json_t *value = NULL;
  tether_buffer_init(&quoted, 2 * (size_t)TETHER_CEILING_BODY);
  if (memmem(text, length, name, sizeof name - 1) && quote(text, length, &quoted))
    value = json_loadb(quoted.data, quoted.length, 0, error);
  tether_buffer_free(&quoted);
  return value ? value : json_loadb(text, length, 0, error); /* errors are told by their place in the text as it came */
}
