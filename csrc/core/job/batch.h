/* Batch: changes of one pair of object types and one stage, in memory: what must be sent of them, and what became of
 * each. It owns its memory. One thread. */
#ifndef TETHER_BATCH_H
#define TETHER_BATCH_H
#include "core/job/judge.h"
#include "core/links/rows.h"

typedef struct tether_batch {
  tether_changes changes;
  uint8_t *results; /* one for each change, a tether_result; NULL while there are no changes */
  tether_stage stage;
  bool was_sent; /* it was sent before, so a row that is not settled may have been written */
} tether_batch;

void tether_batch_free(tether_batch *batch); /* may be used again */

/* How many rows have each result: `counts` has room for TETHER_RESULTS. */
void tether_batch_count(const tether_batch *batch, size_t *counts);

/* Adds a row to `asked` for each change that is not settled (PENDING or UNKNOWN); with `and_done` also for each that is
 * DONE. NO_MEMORY. */
bool tether_batch_asked(const tether_batch *batch, bool and_done, tether_links *asked, tether_error *error);

/* Judges each row that is not settled by what was read. NO_MEMORY: some may be judged. */
bool tether_batch_judge(tether_batch *batch, const tether_typesets *sets, tether_specs primary,
                        const tether_links *current, tether_error *error);

/* What a request is made of. */
typedef enum tether_part {
  TETHER_PART_MISSING, /* links with all types that they shall have, where one is missing: for batch create */
  TETHER_PART_SURPLUS, /* links that stay, with the types that they shall lose */
  TETHER_PART_GONE,    /* links that go */
  TETHER_PART_GAINED,  /* of the stage of primaries: links that become the primary */
  TETHER_PART_LOST     /* of that stage: links that are the primary no more */
} tether_part;

/* Adds to `links` those pending rows that belong to a part, judged by what was read, and writes the number of each to
 * `rows`, which has room for every change. Returns how many. SIZE_MAX: NO_MEMORY. */
size_t tether_batch_part(const tether_batch *batch, const tether_typesets *sets, tether_specs primary,
                         const tether_links *current, tether_part part, tether_links *links, uint32_t *rows,
                         tether_error *error);

/* Gives a result to changes that are still pending: to the changes rows[i] for each place i in `which`. */
void tether_batch_settle(tether_batch *batch, const uint32_t *rows, tether_rows which, tether_result result);

#endif
