/* Bytes: comparing and copying short texts in place, where a call for each would cost more than the bytes do. */
#ifndef TETHER_BYTES_H
#define TETHER_BYTES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The plain form says what the fast one must do. */
static inline bool tether_bytes_same_plain(const char *a, const char *b, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (a[i] != b[i]) return false;
  return true;
}

#ifdef __SSE2__
#include <emmintrin.h>

/* Compares sixteen bytes at two places. Bit i of the answer is set when byte i is the same at both. */
static inline unsigned tether_bytes_alike(const char *a, const char *b) {
  __m128i left = _mm_loadu_si128((const __m128i *)(const void *)a);
  __m128i right = _mm_loadu_si128((const __m128i *)(const void *)b);
  return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(left, right));
}

/* Whether two texts of the same length are equal. They are compared in blocks; the last block may overlap the one
 * before, so that no byte behind the texts is read. */
static inline bool tether_bytes_same(const char *a, const char *b, size_t length) {
  uint64_t left, right, left_end, right_end;
  if (length > 16) {
    size_t last = length - 16;
    for (size_t i = 0; i < last; i += 16)
      if (tether_bytes_alike(a + i, b + i) != 0xFFFF) return false;
    return tether_bytes_alike(a + last, b + last) == 0xFFFF;
  }
  if (length < 8) return tether_bytes_same_plain(a, b, length);
  memcpy(&left, a, 8);
  memcpy(&right, b, 8);
  memcpy(&left_end, a + length - 8, 8);
  memcpy(&right_end, b + length - 8, 8);
  return ((left ^ right) | (left_end ^ right_end)) == 0;
}
#else
static inline bool tether_bytes_same(const char *a, const char *b, size_t length) {
  return tether_bytes_same_plain(a, b, length);
}
#endif

/* Copies a text in blocks and returns the end of the copy. Up to TETHER_BYTES_BLOCK - 1 bytes behind the text are read,
 * and as many behind the copy are written. Blocks are copied forwards, so a text may end where its copy begins. */
enum { TETHER_BYTES_BLOCK = 16 };

static inline char *tether_bytes_copy(char *to, const char *from, size_t length) {
  for (size_t i = 0; i < length; i += TETHER_BYTES_BLOCK) memcpy(to + i, from + i, TETHER_BYTES_BLOCK);
  return to + length;
}
#endif
