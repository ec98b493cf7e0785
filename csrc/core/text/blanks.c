#include "core/text/blanks.h"

#include <stdio.h>
#include <string.h>

enum { ENDING = 12 }; /* bytes that the longest escape needs, and "..." behind it */

/* Ranges of characters that are not seen. */
static const struct {
  uint32_t first, last;
} invisible[] = {{0x01, 0x20},     {0x7F, 0xA0},     {0xAD, 0xAD},     {0x1680, 0x1680}, {0x180E, 0x180E},
                 {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF}};

static bool is_invisible(uint32_t character) {
  for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++)
    if (character >= invisible[i].first && character <= invisible[i].last) return true;
  return false;
}

/* The character at the start of a text and its bytes; 0 bytes: it is no UTF-8. All characters of more than three
 * bytes are visible; their bytes are counted one by one. */
static size_t decode(tether_slice text, uint32_t *character) {
  const unsigned char *at = (const unsigned char *)text.data;
  if (text.length == 0) return 0;
  *character = at[0];
  if (at[0] < 0x80) return 1;
  size_t length = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : at[0] >= 0xC2 ? 2 : 0;
  if (!length || at[0] > 0xF4 || text.length < length) return 0;
  *character = at[0] & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++) {
    if ((at[i] & 0xC0) != 0x80) return 0;
    *character = *character << 6 | (at[i] & 0x3F);
  }
  return length;
}

size_t tether_blank_first(tether_slice text) {
  uint32_t character;
  size_t length = decode(text, &character);
  return length && is_invisible(character) ? length : 0;
}

size_t tether_blank_last(tether_slice text) {
  for (size_t length = 1; length <= 3 && length <= text.length; length++) {
    tether_slice last = {text.data + text.length - length, length};
    if (tether_blank_first(last) == length) return length;
  }
  return 0;
}

tether_slice tether_trim_invisible(tether_slice text) {
  for (size_t step; (step = tether_blank_first(text)) != 0;)
    text = (tether_slice){text.data + step, text.length - step};
  for (size_t step; (step = tether_blank_last(text)) != 0;) text.length -= step;
  return text;
}

bool tether_skip_marks(tether_slice text, bool last, size_t *at) {
  static const char mark[] = "\xEF\xBB\xBF";
  while (text.length - *at >= 3 && memcmp(text.data + *at, mark, 3) == 0) *at += 3;
  size_t left = text.length - *at;
  return last || left >= 3 || memcmp(text.data + *at, mark, left) != 0;
}

const char *tether_show(tether_slice text, char out[TETHER_SHOWN]) {
  size_t at = 0;
  while (text.length && at + ENDING < TETHER_SHOWN) {
    uint32_t character;
    size_t length = decode(text, &character);
    if (!length) {
      at += (size_t)snprintf(out + at, ENDING, "\\x{%02X}", (unsigned char)*text.data);
    } else if (character != ' ' && (character == 0 || is_invisible(character))) {
      at += (size_t)snprintf(out + at, ENDING, "\\u{%X}", (unsigned)character);
    } else {
      memcpy(out + at, text.data, length);
      at += length;
    }
    size_t step = length ? length : 1;
    text = (tether_slice){text.data + step, text.length - step};
  }
  snprintf(out + at, TETHER_SHOWN - at, "%s", text.length ? "..." : "");
  return out;
}
