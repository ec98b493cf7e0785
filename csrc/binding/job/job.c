/* A job file: facts, batches and their states. */
#include <string.h>

#include "base/sql.h"
#include "binding/job/job.h"
#include "core/job/steps.h"

tether_job *tether_check_job(lua_State *L, int arg) { return tether_check_box(L, arg, TETHER_JOB_TYPE, "job"); }

tether_specs tether_check_types(lua_State *L, int arg, tether_spec *types) {
  tether_specs specs = {types, 0};
  tether_error error;
  if (!tether_check_specs(L, arg, types, &specs.count, &error)) luaL_argerror(L, arg, error.text);
  return specs;
}

/* native.create(path) -> job | nil, err; "": a temporary one */
static int job_create(lua_State *L) {
  const char *path = tether_check_text(L, 1, "the path");
  tether_error error;
  void **box = tether_push_box(L, TETHER_JOB_TYPE);
  *box = tether_job_create(path, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

/* native.open(path, writes) -> job | nil, err */
static int job_open(lua_State *L) {
  const char *path = tether_check_text(L, 1, "the path");
  tether_error error;
  void **box = tether_push_box(L, TETHER_JOB_TYPE);
  *box = tether_job_open(path, lua_toboolean(L, 2), &error);
  return *box ? 1 : tether_push_error(L, &error);
}

/* job:close(), and __gc */
static int job_close(lua_State *L) {
  tether_job_free(tether_empty_box(L, TETHER_JOB_TYPE));
  return 0;
}

/* job:commit() -> true | nil, err */
static int job_commit(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_job_commit(tether_check_job(L, 1), &error), &error);
}

/* job:begin() -> true | nil, err: what is done until :finish is durable together */
static int job_begin(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_job_begin(tether_check_job(L, 1), &error), &error);
}

/* job:finish() -> true | nil, err */
static int job_finish(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_job_end(tether_check_job(L, 1), &error), &error);
}

/* job:save(path) -> true | nil, err */
static int job_save(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_job_save(tether_check_job(L, 1), tether_check_text(L, 2, "the path"), &error),
                          &error);
}

/* job:set(key, value) -> true | nil, err */
static int job_set(lua_State *L) {
  tether_error error;
  bool fine = tether_job_set(tether_check_job(L, 1), luaL_checkstring(L, 2), luaL_checkstring(L, 3), &error);
  return tether_push_done(L, fine, &error);
}

/* job:get(key) -> text, "" when there is none | nil, err */
static int job_get(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  const char *key = luaL_checkstring(L, 2);
  tether_error error;
  tether_buffer *value = tether_push_buffer(L, TETHER_CEILING_FIELD);
  if (!tether_job_get(job, key, value, &error)) return tether_push_error(L, &error);
  tether_push_bytes(L, value);
  return 1;
}

/* job:pair(from, to) -> number | nil, err */
static int job_pair(lua_State *L) {
  tether_error error;
  int64_t id = tether_job_pair(tether_check_job(L, 1), luaL_checkstring(L, 2), luaL_checkstring(L, 3), &error);
  if (!id) return tether_push_error(L, &error);
  lua_pushinteger(L, id);
  return 1;
}

/* job:label(pair, "USER_DEFINED:42", text) -> true | nil, err */
static int job_label(lua_State *L) {
  tether_error error;
  bool fine = tether_job_label(tether_check_job(L, 1), luaL_checkinteger(L, 2), luaL_checkstring(L, 3),
                               luaL_checkstring(L, 4), &error);
  return tether_push_done(L, fine, &error);
}

/* job:note(batch id, kind, from, to, text) -> true | nil, err */
static int job_note(lua_State *L) {
  tether_error error;
  bool fine = tether_job_note(tether_check_job(L, 1), luaL_checkinteger(L, 2), luaL_checkstring(L, 3),
                              luaL_checkinteger(L, 4), luaL_checkinteger(L, 5), luaL_checkstring(L, 6), &error);
  return tether_push_done(L, fine, &error);
}

/* job:unnote(batch id) -> true | nil, err */
static int job_unnote(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_job_unnote(tether_check_job(L, 1), luaL_checkinteger(L, 2), &error), &error);
}

/* -- what stands in the file, row by row --------------------------------------------------------------------------- */

/* Pushes an array of arrays: the columns of each row, integers and texts. */
static int push_rows(lua_State *L, tether_job *job, sqlite3_stmt *query) {
  tether_error error;
  lua_newtable(L);
  for (lua_Integer row = 1; tether_sql_next(tether_job_sql(job), query); row++) {
    lua_newtable(L);
    for (int i = 0; i < sqlite3_column_count(query); i++) {
      if (sqlite3_column_type(query, i) == SQLITE_INTEGER)
        lua_pushinteger(L, sqlite3_column_int64(query, i));
      else
        lua_pushlstring(L, (const char *)sqlite3_column_text(query, i), (size_t)sqlite3_column_bytes(query, i));
      lua_rawseti(L, -2, i + 1);
    }
    lua_rawseti(L, -2, row);
  }
  if (!tether_sql_failed(tether_job_sql(job), NULL)) return 1;
  tether_job_failed(job, &error);
  return tether_push_error(L, &error);
}

/* job:pairs() -> { { id, from type, to type }, … } | nil, err */
static int job_pairs(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  return push_rows(L, job,
                   tether_sql_query(tether_job_sql(job), "select id, from_type, to_type from pair order by id", ""));
}

/* job:typesets() -> { { 1, "HUBSPOT_DEFINED:279 USER_DEFINED:42" }, … }, in the order of their numbers | nil, err */
static int job_typesets(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  return push_rows(L, job, tether_sql_query(tether_job_sql(job), "select id, types from typeset order by id", ""));
}

/* job:labels(pair) -> { { "USER_DEFINED:42", text }, … } | nil, err */
static int job_labels(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  sqlite3_stmt *query = tether_sql_query(tether_job_sql(job), "select type, label from label where pair=?1", "i",
                                         luaL_checkinteger(L, 2));
  return push_rows(L, job, query);
}

/* job:notes(after, most) -> { { id, batch, kind, from, to, text }, … } behind a note | nil, err */
static int job_notes(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  sqlite3_stmt *query = tether_sql_query(
      tether_job_sql(job), "select id, batch, kind, from_id, to_id, text from note where id>?1 order by id limit ?2",
      "ii", luaL_checkinteger(L, 2), luaL_checkinteger(L, 3));
  return push_rows(L, job, query);
}

/* -- type sets ----------------------------------------------------------------------------------------------------- */

/* job:intern({ { category=, id= }, … }) -> index of a type set | nil, err */
static int job_intern(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  tether_spec types[TETHER_TYPES_MAX];
  tether_specs specs = tether_check_types(L, 2, types);
  tether_error error;
  uint32_t index = 0;
  if (!tether_typesets_intern(tether_job_sets(job), specs.types, specs.count, &index, &error))
    return tether_push_error(L, &error);
  lua_pushinteger(L, index);
  return 1;
}

/* job:types(index) -> { { category=, id= }, … } */
static int job_types(lua_State *L) {
  const tether_typesets *sets = tether_job_sets(tether_check_job(L, 1));
  lua_Integer index = luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && (lua_Unsigned)index < tether_typesets_count(sets), 2, "no such type set");
  size_t count;
  const tether_spec *types = tether_typesets_at(sets, (uint32_t)index, &count);
  tether_push_specs(L, types, count);
  return 1;
}

void tether_open_job(lua_State *L) {
  static const luaL_Reg methods[] = {{"commit", job_commit},
                                     {"save", job_save},
                                     {"set", job_set},
                                     {"get", job_get},
                                     {"pair", job_pair},
                                     {"label", job_label},
                                     {"note", job_note},
                                     {"unnote", job_unnote},
                                     {"pairs", job_pairs},
                                     {"labels", job_labels},
                                     {"notes", job_notes},
                                     {"types", job_types},
                                     {"intern", job_intern},
                                     {"typesets", job_typesets},
                                     {"begin", job_begin},
                                     {"finish", job_finish},
                                     {NULL, NULL}};
  static const luaL_Reg functions[] = {{"create", job_create}, {"open", job_open}, {NULL, NULL}};
  tether_new_closable(L, TETHER_JOB_TYPE, job_close, methods);
  luaL_setfuncs(L, functions, 0);
}
