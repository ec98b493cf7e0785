/* What the fuzzers of readers share: a digest of what was read, and bytes that must read the same in pieces. */
#ifndef TETHER_FUZZ_DIGEST_H
#define TETHER_FUZZ_DIGEST_H
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DIGEST_START 14695981039346656037u

/* FNV-1a, and the length, so that a border between two texts counts. */
static inline uint64_t digest_add(uint64_t sum, const void *data, size_t length) {
  for (size_t i = 0; i < length; i++) sum = (sum ^ ((const unsigned char *)data)[i]) * 1099511628211u;
  return (sum ^ length) * 1099511628211u;
}

static inline uint64_t digest_text(uint64_t sum, const char *text) { return digest_add(sum, text, strlen(text)); }

/* Reads a text in pieces of some size, and answers the digest of what it has. */
typedef uint64_t read_in_pieces(const char *text, size_t length, size_t piece);

/* The first byte says how large the pieces are. Aborts where the rest reads otherwise in pieces than whole. */
static inline int check_pieces(const uint8_t *data, size_t length, read_in_pieces *read) {
  if (length == 0) return 0;
  const char *text = (const char *)data + 1;
  if (read(text, length - 1, length) != read(text, length - 1, 1 + data[0] % 16)) abort();
  return 0;
}

#endif
