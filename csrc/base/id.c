#include "base/id.h"

#include <string.h>

/* Eight digits at once, when the eight bytes are digits: each step joins neighbours, of two, four and eight digits. */
static inline bool read_eight(const char *text, uint64_t *value) {
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  uint64_t v;
  memcpy(&v, text, sizeof v);
  if (((v & 0xF0F0F0F0F0F0F0F0u) | (((v + 0x0606060606060606u) & 0xF0F0F0F0F0F0F0F0u) >> 4)) != 0x3333333333333333u)
    return false;
  v = (v & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
  v = (v & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
  *value = (v & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
  return true;
#else
  (void)text, (void)value;
  return false;
#endif
}

size_t tether_id_scan(const char *text, size_t length, int64_t *id) {
  size_t most = length < TETHER_ID_DIGITS ? length : TETHER_ID_DIGITS, count = 0;
  uint64_t value = 0, eight; /* 19 digits stay below 10^19 < 2^64: no overflow before the check */
  if (most && text[0] == '0') return 0;
  while (count + 8 <= most && read_eight(text + count, &eight)) {
    value = value * 100000000 + eight;
    count += 8;
  }
  for (unsigned digit; count < most && (digit = (unsigned char)text[count] - (unsigned)'0') <= 9; count++)
    value = value * 10 + digit;
  if (value > INT64_MAX) return 0;
  *id = (int64_t)value;
  return count;
}

bool tether_id_parse(const char *text, size_t length, int64_t *id) {
  int64_t value;
  if (length == 0 || tether_id_scan(text, length, &value) != length) return false;
  *id = value;
  return true;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                            "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                            "8081828384858687888990919293949596979899";

static const uint64_t powers[] = {0,
                                  10,
                                  100,
                                  1000,
                                  10000,
                                  100000,
                                  1000000,
                                  10000000,
                                  100000000,
                                  1000000000,
                                  10000000000,
                                  100000000000,
                                  1000000000000,
                                  10000000000000,
                                  100000000000000,
                                  1000000000000000,
                                  10000000000000000,
                                  100000000000000000,
                                  1000000000000000000};

/* From the number of bits, times log10(2), corrected by one comparison. */
static inline size_t count_digits(uint64_t value) {
  unsigned guess = (unsigned)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;
  return guess + (value >= powers[guess]);
}

size_t tether_id_format(int64_t id, char *out) {
  uint64_t value = (uint64_t)id;
  size_t length = count_digits(value);
  char *at = out + length;
  while (value >= 100) {
    memcpy(at -= 2, pairs + value % 100 * 2, 2);
    value /= 100;
  }
  if (value >= 10)
    memcpy(at - 2, pairs + value * 2, 2);
  else
    at[-1] = (char)('0' + value);
  return length;
}
