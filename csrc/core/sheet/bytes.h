/* Bytes: where the readers of this room get theirs from, piece by piece: an entry of a ZIP, or memory. */
#ifndef TETHER_SHEET_BYTES_H
#define TETHER_SHEET_BYTES_H
#include "base/buffer.h"

typedef struct tether_bytes {
  void *self;
  /* Reads at most `size` (> 0) bytes. `*length` is 0 only at the end. False fills `error`. */
  bool (*read)(void *self, char *out, size_t size, size_t *length, tether_error *error);
} tether_bytes;

#endif
