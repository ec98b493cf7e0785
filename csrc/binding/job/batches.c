/* The batches of a job file: methods of the job's class. */
#include <string.h>

#include "binding/job/job.h"

static int64_t number_of(lua_State *L, int arg, const char *name) {
  lua_getfield(L, arg, name);
  int64_t value = luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  return value;
}

static tether_batch_facts check_facts(lua_State *L, int arg) {
  tether_batch_facts facts = {0};
  if (lua_isnoneornil(L, arg)) return facts;
  luaL_checktype(L, arg, LUA_TTABLE);
  facts.id = number_of(L, arg, "id");
  facts.stage = (tether_stage)number_of(L, arg, "stage");
  facts.rows = number_of(L, arg, "rows");
  lua_getfield(L, arg, "state");
  facts.state = strcmp(luaL_optstring(L, -1, "planned"), "planned") == 0 ? TETHER_PLANNED : TETHER_SENT;
  lua_pop(L, 1);
  return facts;
}

/* One of four numbers of a change. */
static int64_t check_part(lua_State *L, lua_Integer at, int64_t least, int64_t most) {
  lua_geti(L, 4, at);
  int64_t value = luaL_checkinteger(L, -1);
  luaL_argcheck(L, value >= least && value <= most, 4, "from, to, type set before and after are needed");
  lua_pop(L, 1);
  return value;
}

/* Changes from a Lua array of four numbers each, in a userdata that is pushed. */
static tether_change *check_changes(lua_State *L, const tether_job *job, size_t *count) {
  luaL_checktype(L, 4, LUA_TTABLE);
  *count = (size_t)luaL_len(L, 4) / 4;
  int64_t sets = (int64_t)tether_typesets_count(tether_job_sets((tether_job *)job)) - 1;
  tether_change *list = lua_newuserdatauv(L, (*count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < *count; i++) {
    lua_Integer at = (lua_Integer)i * 4;
    list[i].from = check_part(L, at + 1, 1, INT64_MAX);
    list[i].to = check_part(L, at + 2, 1, INT64_MAX);
    list[i].before = (uint32_t)check_part(L, at + 3, 0, sets);
    list[i].after = (uint32_t)check_part(L, at + 4, 0, sets);
  }
  return list;
}

/* job:add(pair, stage, { from, to, type set before, type set after, … }) -> batch id | nil, err */
static int job_add(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  lua_Integer pair = luaL_checkinteger(L, 2), stage = luaL_checkinteger(L, 3);
  luaL_argcheck(L, stage >= TETHER_STAGE_LINK && stage < TETHER_STAGES, 3, "no such stage");
  size_t count;
  int64_t id;
  tether_change *list = check_changes(L, job, &count);
  tether_error error;
  if (!tether_job_add(job, pair, (tether_stage)stage, list, count, &id, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, id);
  return 1;
}

/* job:rewrite(batch id, nil, { from, to, type set before, type set after, … }) -> true | nil, err */
static int job_rewrite(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2);
  size_t count;
  tether_change *list = check_changes(L, job, &count);
  tether_error error;
  return tether_push_done(L, tether_job_rewrite(job, id, list, count, &error), &error);
}

/* job:next(facts | nil, backwards) -> the facts of the batch behind it | false: none | nil, err */
static int job_next(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  tether_batch_facts facts = check_facts(L, 2);
  tether_error error;
  if (!tether_job_next(job, lua_toboolean(L, 3), &facts, &error)) {
    if (error.code != TETHER_OK) return tether_push_error(L, &error);
    lua_pushboolean(L, 0);
    return 1;
  }
  lua_createtable(L, 0, 8);
  tether_set_integer(L, "id", facts.id);
  tether_set_integer(L, "pair", facts.pair);
  tether_set_integer(L, "stage", facts.stage);
  tether_set_integer(L, "rows", facts.rows);
  tether_set_integer(L, "records", facts.records);
  tether_set_integer(L, "adds", facts.adds);
  tether_set_integer(L, "removes", facts.removes);
  tether_set_text(L, "state", tether_batch_state_name(facts.state));
  return 1;
}

/* job:load(facts) -> batch | nil, err */
static int job_load(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  tether_batch_facts facts = check_facts(L, 2);
  tether_error error;
  tether_batch *batch = tether_push_batch(L);
  return tether_job_load(job, &facts, batch, &error) ? 1 : tether_push_error(L, &error);
}

/* job:results(facts) -> { pending =, done =, … } | nil, err */
static int job_results(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  tether_batch_facts facts = check_facts(L, 2);
  size_t counts[TETHER_RESULTS];
  tether_error error;
  if (!tether_job_results(job, &facts, counts, &error)) return tether_push_error(L, &error);
  tether_push_counts(L, counts);
  return 1;
}

/* job:move(batch id, "sent" | "settled" | "unknown", batch or nil: its results stand) -> true | nil, err */
static int job_move(lua_State *L) {
  static const char *const names[] = {"planned", "sent", "settled", "unknown", NULL};
  tether_job *job = tether_check_job(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2);
  tether_batch_state state = (tether_batch_state)luaL_checkoption(L, 3, NULL, names);
  tether_error error;
  const tether_batch *batch = lua_isnoneornil(L, 4) ? NULL : tether_check_batch(L, 4);
  return tether_push_done(L, tether_job_move(job, id, state, batch, &error), &error);
}

/* job:block(batch id, batch) -> true | nil, err: keeps what is blocked of a planned batch */
static int job_block(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2);
  tether_error error;
  return tether_push_done(L, tether_job_block(job, id, tether_check_batch(L, 3), &error), &error);
}

void tether_open_batches(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"add", job_add},         {"rewrite", job_rewrite}, {"next", job_next},   {"load", job_load},
      {"results", job_results}, {"move", job_move},       {"block", job_block}, {NULL, NULL}};
  tether_add_methods(L, TETHER_JOB_TYPE, methods);
}
