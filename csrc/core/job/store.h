/* Store: a job as one SQLite file, and the states of its batches. README.md has the schema.
 *
 * One thread. A job that is only freed, or whose process ends, is as it was after the last call that returned true.
 * FILE_FAILED: the disk; JOB_FILE: the file is no job, damaged, or of a newer version. */
#ifndef TETHER_STORE_H
#define TETHER_STORE_H
#include "core/job/batch.h"

typedef struct tether_job tether_job;
struct tether_sql;

/* A new job: in a new file, or, for "", in a temporary one without a name, until it is saved. In one transaction until
 * tether_job_commit. NULL: also FILE_FAILED when a file of this name is there. */
tether_job *tether_job_create(const char *path, tether_error *error);

/* An existing job; `writes`: locked for this process alone (JOB_BUSY) and checked whole, else it can only be read. */
tether_job *tether_job_open(const char *path, bool writes, tether_error *error);
void tether_job_free(tether_job *job); /* NULL is fine */

/* Ends the transaction in which a plan is written, with the digest of all batches. */
bool tether_job_commit(tether_job *job, tether_error *error);

/* Around several calls that are to be durable together. */
bool tether_job_begin(tether_job *job, tether_error *error);
bool tether_job_end(tether_job *job, tether_error *error); /* commits what was done since begin */

/* Copies the job to a new file, whole or not at all. */
bool tether_job_save(tether_job *job, const char *path, tether_error *error);

/* Facts, by name. An absent one is "" and 0. */
bool tether_job_set(tether_job *job, const char *key, const char *value, tether_error *error);
bool tether_job_get(tether_job *job, const char *key, tether_buffer *value, tether_error *error); /* appends it */

/* The number of a pair of object types; made when it is new. 0: failed. */
int64_t tether_job_pair(tether_job *job, const char *from, const char *to, tether_error *error);

/* The job's type sets. What is made in them is kept with the next batch. */
tether_typesets *tether_job_sets(tether_job *job);

typedef enum tether_batch_state { TETHER_PLANNED, TETHER_SENT, TETHER_SETTLED, TETHER_IN_DOUBT } tether_batch_state;
const char *tether_batch_state_name(tether_batch_state state); /* "planned", "sent", "settled", "unknown" */

typedef struct tether_batch_facts {
  int64_t id, pair;
  tether_stage stage;
  tether_batch_state state;
  int64_t rows, records, adds, removes; /* `adds` and `removes`: rows that a request of that kind names */
} tether_batch_facts;

/* Adds a batch in the state planned and fills `id`. */
bool tether_job_add(tether_job *job, int64_t pair, tether_stage stage, const tether_change *list, size_t count,
                    int64_t *id, tether_error *error);

/* The first batch behind another one in the order of writing, or against it; false with TETHER_OK: there is none.
 * `facts` holds the one before: zeroed, the first is found. */
bool tether_job_next(tether_job *job, bool backwards, tether_batch_facts *facts, tether_error *error);

/* Reads a batch with its results. */
bool tether_job_load(tether_job *job, const tether_batch_facts *facts, tether_batch *batch, tether_error *error);

/* How many rows of a batch have each result: `counts` has room for TETHER_RESULTS. */
bool tether_job_results(tether_job *job, const tether_batch_facts *facts, size_t *counts, tether_error *error);

/* Moves a batch to another state, with its results (`batch` NULL: as they stand). From planned to sent, from
 * sent and unknown to sent, settled and unknown, and from planned to settled when nothing is to be sent. BAD_ARGUMENT:
 * the batch is not in such a state. */
bool tether_job_move(tether_job *job, int64_t id, tether_batch_state state, const tether_batch *batch,
                     tether_error *error);

/* Moves a batch to settled, or to unknown when a row is not settled, with its results as they are packed. FILE_BROKEN:
 * they are none of such a batch, which stays as it is; BAD_ARGUMENT: as tether_job_move. */
bool tether_job_take(tether_job *job, const tether_batch_facts *facts, tether_slice results, tether_error *error);

/* Keeps the results of a planned batch: the rows that are blocked. BAD_ARGUMENT: it is no longer planned. */
bool tether_job_block(tether_job *job, int64_t id, const tether_batch *batch, tether_error *error);

/* Replaces the changes of a batch that is planned: ids and types that are known by now. BAD_ARGUMENT: it is not planned
 * any more. The digest of the job is that of before until the next tether_job_commit. */
bool tether_job_rewrite(tether_job *job, int64_t id, const tether_change *list, size_t count, tether_error *error);

/* Keeps a note of one row, for people, up to some number of a kind: blocked, drifted, rejected, conflict, unknown. */
bool tether_job_note(tether_job *job, int64_t batch, const char *kind, int64_t from, int64_t to, const char *text,
                     tether_error *error);

/* Forgets the notes of a batch, since it is judged anew. */
bool tether_job_unnote(tether_job *job, int64_t batch, tether_error *error);

/* A label's text, for people; `each` of all labels, notes and pairs is for bindings: rows of texts and numbers. */
bool tether_job_label(tether_job *job, int64_t pair, const char *type, const char *label, tether_error *error);

/* Whether there is a table of steps. */
bool tether_job_has_steps(tether_job *job);

/* For this room, and for bindings that list what stands in the file: the database; why it refused (false, and it goes
 * on anew); the type sets that are new are written. */
struct tether_sql *tether_job_sql(tether_job *job);
bool tether_job_failed(tether_job *job, tether_error *error);
bool tether_job_store_sets(tether_job *job, tether_error *error);

#endif
