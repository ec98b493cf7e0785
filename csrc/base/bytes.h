/* Bytes: comparing and copying short texts in place, where a call for each would cost more than the bytes do. */
#ifndef TETHER_BYTES_H
#define TETHER_BYTES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether the eight bytes at two places differ: not 0. */
static inline uint64_t tether_bytes_differ(const char *a, const char *b) {
  uint64_t left, right;
  memcpy(&left, a, sizeof left);
  memcpy(&right, b, sizeof right);
  return left ^ right;
}

/* Whether two texts of the same length are equal. Blocks are joined without a branch for each, and the last may overlap
 * the one before: short texts are mostly equal. */
static inline bool tether_bytes_same(const char *a, const char *b, size_t length) {
  uint64_t differ = 0;
  if (length < sizeof differ) {
    for (size_t i = 0; i < length; i++) differ |= (uint64_t)(a[i] ^ b[i]);
    return differ == 0;
  }
  size_t last = length - sizeof differ;
  for (size_t i = 0; i < last; i += sizeof differ) differ |= tether_bytes_differ(a + i, b + i);
  return (differ | tether_bytes_differ(a + last, b + last)) == 0;
}

/* Copies a text in blocks: up to TETHER_BYTES_BLOCK - 1 bytes behind it are read and written as well. Forwards: a text
 * may stand before its copy in the same memory. */
enum { TETHER_BYTES_BLOCK = 16 };

static inline char *tether_bytes_copy(char *to, const char *from, size_t length) {
  for (size_t i = 0; i < length; i += TETHER_BYTES_BLOCK) memcpy(to + i, from + i, TETHER_BYTES_BLOCK);
  return to + length;
}
#endif
