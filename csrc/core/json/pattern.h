/* Patterns: objects of one answer that differ in their ids alone, as nearly all of HubSpot's do.
 *
 * The first of a kind is read by the JSON reader and learnt: the bytes before, between and behind its ids. Each further
 * one is compared with these bytes, and only its ids are read: ten times faster, and exact, since an object that is
 * equal byte for byte but for the digits of its ids means the same. Whatever differs in anything is left to the reader.
 */
#ifndef TETHER_PATTERN_H
#define TETHER_PATTERN_H
#include "core/json/json.h"

enum {
  TETHER_PATTERNS = 8,   /* kinds of objects that are remembered: links of an answer have a few sets of types */
  TETHER_PATTERN_IDS = 2 /* ids of one object */
};

/* Where the ids of an object stood: offsets into the answer, `end` behind the last digit; 0: not learnable. */
typedef struct tether_spot {
  size_t start, end;
} tether_spot;

typedef struct tether_pattern {
  const char *text; /* of the answer, which must live as long */
  size_t length;
  tether_spot spots[TETHER_PATTERN_IDS]; /* offsets into `text` */
  size_t ids;
  uint32_t tag; /* the caller's: what else the object means */
  size_t stem;  /* the same number in patterns that are alike up to their last id: these are read once */
} tether_pattern;

typedef struct tether_patterns {
  tether_pattern known[TETHER_PATTERNS];
  size_t count, last, oldest, stems;
} tether_patterns;

/* Reads an id as tether_json_id does, and notes where it stood; `spot` is {0, 0} before. An id that comes twice in one
 * object cannot be learnt. */
bool tether_json_id_at(tether_json *json, int64_t *id, tether_spot *spot);

/* Learns the object that has just been read, which began at `start`, with the ids that stood at `spots` in that order.
 * Does nothing when they are not learnable. */
void tether_patterns_learn(tether_patterns *patterns, const tether_json *json, size_t start, const tether_spot *spots,
                           size_t ids, uint32_t tag);

/* What an object that is like a known one says. */
typedef struct tether_likeness {
  int64_t ids[TETHER_PATTERN_IDS];
  tether_spot spots[TETHER_PATTERN_IDS];
  uint32_t tag;
} tether_likeness;

/* Reads the object that stands next if it is like one that was learnt; false: nothing was read. */
bool tether_patterns_read(tether_patterns *patterns, tether_json *json, tether_likeness *found);

/* Reads the object that stands next if it is like the one that was met last, and its ids, of which the pattern has two,
 * have the given digits; false: nothing was read. */
bool tether_patterns_echo(const tether_patterns *patterns, tether_json *json, tether_slice first, tether_slice second);

#endif
