/* A digest of what a read has learnt: links with their types, cursors, labels. */
#ifndef TETHER_FUZZ_READING_DIGEST_H
#define TETHER_FUZZ_READING_DIGEST_H
#include "core/wire/reading.h"
#include "digest.h"

static inline uint64_t digest_reading(uint64_t sum, const tether_reading *reading, const tether_links *links) {
  for (size_t i = 0; i < tether_links_count(links); i++) {
    tether_link link = tether_links_at(links, i);
    size_t count;
    const tether_spec *types = tether_links_types(links, i, &count);
    sum = digest_add(digest_add(sum, &link.from, sizeof link.from), &link.to, sizeof link.to);
    sum = count ? digest_add(sum, types, count * sizeof *types) : sum;
  }
  for (size_t i = 0; i < reading->cursor_count; i++) {
    sum = digest_add(sum, &reading->cursors[i].from, sizeof reading->cursors[i].from);
    sum = digest_text(sum, tether_reading_text(reading, reading->cursors[i].after));
  }
  for (size_t i = 0; i < reading->label_count; i++)
    sum = digest_text(sum, tether_reading_text(reading, reading->labels[i].text));
  return sum;
}

#endif
