/* Batches that leave a job file for workers, and come back: methods of jobs and of batches. */
#include "core/job/parcel.h"

#include "binding/job/job.h"

#define PARCEL "tether.native.parcel" /* a tether_parcel, while its texts are made */

static int parcel_free(lua_State *L) {
  tether_parcel_free(luaL_checkudata(L, 1, PARCEL));
  return 0;
}

/* job:pack(batch id) -> { id =, pair =, stage =, rows =, digest =, state = }, changes, results: the bytes of the file
 * | nil, err */
static int job_pack(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  lua_Integer id = luaL_checkinteger(L, 2);
  tether_error error;
  tether_parcel *parcel = lua_newuserdatauv(L, sizeof *parcel, 0);
  *parcel = (tether_parcel){0};
  luaL_setmetatable(L, PARCEL);
  if (!tether_parcel_pack(job, id, parcel, &error)) return tether_push_error(L, &error);
  lua_createtable(L, 0, 6);
  tether_set_integer(L, "id", parcel->facts.id);
  tether_set_integer(L, "pair", parcel->facts.pair);
  tether_set_integer(L, "stage", parcel->facts.stage);
  tether_set_integer(L, "rows", parcel->facts.rows);
  tether_set_integer(L, "digest", parcel->digest);
  tether_set_text(L, "state", tether_batch_state_name(parcel->facts.state));
  tether_push_bytes(L, &parcel->changes);
  tether_push_bytes(L, &parcel->results);
  return 3;
}

static int64_t integer_of(lua_State *L, const char *name) {
  lua_getfield(L, 2, name);
  int64_t value = luaL_checkinteger(L, -1);
  lua_pop(L, 1);
  return value;
}

static tether_slice check_bytes(lua_State *L, int arg) {
  tether_slice bytes;
  bytes.data = luaL_checklstring(L, arg, &bytes.length);
  return bytes;
}

/* job:unpack({ id =, pair =, stage =, rows =, digest =, was_sent = }, changes, results) -> true | nil, err: the batch
 * is the only one of this temporary job from now on */
static int job_unpack(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  tether_batch_facts facts = {.id = integer_of(L, "id"), .pair = integer_of(L, "pair"), .rows = integer_of(L, "rows")};
  int64_t stage = integer_of(L, "stage"), digest = integer_of(L, "digest");
  luaL_argcheck(L, stage >= TETHER_STAGE_LINK && stage < TETHER_STAGES, 2, "no such stage");
  facts.stage = (tether_stage)stage;
  lua_getfield(L, 2, "was_sent");
  facts.state = lua_toboolean(L, -1) ? TETHER_SENT : TETHER_PLANNED;
  tether_slice changes = check_bytes(L, 3), results = check_bytes(L, 4);
  tether_error error;
  return tether_push_done(L, tether_parcel_unpack(job, &facts, digest, changes, results, &error), &error);
}

/* job:take_results({ id =, rows = }, bytes) -> true | nil, err: what a worker says became of the rows of a batch */
static int job_take_results(lua_State *L) {
  tether_job *job = tether_check_job(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  tether_batch_facts facts = {.id = integer_of(L, "id"), .rows = integer_of(L, "rows")};
  tether_error error;
  return tether_push_done(L, tether_job_take(job, &facts, check_bytes(L, 3), &error), &error);
}

static void add_methods(lua_State *L, const char *class, const luaL_Reg *methods) {
  luaL_getmetatable(L, class);
  lua_getfield(L, -1, "__index");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}

void tether_open_parcel(lua_State *L) {
  static const luaL_Reg of_job[] = {
      {"pack", job_pack}, {"unpack", job_unpack}, {"take_results", job_take_results}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", parcel_free}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  tether_new_class(L, PARCEL, meta, none);
  add_methods(L, TETHER_JOB_TYPE, of_job);
}
