#include "core/job/steps.h"

#include "base/sql.h"

static bool done(tether_job *job, tether_error *error) {
  return !tether_sql_failed(tether_job_sql(job), NULL) || tether_job_failed(job, error);
}

/* The first step makes the table. It also raises the file's version, so that earlier versions of Tether refuse a job
 * whose steps they do not know. */
static void make_table(tether_job *job) {
  if (!tether_job_has_steps(job))
    tether_sql_script(tether_job_sql(job),
                      "create table step(id integer primary key, phase integer not null, state integer not null,"
                      " facts text not null, result text not null);pragma user_version=2");
}

bool tether_job_step(tether_job *job, int64_t phase, const char *facts, tether_error *error) {
  make_table(job);
  tether_sql_do(tether_job_sql(job), "insert into step(phase, state, facts, result) values(?1, 0, ?2, '')", "it", phase,
                facts);
  return done(job, error);
}

bool tether_job_step_move(tether_job *job, int64_t id, tether_step_state state, const char *result,
                          tether_error *error) {
  tether_sql_do(tether_job_sql(job), "update step set state=?2, result=?3 where id=?1", "iit", id, (int64_t)state,
                result);
  int changed = tether_sql_changes(tether_job_sql(job));
  if (!done(job, error)) return false;
  return changed == 1 || tether_fail(error, TETHER_BAD_ARGUMENT, "the job has no such step");
}
