/* Change: what is to become of one pair, as the types before and after; and many of them as few bytes.
 *
 * Types are indices of type sets that the job keeps; index 0 is no link at all. */
#ifndef TETHER_CHANGE_H
#define TETHER_CHANGE_H
#include "base/buffer.h"

typedef struct tether_change {
  int64_t from, to;       /* record ids, > 0 */
  uint32_t before, after; /* type sets of the job; 0: no link */
} tether_change;

/* A list of changes, owned by whoever holds it. Zeroed: none. */
typedef struct tether_changes {
  tether_change *list;
  size_t count, capacity;
} tether_changes;

/* What became of a change; the numbers stand in files. */
typedef enum tether_result {
  TETHER_RESULT_PENDING,
  TETHER_RESULT_DONE,     /* by the job */
  TETHER_RESULT_ALREADY,  /* it was as wished before the job wrote */
  TETHER_RESULT_DRIFTED,  /* changed by somebody else since the plan: left alone */
  TETHER_RESULT_REJECTED, /* by the account */
  TETHER_RESULT_UNKNOWN,
  TETHER_RESULT_BLOCKED, /* when it was planned: a limit of the other record forbids it */
  TETHER_RESULTS
} tether_result;

/* NO_MEMORY: as before. */
bool tether_changes_add(tether_changes *changes, tether_change change, tether_error *error);
void tether_changes_free(tether_changes *changes); /* may be used again */
void tether_changes_sort(tether_changes *changes); /* by from and to */

/* Appends `count` changes as bytes: see README.md. NO_MEMORY, TOO_LARGE. */
bool tether_changes_pack(const tether_change *list, size_t count, tether_buffer *bytes, tether_error *error);

/* Reads such bytes; each index must be below `sets`. On failure `changes` is empty: FILE_BROKEN, NO_MEMORY. */
bool tether_changes_unpack(tether_slice bytes, size_t sets, tether_changes *changes, tether_error *error);

/* Results, one byte a row, as runs; how many rows have each, added to `counts`; and back. The runs must make exactly so
 * many rows, or be none, when all are pending. FILE_BROKEN, NO_MEMORY. */
bool tether_results_pack(const uint8_t *results, size_t count, tether_buffer *bytes, tether_error *error);
bool tether_results_count(tether_slice bytes, size_t rows, size_t *counts, tether_error *error);
bool tether_results_unpack(tether_slice bytes, uint8_t *results, size_t count, tether_error *error);

/* FNV-1a over some bytes, going on from the digest of earlier ones; TETHER_DIGEST begins. */
#define TETHER_DIGEST UINT64_C(14695981039346656037)
uint64_t tether_digest(uint64_t before, const void *data, size_t length);

#endif
