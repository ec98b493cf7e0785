/* EXPECT: a reader is given a text whole, cut once at every byte, and byte by byte, and must always read the same.
 *
 * The test has `read_cut` and `LLVMFuzzerTestOneInput` before it includes this. */
#ifndef TETHER_CUTS_H
#define TETHER_CUTS_H
#include <string.h>

#include "base/buffer.h"
#include "check.h"

static void expect(const char *text, size_t length, const char *expected, const char *message) {
  tether_buffer out;
  tether_error error = {0};
  tether_buffer_init(&out, 1 << 20);
  for (size_t cut = 0; cut <= length + 1; cut++) {
    read_cut(text, length, cut > length ? SIZE_MAX : cut, &out, &error);
    bool same = out.length == strlen(expected) && memcmp(out.data ? out.data : "", expected, out.length) == 0;
    if (!same || (message && strcmp(error.text, message) != 0)) {
      fprintf(stderr, "cut at %zu:\n  read     %.*s\n  expected %s\n  message  %s\n", cut, (int)out.length, out.data,
              expected, error.text);
      failed++;
      break;
    }
  }
  tether_buffer_free(&out);
  unsigned char piece[4096] = {2};
  if (length < sizeof piece) LLVMFuzzerTestOneInput(memcpy(piece + 1, text, length) ? piece : NULL, length + 1);
}

#define EXPECT(text, expected) expect(text, sizeof(text) - 1, expected, NULL)
#define EXPECT_SAYING(text, expected, message) expect(text, sizeof(text) - 1, expected, message)

#endif
