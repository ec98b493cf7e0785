#include "core/text/typekey.h"

#include <stdio.h>
#include <string.h>

bool tether_typekey_add(tether_buffer *key, tether_item_kind kind, tether_slice text, tether_error *error) {
  char *room = tether_buffer_room(key, text.length + 2, error);
  if (!room) return false;
  room[0] = (char)kind;
  if (text.length) memcpy(room + 1, text.data, text.length);
  room[text.length + 1] = '\0';
  key->length += text.length + 2;
  return true;
}

bool tether_typekey_add_spec(tether_buffer *key, tether_slice category, tether_slice id, tether_error *error) {
  enum { CATEGORY_MOST = 40, ID_MOST = 10 };
  char text[CATEGORY_MOST + 1 + ID_MOST];
  if (category.length > CATEGORY_MOST || id.length > ID_MOST)
    return tether_fail(error, TETHER_INVALID, "no type: its category or its id is too long");
  int length = snprintf(text, sizeof text, "%.*s:%.*s", (int)category.length, category.data, (int)id.length, id.data);
  return tether_typekey_add(key, TETHER_ITEM_SPEC, (tether_slice){text, (size_t)length}, error);
}

bool tether_typekey_next(tether_slice *key, tether_item_kind *kind, tether_slice *text) {
  if (key->length == 0) return false;
  const char *end = memchr(key->data, '\0', key->length);
  size_t length = (size_t)(end - key->data);
  *kind = (tether_item_kind)key->data[0];
  *text = (tether_slice){key->data + 1, length - 1};
  *key = (tether_slice){end + 1, key->length - length - 1};
  return true;
}

/* How many bytes of a blank `text` begins or ends with. */
static size_t blank_at(const char *text, size_t left, bool at_end) {
  if (left == 0) return 0;
  char c = at_end ? text[left - 1] : text[0];
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  return left >= 2 && memcmp(at_end ? text + left - 2 : text, "\xC2\xA0", 2) == 0 ? 2 : 0;
}

tether_slice tether_trim(tether_slice text) {
  for (size_t step; (step = blank_at(text.data, text.length, false)) != 0;)
    text = (tether_slice){text.data + step, text.length - step};
  for (size_t step; (step = blank_at(text.data, text.length, true)) != 0;) text.length -= step;
  return text;
}
