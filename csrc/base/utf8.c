#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* The length of the sequence at `text`, which begins with a byte above 0x7F; 0: not UTF-8. */
static size_t sequence(const unsigned char *text, size_t left) {
  unsigned char lead = text[0], low = 0x80, high = 0xBF;
  size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || left < length) return 0;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  if (text[1] < low || text[1] > high) return 0;
  for (size_t i = 2; i < length; i++)
    if ((text[i] & 0xC0) != 0x80) return 0;
  return length;
}

/* How many bytes at the front are ASCII without a NUL, in steps of eight. */
static size_t plain(const char *text, size_t length) {
  const uint64_t ones = 0x0101010101010101, tops = 0x8080808080808080;
  size_t at = 0;
  for (uint64_t word; at + sizeof word <= length; at += sizeof word) {
    memcpy(&word, text + at, sizeof word);
    if ((word | (word - ones)) & tops) break;
  }
  return at;
}

size_t tether_utf8_bad(const char *text, size_t length) {
  const unsigned char *bytes = (const unsigned char *)text;
  size_t at = plain(text, length);
  while (at < length) {
    if (bytes[at] < 0x80 && bytes[at]) {
      at++;
      continue;
    }
    size_t step = bytes[at] ? sequence(bytes + at, length - at) : 0;
    if (!step) return at;
    at += step + plain(text + at + step, length - at - step);
  }
  return length;
}
