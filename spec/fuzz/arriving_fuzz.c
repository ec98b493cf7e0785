/* Any bytes as a batch read that arrives in pieces, whose lengths the first byte chooses: it must say what it says
 * whole, and what is refused whole must be refused. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "core/wire/arriving.h"
#include "reading_digest.h"

static uint64_t sum_of(const tether_reading *reading, const tether_links *links) {
  return digest_reading(reading->says_more, reading, links);
}

/* 0: refused. */
static uint64_t read_whole(const char *text, size_t length) {
  tether_links *links = tether_links_new();
  tether_reading reading;
  tether_reading_init(&reading, links);
  uint64_t sum = tether_decode_batch_read(text, length, &reading, NULL) ? sum_of(&reading, links) : 0;
  tether_reading_free(&reading);
  tether_links_free(links);
  return sum;
}

static uint64_t read_pieces(const char *text, size_t length, size_t size) {
  tether_arriving *arriving = tether_arriving_new(size % 3 * 9 + 1, size % 5 * 7 + 1);
  tether_buffer answer;
  tether_error error;
  uint64_t sum = 0;
  tether_buffer_init(&answer, TETHER_CEILING_ANSWER);
  for (size_t at = 0; at < length; at += size) {
    tether_buffer_add(&answer, text + at, length - at < size ? length - at : size, NULL);
    tether_arriving_feed(arriving, &answer);
  }
  tether_arriving_end(arriving, &answer);
  if (tether_arriving_taken(arriving)) {
    tether_links *links = tether_links_new();
    const tether_reading *reading = tether_arriving_read(arriving, &answer, links, &error);
    if (reading) sum = sum_of(reading, links);
    tether_links_free(links);
  } else {
    sum = read_whole(answer.data ? answer.data : "", answer.length);
  }
  tether_buffer_free(&answer);
  tether_arriving_free(arriving);
  return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  if (length == 0) return 0;
  const char *text = (const char *)data + 1;
  if (read_whole(text, length - 1) != read_pieces(text, length - 1, 1 + data[0])) abort();
  return 0;
}
