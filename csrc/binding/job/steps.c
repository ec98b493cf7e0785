/* The steps of a job: methods of the job's class. */
#include "core/job/steps.h"

#include "base/sql.h"
#include "binding/job/job.h"

static const char *const states[] = {"pending", "sent", "done", "already", "drifted", "rejected", "unknown", NULL};

/* job:step(phase, facts as JSON) -> true | nil, err */
static int job_step(lua_State *L) {
  tether_error error;
  bool fine = tether_job_step(tether_check_job(L, 1), luaL_checkinteger(L, 2), luaL_checkstring(L, 3), &error);
  return tether_push_done(L, fine, &error);
}

static void set_text(lua_State *L, const char *name, sqlite3_stmt *query, int column) {
  lua_pushlstring(L, (const char *)sqlite3_column_text(query, column), (size_t)sqlite3_column_bytes(query, column));
  lua_setfield(L, -2, name);
}

static void push_step(lua_State *L, sqlite3_stmt *query) {
  int64_t state = sqlite3_column_int64(query, 1);
  lua_createtable(L, 0, 4);
  tether_set_integer(L, "id", sqlite3_column_int64(query, 0));
  tether_set_text(L, "state", states[state >= 0 && state < TETHER_STEP_STATES ? state : TETHER_STEP_UNKNOWN]);
  set_text(L, "facts", query, 2);
  set_text(L, "result", query, 3);
}

/* job:steps(phase, behind, most) -> { { id =, state =, facts =, result = }, … } behind a step | nil, err */
static int job_steps(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  lua_Integer phase = luaL_checkinteger(L, 2), behind = luaL_checkinteger(L, 3), most = luaL_checkinteger(L, 4);
  tether_error error;
  lua_newtable(L);
  if (!tether_job_has_steps(job)) return 1;
  sqlite3_stmt *query = tether_sql_query(
      tether_job_sql(job), "select id, state, facts, result from step where phase=?1 and id>?2 order by id limit ?3",
      "iii", phase, behind, most);
  for (lua_Integer row = 1; tether_sql_next(tether_job_sql(job), query); row++) {
    push_step(L, query);
    lua_rawseti(L, -2, row);
  }
  if (!tether_sql_failed(tether_job_sql(job), NULL)) return 1;
  tether_job_failed(job, &error);
  return tether_push_error(L, &error);
}

/* job:step_move(id, state, result) -> true | nil, err */
static int job_step_move(lua_State *L) {
  tether_error error;
  bool fine =
      tether_job_step_move(tether_check_job(L, 1), luaL_checkinteger(L, 2),
                           (tether_step_state)luaL_checkoption(L, 3, NULL, states), luaL_optstring(L, 4, ""), &error);
  return tether_push_done(L, fine, &error);
}

void tether_open_steps(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"step", job_step}, {"steps", job_steps}, {"step_move", job_step_move}, {NULL, NULL}};
  tether_add_methods(L, TETHER_JOB_TYPE, methods);
}
