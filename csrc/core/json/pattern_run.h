/* Runs: the objects of a list that are like known ones, read many in a loop, straight into columns.
 *
 * tether_patterns_read one by one is the plain form of it. The fast form knows which of several kinds an object is from
 * eight of its bytes, and then compares the whole object with that kind: lists whose kinds alternate at random cost it
 * no wrong guess. It needs AVX2, which is asked for when the program runs. */
#ifndef TETHER_PATTERN_RUN_H
#define TETHER_PATTERN_RUN_H
#include "core/json/pattern.h"

enum { TETHER_RUN_BYTES = 512 }; /* of an object, behind its last id */

/* Known objects that are alike up to their last id, made ready to be compared; begins with tether_run_init. */
typedef struct tether_run {
  size_t learnt, stem, misses; /* which patterns these are, and how often none of them was met */
  size_t ids, count;
  const char *texts[TETHER_PATTERN_IDS]; /* what stands before each id, in the patterns' text */
  size_t lengths[TETHER_PATTERN_IDS];
  uint32_t counts[TETHER_PATTERN_IDS]; /* a bit for each of its bytes */
  size_t tails[TETHER_PATTERNS];       /* how long each is behind its last id */
  uint64_t keys[TETHER_PATTERNS];      /* eight bytes of each tail, from `key_at` on; unused ones are the first again */
  uint32_t tags[TETHER_PATTERNS];
  size_t steps[TETHER_PATTERNS];                  /* from the end of the last id to the first id of the next object */
  char wanted[TETHER_PATTERNS][TETHER_RUN_BYTES]; /* the bytes of such a step, where `needed` has ones */
  char needed[TETHER_PATTERNS][TETHER_RUN_BYTES];
  size_t key_at, blocks, reach; /* of the longest: blocks of 64 bytes, and bytes that are looked at from an id on */
} tether_run;

void tether_run_init(tether_run *run);

/* Where what was read goes: room for `most` objects. `ids[1]` is of objects with two ids alone. */
typedef struct tether_run_room {
  int64_t *ids[TETHER_PATTERN_IDS];
  uint32_t *tags;
  size_t most;
  tether_spot last; /* out: where the last id of the last object stood */
} tether_run_room;

/* Reads the object that begins at `json->at` and those behind commas after it, without blanks between them, as long as
 * they have so many ids, are like one that was learnt, and a comma or the list's end follows. Returns how many; 0:
 * nothing was read. It may stop before one that tether_patterns_read could read. */
size_t tether_patterns_run(tether_patterns *patterns, tether_run *run, tether_json *json, size_t ids,
                           tether_run_room *room);

/* The same without a ready run. */
size_t tether_patterns_run_plain(tether_patterns *patterns, tether_json *json, size_t ids, tether_run_room *room);

#endif
