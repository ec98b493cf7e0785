/* encode WHAT LINKS TURNS: writes the bodies of batch create, 2,000 links each, again and again into one buffer, and
 * prints its figures and the bytes. WHAT is tether, or memcpy: the same bytes copied from a body that is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/wire/encode.h"
#include "figures.h"

enum { BATCH = 2000 };

int main(int count, char **arguments) {
  if (count != 4) return 2;
  size_t rows = strtoull(arguments[2], NULL, 10), bytes = 0;
  static const tether_spec specs[2] = {{TETHER_HUBSPOT_DEFINED, 279}, {TETHER_USER_DEFINED, 42}};
  tether_links *links = tether_links_new();
  tether_buffer body, ready;
  tether_error error;
  uint32_t types[2];
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  tether_buffer_init(&ready, TETHER_CEILING_BODY);
  if (!tether_links_intern(links, specs, 1, &types[0], &error) ||
      !tether_links_intern(links, specs, 2, &types[1], &error))
    return 1;
  uint64_t state = 1;
  for (size_t i = 0; i < rows; i++) { /* one link in ten has a label beside the plain type */
    state = state * 6364136223846793005u + 1442695040888963407u;
    if (!tether_links_add(links, (int64_t)(10000000000u + (state >> 24) % 900000000000u),
                          (int64_t)(20000000000u + (state >> 34) % 900000000u), types[i % 10 == 0], &error))
      return 1;
  }
  bool copies = strcmp(arguments[1], "memcpy") == 0;
  if (!tether_encode_typed(links, (tether_rows){NULL, 0, BATCH}, &ready, &error)) return 1;
  figures begin = figures_begin();
  long turns = strtol(arguments[3], NULL, 10);
  for (long turn = 0; turn < turns; turn++)
    for (size_t first = 0; first + BATCH <= rows; first += BATCH) {
      tether_buffer_clear(&body);
      bool fine = copies ? tether_buffer_add(&body, ready.data, ready.length, &error)
                         : tether_encode_typed(links, (tether_rows){NULL, first, BATCH}, &body, &error);
      if (!fine) return 1;
      bytes += body.length;
    }
  figures_print(begin, rows * (size_t)turns);
  printf(" %zu\n", bytes);
  tether_buffer_free(&body);
  tether_buffer_free(&ready);
  tether_links_free(links);
  return 0;
}
