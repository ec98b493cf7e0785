#include "base/id.h"

#include "base/digits.h"

_Static_assert((int)TETHER_ID_DIGITS == (int)TETHER_DIGITS_ROOM, "an id is written into the room that its digits need");

size_t tether_id_scan(const char *text, size_t length, int64_t *id) {
  uint64_t value; /* 19 digits stay below 10^19 < 2^64: no overflow before the check */
  if (length == 0 || text[0] == '0') return 0;
  size_t count = tether_digits_scan(text, length, TETHER_ID_DIGITS, &value);
  if (value > INT64_MAX) return 0;
  *id = (int64_t)value;
  return count;
}

bool tether_id_parse(const char *text, size_t length, int64_t *id) {
  int64_t value;
  uint64_t digits; /* most ids have between 9 and 16, which are read at once */
  if (length > 0 && text[0] != '0' && tether_digits_read(text, length, &digits)) return *id = (int64_t)digits, true;
  if (length == 0 || tether_id_scan(text, length, &value) != length) return false;
  *id = value;
  return true;
}

size_t tether_id_format(int64_t id, char *out) { return tether_digits_write((uint64_t)id, out); }

size_t tether_id_place(const int64_t *ids, size_t count, int64_t id) {
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (ids[middle] < id)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}
