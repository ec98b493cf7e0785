/* Any bytes as JSON whose property values keep their digits: the result is what jansson reads, but for numbers under
 * "properties", which are the text of the same number. `make fuzz` runs it. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "portal/message/numbers.h"

/* A text that is a number by itself, and the same one. */
static bool is_text_of(const json_t *text, const json_t *number) {
  json_t *again = json_loads(json_string_value(text), JSON_DECODE_ANY, NULL);
  bool same = again && json_is_number(number) && json_equal(again, number);
  json_decref(again);
  return same;
}

static bool matches(const json_t *read, const json_t *plain, bool property);

static bool members_match(const json_t *read, const json_t *plain) {
  const char *name;
  json_t *value;
  if (json_object_size(read) != json_object_size(plain)) return false;
  json_object_foreach((json_t *)plain, name, value) {
    if (!matches(json_object_get(read, name), value, true)) return false;
  }
  return true;
}

static bool items_match(const json_t *read, const json_t *plain) {
  size_t i;
  json_t *value;
  if (json_array_size(read) != json_array_size(plain)) return false;
  json_array_foreach((json_t *)plain, i, value) {
    if (!matches(json_array_get(read, i), value, false)) return false;
  }
  return true;
}

/* `property`: the value stands in an object, where it may be a property's. */
static bool matches(const json_t *read, const json_t *plain, bool property) {
  if (json_is_string(read) && json_is_number(plain)) return property && is_text_of(read, plain);
  if (!read || json_typeof(read) != json_typeof(plain)) return false;
  if (json_is_object(read)) return members_match(read, plain);
  return json_is_array(read) ? items_match(read, plain) : json_equal(read, plain);
}

/* Digits that are kept as text need not fit a number; all else that is no JSON is none here either. */
static bool may_be_read(const json_error_t *error) { return json_error_code(error) == json_error_numeric_overflow; }

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t length);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t length) {
  json_error_t error, plain_error;
  char *text = malloc(length ? length : 1); /* no byte more: one behind it is a fault */
  if (!text) return 0;
  memcpy(text, data, length);
  json_t *read = portal_numbers_read(text, length, &error), *plain = json_loadb(text, length, 0, &plain_error);
  if (plain ? !read || !matches(read, plain, false) : read && !may_be_read(&plain_error)) abort();
  json_decref(read);
  json_decref(plain);
  free(text);
  return 0;
}
