/* Any bytes in any encoding, whole and in pieces, become the same text. `make fuzz` runs it. */
#include "core/text/recode.h"

#include <stdlib.h>
#include <string.h>

static tether_buffer recoded(tether_encoding encoding, const char *text, size_t length, size_t piece) {
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 64 << 20);
  tether_recode *recode = tether_recode_new(encoding, &error);
  if (!recode) abort();
  for (size_t at = 0; at <= length; at += piece) {
    size_t next = piece < length - at ? piece : length - at;
    bool last = at + piece > length;
    char *exact = malloc(next + 1); /* so that ASan sees a read behind the end */
    memcpy(exact + 1, text + at, next);
    if (!tether_recode_add(recode, exact + 1, next, last, &out, &error)) abort();
    free(exact);
  }
  tether_recode_free(recode);
  return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  if (length < 2) return 0;
  tether_encoding encoding = data[1] % TETHER_ENCODING_COUNT;
  const char *text = (const char *)data + 2;
  tether_buffer whole = recoded(encoding, text, length - 2, length);
  tether_buffer pieces = recoded(encoding, text, length - 2, 1 + data[0] % 16);
  if (whole.length != pieces.length || (whole.length && memcmp(whole.data, pieces.data, whole.length) != 0)) abort();
  tether_buffer_free(&whole);
  tether_buffer_free(&pieces);
  (void)tether_encoding_guess(text, length - 2);
  return 0;
}
