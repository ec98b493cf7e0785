/* sort LINKS: the reference of sorting: a radix sort alone, from the lowest byte up, of packed records of 20 bytes,
 * with room for all of them twice; bytes that are the same everywhere are passed over. Prints its figures. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "figures.h"

typedef struct __attribute__((packed)) {
  int64_t from, to;
  uint32_t types;
} record;

enum { BYTES = 16, VALUES = 256 };

static inline unsigned byte_of(const record *one, int byte) {
  return (unsigned)((uint64_t)(byte < 8 ? one->to : one->from) >> (8 * (byte % 8))) % VALUES;
}

static record *sort(record *links, record *spare, size_t count) {
  static size_t counts[BYTES][VALUES];
  for (size_t i = 0; i < count; i++)
    for (int byte = 0; byte < BYTES; byte++) counts[byte][byte_of(&links[i], byte)]++;
  for (int byte = 0; byte < BYTES; byte++) {
    size_t sum = 0, next[VALUES];
    if (counts[byte][byte_of(&links[0], byte)] == count) continue;
    for (int value = 0; value < VALUES; value++) {
      next[value] = sum;
      sum += counts[byte][value];
    }
    for (size_t i = 0; i < count; i++) spare[next[byte_of(&links[i], byte)]++] = links[i];
    record *other = links;
    links = spare;
    spare = other;
  }
  return links;
}

int main(int count, char **arguments) {
  if (count != 2) return 2;
  size_t size = strtoull(arguments[1], NULL, 10);
  record *links = malloc(size * sizeof *links);
  if (!links) return 2;
  uint64_t state = 1;
  for (size_t i = 0; i < size; i++) { /* the same as sort.lua */
    state = state * 6364136223846793005u + 1442695040888963407u;
    links[i] = (record){10000000000 + (int64_t)((state >> 24) % 2500000),
                        20000000000 + (int64_t)((state >> 34) % 900000000), (uint32_t)(i % 10 == 0)};
  }
  figures begin = figures_begin();
  record *spare = malloc(size * sizeof *spare);
  if (!spare) return 2;
  const record *sorted = sort(links, spare, size);
  figures_print(begin, size);
  printf(" %llu\n", (unsigned long long)((uint64_t)sorted[size / 2].from));
  free(links);
  free(spare);
  return 0;
}
