#include "portal/message/cursor.h"

#include <stdio.h>
#include <string.h>

#include "base/id.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void portal_cursor_write(const char *type_id, int64_t last, char out[PORTAL_CURSOR]) {
  char plain[48];
  size_t length = (size_t)snprintf(plain, sizeof plain, "%.20s-%lld", type_id, (long long)last);
  for (size_t i = 0; i < length; i += 3) {
    size_t left = length - i;
    unsigned bits = (unsigned)(unsigned char)plain[i] << 16;
    if (left > 1) bits |= (unsigned)(unsigned char)plain[i + 1] << 8;
    if (left > 2) bits |= (unsigned)(unsigned char)plain[i + 2];
    *out++ = digits[bits >> 18];
    *out++ = digits[bits >> 12 & 63];
    if (left > 1) *out++ = digits[bits >> 6 & 63];
    if (left > 2) *out++ = digits[bits & 63];
    for (size_t pad = left; pad < 3; pad++) {
      memcpy(out, "%3D", 3);
      out += 3;
    }
  }
  *out = '\0';
}

bool portal_cursor_read(const char *text, int64_t *last) {
  char plain[80];
  size_t length = 0, count = strcspn(text, "=%");
  unsigned bits = 0;
  if (count > 96) return false;
  for (size_t i = 0; i < count; i++) {
    const char *digit = strchr(digits, text[i]);
    if (!digit) return false;
    bits = bits << 6 | (unsigned)(digit - digits);
    if (i % 4 > 0) plain[length++] = (char)(bits >> (2 * (3 - i % 4)) & 255);
  }
  plain[length] = '\0';
  const char *number = strrchr(plain, '-');
  return number && tether_id_parse(number + 1, strlen(number + 1), last);
}
