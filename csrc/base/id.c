#include "base/id.h"

bool tether_id_parse(const char *text, size_t length, int64_t *id) {
  if (length == 0 || length > TETHER_ID_DIGITS || text[0] == '0') return false;
  uint64_t value = 0; /* 19 digits stay below 10^19 < 2^64: no overflow before the check */
  for (size_t i = 0; i < length; i++) {
    unsigned digit = (unsigned char)text[i] - (unsigned)'0';
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  if (value > INT64_MAX) return false;
  *id = (int64_t)value;
  return true;
}

size_t tether_id_format(int64_t id, char *out) {
  char reversed[TETHER_ID_DIGITS];
  size_t length = 0;
  uint64_t value = (uint64_t)id;
  do {
    reversed[length++] = (char)('0' + value % 10);
    value /= 10;
  } while (value && length < sizeof reversed);
  for (size_t i = 0; i < length; i++) out[i] = reversed[length - 1 - i];
  return length;
}
