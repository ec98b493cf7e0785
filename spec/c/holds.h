/* For tests of what writes texts. */
#ifndef TETHER_SPEC_HOLDS_H
#define TETHER_SPEC_HOLDS_H
#include <string.h>

#include "base/buffer.h"

/* Whether a buffer has this text, and nothing else. An empty one may have no memory yet. */
static inline bool holds(const tether_buffer *buffer, const char *text) {
  return buffer->length == strlen(text) && (buffer->length == 0 || memcmp(buffer->data, text, buffer->length) == 0);
}

#endif
