#include "base/digits.h"

#include <string.h>

static const uint64_t powers_of_ten[] = {1,
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

/* -- the plain forms ---------------------------------------------------------------------------------------------- */

size_t tether_digits_scan_plain(const char *text, size_t length, size_t most, uint64_t *value) {
  size_t count = 0;
  uint64_t sum = 0;
  if (most > length) most = length;
  for (unsigned digit; count < most && (digit = (unsigned char)text[count] - (unsigned)'0') <= 9; count++)
    sum = sum * 10 + digit;
  *value = sum;
  return count;
}

/* How many decimal digits a number has: its bits times log10(2), which is 1233 / 4096, corrected by one comparison. */
static inline size_t digits_of(uint64_t value) {
  size_t guess = (size_t)(64 - __builtin_clzll(value | 1)) * 1233 >> 12;
  return guess + (guess == 0 || value >= powers_of_ten[guess]);
}

size_t tether_digits_count_plain(const char *text, size_t length) {
  size_t count = 0;
  while (count < length && text[count] >= '0' && text[count] <= '9') count++;
  return count;
}

size_t tether_digits_write_plain(uint64_t value, char *out) {
  size_t length = digits_of(value);
  for (size_t i = length; i-- > 0; value /= 10) out[i] = (char)('0' + value % 10);
  return length;
}

/* -- the fast forms ----------------------------------------------------------------------------------------------- */

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* How many of eight bytes are digits before the first that is none. The high half of a digit is 3, with and without 6
 * added to it. The addition carries only out of a byte that is no digit, so it can spoil only bytes behind the first
 * such byte. */
static inline unsigned leading_digits(uint64_t bytes) {
  const uint64_t high = 0xF0F0F0F0F0F0F0F0u, three = 0x3030303030303030u, six = 0x0606060606060606u;
  uint64_t strange = ((bytes & high) ^ three) | (((bytes + six) & high) ^ three);
  return strange ? (unsigned)__builtin_ctzll(strange) / 8 : 8;
}

static inline bool all_digits(uint64_t bytes) {
  const uint64_t high = 0xF0F0F0F0F0F0F0F0u, three = 0x3030303030303030u, six = 0x0606060606060606u;
  return (((bytes & high) ^ three) | (((bytes + six) & high) ^ three)) == 0;
}

/* The value of eight digits: each step joins neighbours, of one, two and four digits. */
static inline uint64_t join(uint64_t bytes) {
  bytes = (bytes & 0x0F0F0F0F0F0F0F0Fu) * 2561 >> 8;
  bytes = (bytes & 0x00FF00FF00FF00FFu) * 6553601 >> 16;
  return (bytes & 0x0000FFFF0000FFFFu) * 42949672960001u >> 32;
}

size_t tether_digits_count(const char *text, size_t length) {
  for (size_t count = 0; length - count >= 8;) {
    uint64_t bytes;
    memcpy(&bytes, text + count, sizeof bytes);
    unsigned digits = leading_digits(bytes);
    count += digits;
    if (digits < 8) return count;
    if (length - count < 8) return count + tether_digits_count_plain(text + count, length - count);
  }
  return tether_digits_count_plain(text, length);
}

/* Reads eight bytes at a time. Where fewer than eight are digits, the digits are shifted so that zeros stand before
 * them. */
size_t tether_digits_scan(const char *text, size_t length, size_t most, uint64_t *value) {
  size_t count = 0;
  uint64_t sum = 0, rest;
  if (most > length) most = length;
  while (count < most && length - count >= 8) {
    uint64_t bytes;
    memcpy(&bytes, text + count, sizeof bytes);
    size_t digits = leading_digits(bytes);
    if (digits > most - count) digits = most - count;
    if (digits == 0) break;
    sum = sum * powers_of_ten[digits] + join(bytes << (64 - 8 * digits));
    count += digits;
    if (digits < 8) break;
  }
  *value = sum;
  if (length - count >= 8 || count == most) return count;
  size_t more = tether_digits_scan_plain(text + count, length - count, most - count, &rest);
  *value = sum * powers_of_ten[more] + rest;
  return count + more;
}

/* Two blocks of eight digits. The second may overlap the first; the digits that both have are shifted out of the first.
 */
bool tether_digits_read(const char *text, size_t digits, uint64_t *value) {
  uint64_t first, last;
  if (digits < 9 || digits > 16) return false;
  memcpy(&first, text, sizeof first);
  memcpy(&last, text + digits - 8, sizeof last);
  if (!all_digits(first) || !all_digits(last)) return false;
  *value = join(first << (128 - 8 * digits)) * 100000000 + join(last);
  return true;
}

/* The eight digits of a number below 10^8, the first in the lowest byte: each step parts halves, of four, two and one
 * digit. The factors are 2^20 / 100 and 2^10 / 10, rounded up, and exact for what they meet. */
static inline uint64_t part(uint32_t value) {
  uint64_t fours = value / 10000 | (uint64_t)(value % 10000) << 32;
  uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007Fu;
  uint64_t twos = hundreds | (fours - 100 * hundreds) << 16;
  uint64_t tens = (twos * 103 >> 10) & 0x000F000F000F000Fu;
  return (tens | (twos - 10 * tens) << 8) | 0x3030303030303030u;
}

static inline void put_eight(char *out, uint64_t bytes) { memcpy(out, &bytes, sizeof bytes); }

/* Blocks of eight digits. The first block is shifted, so that the zeros at its front are not written. */
size_t tether_digits_write(uint64_t value, char *out) {
  size_t length = digits_of(value);
  if (length <= 8) {
    put_eight(out, part((uint32_t)value) >> (64 - 8 * length));
  } else if (length <= 16) {
    put_eight(out, part((uint32_t)(value / 100000000)) >> (128 - 8 * length));
    put_eight(out + length - 8, part((uint32_t)(value % 100000000)));
  } else {
    uint64_t behind = value % 10000000000000000u;
    put_eight(out, part((uint32_t)(value / 10000000000000000u)) >> (192 - 8 * length));
    put_eight(out + length - 16, part((uint32_t)(behind / 100000000)));
    put_eight(out + length - 8, part((uint32_t)(behind % 100000000)));
  }
  return length;
}

/* -- sixteen at once ----------------------------------------------------------------------------------------------- */

#ifdef __SSE2__
#include <emmintrin.h>

/* The sixteen digits of a number below 10^16, zeros first. Each step parts all numbers of a block into halves, of four,
 * two and one digit, by multiplying with a reciprocal that is exact for what it meets. */
static inline __m128i sixteen(uint64_t value) {
  __m128i eights = _mm_set_epi64x((int64_t)(value % 100000000), (int64_t)(value / 100000000));
  __m128i tops = _mm_srli_epi64(_mm_mul_epu32(eights, _mm_set1_epi64x(0xD1B71759)), 45);
  __m128i rests = _mm_sub_epi64(eights, _mm_mul_epu32(tops, _mm_set1_epi64x(10000)));
  __m128i fours = _mm_or_si128(tops, _mm_slli_epi64(rests, 32));
  __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi16(5243)), 3);
  __m128i below = _mm_sub_epi16(fours, _mm_mullo_epi16(hundreds, _mm_set1_epi16(100)));
  __m128i twos = _mm_or_si128(hundreds, _mm_slli_epi32(below, 16));
  __m128i tens = _mm_mulhi_epu16(twos, _mm_set1_epi16(6554));
  __m128i ones = _mm_sub_epi16(twos, _mm_mullo_epi16(tens, _mm_set1_epi16(10)));
  return _mm_or_si128(_mm_or_si128(tens, _mm_slli_epi16(ones, 8)), _mm_set1_epi8('0'));
}

size_t tether_digits_write_over(uint64_t value, char *out) {
  size_t length = digits_of(value);
  if (length > 16) return tether_digits_write(value, out);
  _mm_storeu_si128((__m128i *)(void *)(out + length - 16), sixteen(value));
  return length;
}
#else
size_t tether_digits_write_over(uint64_t value, char *out) { return tether_digits_write(value, out); }
#endif

#else

size_t tether_digits_write_over(uint64_t value, char *out) { return tether_digits_write_plain(value, out); }

bool tether_digits_read(const char *text, size_t digits, uint64_t *value) {
  return digits >= 9 && digits <= 16 && tether_digits_scan_plain(text, digits, digits, value) == digits;
}

size_t tether_digits_scan(const char *text, size_t length, size_t most, uint64_t *value) {
  return tether_digits_scan_plain(text, length, most, value);
}

size_t tether_digits_count(const char *text, size_t length) { return tether_digits_count_plain(text, length); }

size_t tether_digits_write(uint64_t value, char *out) { return tether_digits_write_plain(value, out); }

#endif
