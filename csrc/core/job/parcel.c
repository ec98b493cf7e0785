#include "core/job/parcel.h"

#include "base/sql.h"

void tether_parcel_free(tether_parcel *parcel) {
  tether_buffer_free(&parcel->changes);
  tether_buffer_free(&parcel->results);
}

static bool copy(sqlite3_stmt *query, int column, tether_buffer *into, tether_error *error) {
  tether_buffer_init(into, TETHER_CEILING_ANSWER);
  return tether_buffer_add(into, sqlite3_column_blob(query, column), (size_t)sqlite3_column_bytes(query, column),
                           error);
}

static bool read_parcel(sqlite3_stmt *query, tether_parcel *parcel, tether_error *error) {
  parcel->facts = (tether_batch_facts){.id = sqlite3_column_int64(query, 0),
                                       .pair = sqlite3_column_int64(query, 1),
                                       .stage = (tether_stage)sqlite3_column_int64(query, 2),
                                       .state = (tether_batch_state)sqlite3_column_int64(query, 3),
                                       .rows = sqlite3_column_int64(query, 4)};
  parcel->digest = sqlite3_column_int64(query, 5);
  return copy(query, 6, &parcel->changes, error) && copy(query, 7, &parcel->results, error);
}

bool tether_parcel_pack(tether_job *job, int64_t id, tether_parcel *parcel, tether_error *error) {
  tether_sql *sql = tether_job_sql(job);
  sqlite3_stmt *query = tether_sql_query(sql,
                                         "select id, pair, stage, state, rows, digest, changes, results from batch "
                                         "join content on batch=id where id=?1",
                                         "i", id);
  if (!tether_sql_next(sql, query)) {
    if (tether_sql_failed(sql, NULL)) return tether_job_failed(job, error);
    return tether_fail(error, TETHER_JOB_FILE, "the job has no such batch");
  }
  bool fine = read_parcel(query, parcel, error);
  tether_sql_end(query);
  return fine;
}

bool tether_parcel_unpack(tether_job *job, const tether_batch_facts *facts, int64_t digest, tether_slice changes,
                          tether_slice results, tether_error *error) {
  tether_sql *sql = tether_job_sql(job);
  tether_sql_do(sql, "delete from batch", "");
  tether_sql_do(sql, "delete from content", "");
  tether_sql_do(sql, "delete from note", "");
  tether_sql_do(sql, "insert into batch values(?1, ?2, ?3, ?4, ?5, 0, 0, 0, ?6, ?7)", "iiiiiib", facts->id, facts->pair,
                (int64_t)facts->stage, (int64_t)facts->state, facts->rows, digest, results.data ? results.data : "",
                (int64_t)results.length);
  tether_sql_do(sql, "insert into content values(?1, ?2)", "ib", facts->id, changes.data ? changes.data : "",
                (int64_t)changes.length);
  return !tether_sql_failed(sql, NULL) || tether_job_failed(job, error);
}
