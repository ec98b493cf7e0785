/* A batch of a job in memory. */
#include <string.h>

#include "binding/job/job.h"

static const char *const results[] = {"pending", "done", "already", "drifted", "rejected", "unknown", "blocked", NULL};

tether_batch *tether_check_batch(lua_State *L, int arg) {
  tether_batch *batch = luaL_checkudata(L, arg, TETHER_BATCH_TYPE);
  luaL_argcheck(L, batch->results, arg, "this batch is closed");
  return batch;
}

tether_batch *tether_push_batch(lua_State *L) {
  tether_batch *batch = lua_newuserdatauv(L, sizeof *batch, 0);
  *batch = (tether_batch){0};
  luaL_setmetatable(L, TETHER_BATCH_TYPE);
  return batch;
}

void tether_push_counts(lua_State *L, const size_t *counts) {
  lua_createtable(L, 0, TETHER_RESULTS);
  for (int i = 0; i < TETHER_RESULTS; i++) {
    lua_pushinteger(L, (lua_Integer)counts[i]);
    lua_setfield(L, -2, results[i]);
  }
}

/* batch:close(), and __gc */
static int batch_close(lua_State *L) {
  tether_batch_free(luaL_checkudata(L, 1, TETHER_BATCH_TYPE));
  return 0;
}

static int batch_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_check_batch(L, 1)->changes.count);
  return 1;
}

/* batch:count() -> { pending =, done =, … } */
static int batch_count(lua_State *L) {
  size_t counts[TETHER_RESULTS];
  tether_batch_count(tether_check_batch(L, 1), counts);
  tether_push_counts(L, counts);
  return 1;
}

/* batch:row(i) -> from, to, type set before, type set after, result */
static int batch_row(lua_State *L) {
  const tether_batch *batch = tether_check_batch(L, 1);
  size_t row = tether_check_place(L, 2, batch->changes.count);
  const tether_change *change = &batch->changes.list[row];
  lua_pushinteger(L, change->from);
  lua_pushinteger(L, change->to);
  lua_pushinteger(L, change->before);
  lua_pushinteger(L, change->after);
  lua_pushstring(L, results[batch->results[row]]);
  return 5;
}

/* batch:find(result, after) -> the first row behind `after` with this result, or nil */
static int batch_find(lua_State *L) {
  const tether_batch *batch = tether_check_batch(L, 1);
  int wanted = luaL_checkoption(L, 2, NULL, results);
  lua_Integer after = luaL_optinteger(L, 3, 0);
  luaL_argcheck(L, after >= 0, 3, "rows are counted from 1");
  for (size_t i = (size_t)after; i < batch->changes.count; i++) {
    if (batch->results[i] != wanted) continue;
    lua_pushinteger(L, (lua_Integer)i + 1);
    return 1;
  }
  return 0;
}

/* batch:asked(and done) -> native links of the rows that are not settled, and of those that are done | nil, err */
static int batch_asked(lua_State *L) {
  const tether_batch *batch = tether_check_batch(L, 1);
  tether_error error;
  tether_links **asked = tether_push_links(L);
  if (!(*asked = tether_links_new())) return tether_pushed_links(L, NULL);
  return tether_batch_asked(batch, lua_toboolean(L, 2), *asked, &error) ? 1 : tether_push_error(L, &error);
}

/* batch:judge(job, current, primary types) -> true | nil, err */
static int batch_judge(lua_State *L) {
  tether_batch *batch = tether_check_batch(L, 1);
  const tether_job *job = tether_check_job(L, 2);
  tether_spec types[TETHER_TYPES_MAX];
  tether_error error;
  const tether_links *current = tether_check_links(L, 3);
  bool fine =
      tether_batch_judge(batch, tether_job_sets((tether_job *)job), tether_check_types(L, 4, types), current, &error);
  return tether_push_done(L, fine, &error);
}

/* batch:part(job, name, current, primary types) -> links, rows: the change of each | nil, err */
static int batch_part(lua_State *L) {
  static const char *const parts[] = {"missing", "surplus", "gone", "gained", "lost", NULL};
  const tether_batch *batch = tether_check_batch(L, 1);
  tether_job *job = tether_check_job(L, 2);
  tether_part part = (tether_part)luaL_checkoption(L, 3, NULL, parts);
  const tether_links *current = tether_check_links(L, 4);
  tether_spec types[TETHER_TYPES_MAX];
  tether_specs primary = tether_check_types(L, 5, types);
  tether_error error;
  tether_links **links = tether_push_links(L);
  if (!(*links = tether_links_new())) return tether_pushed_links(L, NULL);
  uint32_t *rows = tether_push_rows(L, batch->changes.count);
  size_t count = tether_batch_part(batch, tether_job_sets(job), primary, current, part, *links, rows, &error);
  if (count == SIZE_MAX) return tether_push_error(L, &error);
  tether_rows_shrink(L, count);
  return 2;
}

/* batch:settle(rows of a part, which of them, result): pending changes alone are settled */
static int batch_settle(lua_State *L) {
  tether_batch *batch = tether_check_batch(L, 1);
  tether_rows rows = tether_check_rows(L, 2), which = tether_check_rows(L, 3);
  int result = luaL_checkoption(L, 4, NULL, results);
  luaL_argcheck(L, rows.list, 2, "the rows of a part are needed");
  for (size_t i = 0; i < which.count; i++) {
    size_t at = tether_rows_at(which, i);
    luaL_argcheck(L, at < rows.count && rows.list[rows.first + at] < batch->changes.count, 3, "no such row");
  }
  tether_batch_settle(batch, rows.list + rows.first, which, (tether_result)result);
  return 0;
}

/* batch:replace(result, other): changes with one result get another */
static int batch_replace(lua_State *L) {
  tether_batch *batch = tether_check_batch(L, 1);
  int from = luaL_checkoption(L, 2, NULL, results), to = luaL_checkoption(L, 3, NULL, results);
  for (size_t i = 0; i < batch->changes.count; i++)
    if (batch->results[i] == from) batch->results[i] = (uint8_t)to;
  return 0;
}

/* batch:block(row): a limit of its other record forbids it */
static int batch_block(lua_State *L) {
  tether_batch *batch = tether_check_batch(L, 1);
  batch->results[tether_check_place(L, 2, batch->changes.count)] = TETHER_RESULT_BLOCKED;
  return 0;
}

/* batch:sent(): what is read from now on may be the job's own work */
static int batch_sent(lua_State *L) {
  tether_check_batch(L, 1)->was_sent = true;
  return 0;
}

void tether_open_batch(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", batch_close}, {"__close", batch_close}, {"__len", batch_len}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"close", batch_close}, {"count", batch_count},   {"row", batch_row},
                                     {"find", batch_find},   {"asked", batch_asked},   {"judge", batch_judge},
                                     {"part", batch_part},   {"settle", batch_settle}, {"replace", batch_replace},
                                     {"sent", batch_sent},   {"block", batch_block},   {NULL, NULL}};
  tether_new_class(L, TETHER_BATCH_TYPE, meta, methods);
}
