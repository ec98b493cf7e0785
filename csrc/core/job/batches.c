/* The batches of a job: added once, moved from state to state. */
#include <stdlib.h>

#include "base/sql.h"
#include "core/job/steps.h"

static const char *const states[] = {"planned", "sent", "settled", "unknown"};

const char *tether_batch_state_name(tether_batch_state state) { return states[state]; }

/* -- failures of SQLite, in the words of a job --------------------------------------------------------------------- */

static bool done(tether_job *job, tether_error *error) {
  return !tether_sql_failed(tether_job_sql(job), NULL) || tether_job_failed(job, error);
}

/* -- adding -------------------------------------------------------------------------------------------------------- */

static bool holds_more(const tether_typesets *sets, uint32_t larger, uint32_t smaller) {
  size_t count;
  tether_specs known;
  known.types = tether_typesets_at(sets, smaller, &known.count);
  const tether_spec *types = tether_typesets_at(sets, larger, &count);
  for (size_t i = 0; i < count; i++)
    if (!tether_specs_hold(known, types[i])) return true;
  return false;
}

/* What a batch will cost: its records, and the rows that each kind of request names. */
static tether_batch_facts facts_of(const tether_typesets *sets, const tether_change *list, size_t count) {
  tether_batch_facts facts = {.rows = (int64_t)count};
  for (size_t i = 0; i < count; i++) {
    facts.records += i == 0 || list[i].from != list[i - 1].from;
    facts.adds += list[i].after != 0 && holds_more(sets, list[i].after, list[i].before);
    facts.removes += list[i].before != 0 && holds_more(sets, list[i].before, list[i].after);
  }
  return facts;
}

/* Writes the changes of a batch, and what they will cost; the batch is there. */
static bool put_changes(tether_job *job, int64_t id, const tether_change *list, size_t count, tether_error *error) {
  tether_buffer bytes;
  tether_buffer_init(&bytes, TETHER_CEILING_ANSWER);
  tether_batch_facts facts = facts_of(tether_job_sets(job), list, count);
  bool fine = tether_job_store_sets(job, error) && tether_changes_pack(list, count, &bytes, error);
  if (fine) {
    int64_t digest = (int64_t)tether_digest(TETHER_DIGEST, bytes.data, bytes.length);
    tether_sql *sql = tether_job_sql(job);
    tether_sql_do(sql, "update batch set rows=?2, records=?3, adds=?4, removes=?5, digest=?6 where id=?1", "iiiiii", id,
                  facts.rows, facts.records, facts.adds, facts.removes, digest);
    tether_sql_do(sql, "insert or replace into content values(?1, ?2)", "ib", id, bytes.data, (int64_t)bytes.length);
    fine = done(job, error);
  }
  tether_buffer_free(&bytes);
  return fine;
}

bool tether_job_add(tether_job *job, int64_t pair, tether_stage stage, const tether_change *list, size_t count,
                    int64_t *id, tether_error *error) {
  tether_sql *sql = tether_job_sql(job);
  tether_sql_do(sql,
                "insert into batch(pair, stage, state, rows, records, adds, removes, digest, results) "
                "values(?1, ?2, 0, 0, 0, 0, 0, 0, x'')",
                "ii", pair, (int64_t)stage);
  *id = tether_sql_last_id(sql);
  return done(job, error) && put_changes(job, *id, list, count, error);
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

#define FACTS "select id, pair, stage, state, rows, records, adds, removes from batch where "

static bool read_facts(sqlite3_stmt *query, tether_batch_facts *facts) {
  int64_t stage = sqlite3_column_int64(query, 2), state = sqlite3_column_int64(query, 3);
  *facts = (tether_batch_facts){.id = sqlite3_column_int64(query, 0),
                                .pair = sqlite3_column_int64(query, 1),
                                .stage = (tether_stage)stage,
                                .state = (tether_batch_state)state,
                                .rows = sqlite3_column_int64(query, 4),
                                .records = sqlite3_column_int64(query, 5),
                                .adds = sqlite3_column_int64(query, 6),
                                .removes = sqlite3_column_int64(query, 7)};
  return stage > 0 && stage < TETHER_STAGES && state >= 0 && state <= TETHER_IN_DOUBT;
}

bool tether_job_next(tether_job *job, bool backwards, tether_batch_facts *facts, tether_error *error) {
  tether_sql *sql = tether_job_sql(job);
  int64_t stage = backwards && facts->id == 0 ? TETHER_STAGES : (int64_t)facts->stage;
  sqlite3_stmt *query =
      backwards
          ? tether_sql_query(sql, FACTS "(stage, id) < (?1, ?2) order by stage desc, id desc limit 1", "ii", stage,
                             facts->id)
          : tether_sql_query(sql, FACTS "(stage, id) > (?1, ?2) order by stage, id limit 1", "ii", stage, facts->id);
  if (error) error->code = TETHER_OK;
  if (!tether_sql_next(sql, query)) return done(job, error) && false;
  bool fine = read_facts(query, facts);
  tether_sql_end(query);
  return fine || tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: a batch of no known stage or state");
}

static tether_slice blob(sqlite3_stmt *query, int column) {
  return (tether_slice){sqlite3_column_blob(query, column), (size_t)sqlite3_column_bytes(query, column)};
}

static bool unpack(tether_job *job, sqlite3_stmt *query, tether_batch *batch, tether_error *error) {
  tether_slice changes = blob(query, 0);
  if ((int64_t)tether_digest(TETHER_DIGEST, changes.data, changes.length) != sqlite3_column_int64(query, 2))
    return tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: the digest of a batch is another one");
  if (!tether_changes_unpack(changes, tether_typesets_count(tether_job_sets(job)), &batch->changes, error))
    return false;
  if (!(batch->results = malloc(batch->changes.count + 1)))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a batch");
  return tether_results_unpack(blob(query, 1), batch->results, batch->changes.count, error);
}

bool tether_job_load(tether_job *job, const tether_batch_facts *facts, tether_batch *batch, tether_error *error) {
  tether_sql *sql = tether_job_sql(job);
  *batch = (tether_batch){.stage = facts->stage, .was_sent = facts->state != TETHER_PLANNED};
  sqlite3_stmt *query = tether_sql_query(
      sql, "select changes, results, digest from batch join content on batch=id where id=?1", "i", facts->id);
  bool fine = tether_sql_next(sql, query);
  if (!fine) return done(job, error) && tether_fail(error, TETHER_JOB_FILE, "the job has no such batch");
  fine = unpack(job, query, batch, error);
  tether_sql_end(query);
  if (!fine) tether_batch_free(batch);
  return fine;
}

bool tether_job_results(tether_job *job, const tether_batch_facts *facts, size_t *counts, tether_error *error) {
  sqlite3_stmt *query = tether_sql_query(tether_job_sql(job), "select results from batch where id=?1", "i", facts->id);
  memset(counts, 0, TETHER_RESULTS * sizeof *counts);
  if (!tether_sql_next(tether_job_sql(job), query))
    return done(job, error) && tether_fail(error, TETHER_JOB_FILE, "the job has no such batch");
  bool fine = tether_results_count(blob(query, 0), (size_t)facts->rows, counts, error);
  tether_sql_end(query);
  return fine;
}

/* -- moving -------------------------------------------------------------------------------------------------------- */

static bool may_move(tether_batch_state from, tether_batch_state to) {
  if (from == TETHER_SETTLED || to == TETHER_PLANNED) return false;
  return from != TETHER_PLANNED || to != TETHER_IN_DOUBT;
}

static bool write_packed(tether_job *job, int64_t id, tether_batch_state state, tether_slice results,
                         tether_error *error) {
  tether_sql_do(tether_job_sql(job), "update batch set state=?2, results=?3 where id=?1", "iib", id, (int64_t)state,
                results.data ? results.data : "", (int64_t)results.length);
  return done(job, error);
}

static bool write_state(tether_job *job, int64_t id, tether_batch_state state, const tether_batch *batch,
                        tether_error *error) {
  tether_buffer results;
  if (!batch) {
    tether_sql_do(tether_job_sql(job), "update batch set state=?2 where id=?1", "ii", id, (int64_t)state);
    return done(job, error);
  }
  tether_buffer_init(&results, TETHER_CEILING_ANSWER);
  bool fine = tether_results_pack(batch->results, batch->changes.count, &results, error) &&
              write_packed(job, id, state, (tether_slice){results.data, results.length}, error);
  tether_buffer_free(&results);
  return fine;
}

static bool state_of(tether_job *job, int64_t id, tether_batch_state *state, tether_error *error) {
  *state = (tether_batch_state)(tether_sql_number(tether_job_sql(job), TETHER_SETTLED,
                                                  "select state from batch where id=?1", "i", id) &
                                3);
  return done(job, error);
}

bool tether_job_block(tether_job *job, int64_t id, const tether_batch *batch, tether_error *error) {
  tether_batch_state state;
  if (!state_of(job, id, &state, error)) return false;
  if (state != TETHER_PLANNED) return tether_fail(error, TETHER_BAD_ARGUMENT, "the batch is %s", states[state]);
  return write_state(job, id, TETHER_PLANNED, batch, error);
}

bool tether_job_rewrite(tether_job *job, int64_t id, const tether_change *list, size_t count, tether_error *error) {
  tether_batch_state state;
  if (!state_of(job, id, &state, error)) return false;
  if (state != TETHER_PLANNED) return tether_fail(error, TETHER_BAD_ARGUMENT, "the batch is %s", states[state]);
  return put_changes(job, id, list, count, error);
}

static bool check_move(tether_job *job, int64_t id, tether_batch_state state, tether_error *error) {
  tether_batch_state from;
  if (!state_of(job, id, &from, error)) return false;
  return may_move(from, state) ||
         tether_fail(error, TETHER_BAD_ARGUMENT, "a batch that is %s cannot become %s", states[from], states[state]);
}

bool tether_job_move(tether_job *job, int64_t id, tether_batch_state state, const tether_batch *batch,
                     tether_error *error) {
  return check_move(job, id, state, error) && write_state(job, id, state, batch, error);
}

bool tether_job_take(tether_job *job, const tether_batch_facts *facts, tether_slice results, tether_error *error) {
  size_t counts[TETHER_RESULTS] = {0};
  if (!tether_results_count(results, (size_t)facts->rows, counts, error)) return false;
  bool doubtful = counts[TETHER_RESULT_PENDING] + counts[TETHER_RESULT_UNKNOWN] > 0;
  tether_batch_state state = doubtful ? TETHER_IN_DOUBT : TETHER_SETTLED;
  return check_move(job, facts->id, state, error) && write_packed(job, facts->id, state, results, error);
}
