/* Batch: the envelope of every batch answer, written as its results come. */
#ifndef TETHER_PORTAL_BATCH_H
#define TETHER_PORTAL_BATCH_H
#include "portal/api/call.h"
#include "portal/api/read.h"

typedef struct portal_batch {
  portal_call *call;
  size_t results;
  json_t *errors;       /* NULL: none yet */
  bool whole;           /* one error cancels it */
  portal_problem first; /* the first error, for answers that are refused as a whole */
  struct {
    const char *text; /* in the body; NULL: none yet */
    size_t length;
    portal_typeset types;
  } last; /* the types of the input before: most batches repeat them */
} portal_batch;

/* Begins the answer of a call. It is ended by portal_batch_end or portal_batch_drop. */
void portal_batch_begin(portal_batch *batch, portal_call *call);

/* The writer, ready for one more result. */
portal_writer *portal_batch_next(portal_batch *batch);
void portal_batch_item(portal_batch *batch, json_t *item); /* a result as JSON; taken over */

/* Works a batch input by input: `work` adds a result, or fails the input; false from it refuses the whole request. Ends
 * as portal_batch_end does. */
typedef bool (*portal_batch_work)(portal_batch *batch, json_t *input, size_t i);
bool portal_batch_each(portal_call *call, int64_t most, portal_batch_work work, int fine, int partial);

/* The same, but the first input that fails cancels the batch: the answer has that one error and no results, and nothing
 * of the batch is kept. */
bool portal_batch_whole(portal_call *call, int64_t most, portal_batch_work work, int fine, int canceled);

/* The same, where most inputs can be read without building JSON: `quick` works the one that begins at `at` and answers
 * where it ends, or NULL for one that is written in another way, which is left to `work`. */
typedef const char *(*portal_batch_quick)(portal_batch *batch, const char *at, const char *end);
bool portal_batch_each_quick(portal_call *call, int64_t most, portal_batch_quick quick, portal_batch_work work,
                             int fine, int partial);

/* One input failed; the problem is cleared. */
void portal_batch_fail(portal_batch *batch, portal_problem *problem);

/* Drops the answer: the request is refused as a whole. */
void portal_batch_drop(portal_batch *batch);

/* Ends the answer with `fine`, or with `partial` when there are errors. `fine` 204 leaves the body out. */
bool portal_batch_end(portal_batch *batch, int fine, int partial);
#endif
