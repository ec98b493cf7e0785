/* Makes the batches of a job: sorts what is wanted, compares it with what is there, takes a job back. */
#include <string.h>

#include "binding/job/job.h"
#include "core/job/sorter.h"

#define SORTER "tether.native.sorter"
#define PLANNER "tether.native.planner"

enum { BATCH = 20000, MOST_LIMITS = 256 }; /* changes of a batch: full requests of 2,000; limits of a pair */

/* -- sorter -------------------------------------------------------------------------------------------------------- */

static tether_sorter *check_sorter(lua_State *L) { return tether_check_box(L, 1, SORTER, "sorter"); }

/* native.sorter(rows in memory | nil) -> sorter | nil, err */
static int sorter_new(lua_State *L) {
  lua_Integer run = luaL_optinteger(L, 1, 0);
  luaL_argcheck(L, run >= 0, 1, "a number of rows is needed");
  tether_error error;
  void **box = tether_push_box(L, SORTER);
  *box = tether_sorter_new((size_t)run, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

static int sorter_close(lua_State *L) {
  tether_sorter_free(tether_empty_box(L, SORTER));
  return 0;
}

/* sorter:add(links, "links" | "turned" | "folded" | "records" | "targets" | "probes") -> true | nil, err */
static int sorter_add(lua_State *L) {
  static const char *const kinds[] = {"links", "turned", "folded", "records", "targets", "probes", NULL};
  tether_sorter *sorter = check_sorter(L);
  const tether_links *links = tether_check_links(L, 2);
  tether_error error;
  bool fine = tether_sorter_add(sorter, links, (tether_wanted)luaL_checkoption(L, 3, "links", kinds), &error);
  return tether_push_done(L, fine, &error);
}

/* sorter:take(records, rows) -> wanted, probes, asked | false: there are no more | nil, err */
static int sorter_take(lua_State *L) {
  tether_sorter *sorter = check_sorter(L);
  lua_Integer records = luaL_checkinteger(L, 2), rows = luaL_checkinteger(L, 3);
  luaL_argcheck(L, records > 0, 2, "some records are needed");
  luaL_argcheck(L, rows > 0, 3, "some rows are needed");
  tether_portion portion;
  tether_error error;
  tether_links **wanted = tether_push_links(L), **probes = tether_push_links(L), **asked = tether_push_links(L);
  portion.wanted = *wanted = tether_links_new();
  portion.probes = *probes = tether_links_new();
  portion.asked = *asked = tether_links_new();
  if (!*wanted || !*probes || !*asked) return tether_pushed_links(L, NULL);
  if (tether_sorter_take(sorter, (size_t)records, (size_t)rows, &portion, &error)) return 3;
  if (error.code != TETHER_OK) return tether_push_error(L, &error);
  lua_pushboolean(L, 0);
  return 1;
}

/* sorter:counts() -> wanted rows taken, contradictions, from, to of the first */
static int sorter_counts(lua_State *L) {
  tether_sorted counts = tether_sorter_counts(check_sorter(L));
  lua_pushinteger(L, (lua_Integer)counts.rows);
  lua_pushinteger(L, (lua_Integer)counts.contradictions);
  lua_pushinteger(L, counts.from);
  lua_pushinteger(L, counts.to);
  return 4;
}

/* -- planner ------------------------------------------------------------------------------------------------------- */

typedef struct {
  int64_t pair;
  tether_policy policy;
  tether_spec managed[TETHER_TYPES_MAX], kept[TETHER_TYPES_MAX], plain[TETHER_TYPES_MAX], primary[TETHER_TYPES_MAX];
  tether_limit limits[MOST_LIMITS];
  tether_found found;
  size_t batch, blocked, conflicts; /* `batch`: changes of one batch */
  bool is_undo;                     /* what belongs to one record comes from several batches */
} planner;                          /* the job is its user value */

static planner *check_planner(lua_State *L) { return luaL_checkudata(L, 1, PLANNER); }

static tether_job *job_of(lua_State *L) {
  lua_getiuservalue(L, 1, 1);
  tether_job *job = tether_check_job(L, -1);
  lua_pop(L, 1);
  return job;
}

static tether_specs types_field(lua_State *L, int table, const char *name, tether_spec *types) {
  lua_getfield(L, table, name);
  tether_specs specs = {types, 0};
  if (!lua_isnil(L, -1)) specs = tether_check_types(L, lua_gettop(L), types);
  lua_pop(L, 1);
  return specs;
}

static int option_field(lua_State *L, int table, const char *name, const char *const *names) {
  lua_getfield(L, table, name);
  int found = luaL_checkoption(L, -1, names[0], names);
  lua_pop(L, 1);
  return found;
}

/* limits: { { category =, id =, max = }, … } */
static void read_limits(lua_State *L, int table, planner *p) {
  lua_getfield(L, table, "limits");
  int list = lua_gettop(L);
  lua_Integer count = lua_isnil(L, list) ? 0 : luaL_len(L, list);
  luaL_argcheck(L, count <= MOST_LIMITS, table, "too many limits");
  tether_spec types[TETHER_TYPES_MAX];
  if (count > 0) tether_check_types(L, list, types);
  for (lua_Integer i = 0; i < count; i++) {
    lua_geti(L, list, i + 1);
    lua_getfield(L, -1, "max");
    p->limits[i] = (tether_limit){types[i], luaL_checkinteger(L, -1)};
    lua_pop(L, 2);
  }
  p->policy.limits = p->limits;
  p->policy.limit_count = (size_t)count;
  lua_pop(L, 1);
}

/* native.planner(job, pair, { labels = "at least" | "exactly" | "managed", prune = "nothing" | "probed" | "records",
 * primary =, drops_primary =, one_type =, managed =, kept =, plain =, primaries =, limits =, batch = changes of a batch
 * | nil }) -> planner
 */
static int planner_new(lua_State *L) {
  static const char *const labels[] = {"at least", "exactly", "managed", NULL};
  static const char *const prunes[] = {"nothing", "probed", "records", NULL};
  tether_check_job(L, 1);
  lua_Integer pair = luaL_checkinteger(L, 2);
  luaL_checktype(L, 3, LUA_TTABLE);
  planner *p = lua_newuserdatauv(L, sizeof *p, 1);
  memset(p, 0, sizeof *p);
  p->pair = pair;
  luaL_setmetatable(L, PLANNER);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  p->policy.labels = (tether_mine)option_field(L, 3, "labels", labels);
  p->policy.prune = (tether_prune)option_field(L, 3, "prune", prunes);
  p->policy.moves_primary = tether_flag_field(L, 3, "primary");
  p->policy.drops_primary = tether_flag_field(L, 3, "drops_primary");
  p->policy.is_one_type = tether_flag_field(L, 3, "one_type");
  p->policy.managed = types_field(L, 3, "managed", p->managed);
  p->policy.kept = types_field(L, 3, "kept", p->kept);
  p->policy.plain = types_field(L, 3, "plain", p->plain);
  p->policy.primary = types_field(L, 3, "primaries", p->primary);
  read_limits(L, 3, p);
  lua_getfield(L, 3, "batch");
  lua_Integer batch = luaL_optinteger(L, -1, BATCH);
  luaL_argcheck(L, batch > 0, 3, "a batch has some changes");
  p->batch = (size_t)batch;
  lua_pop(L, 1);
  return 1;
}

static int planner_gc(lua_State *L) {
  tether_found_free(&check_planner(L)->found);
  return 0;
}

/* planner:compare(wanted, current, probes) -> true | nil, err; all are compact */
static int planner_compare(lua_State *L) {
  planner *p = check_planner(L);
  tether_error error;
  bool fine = tether_compare(&p->policy, tether_job_sets(job_of(L)), tether_check_links(L, 2), tether_check_links(L, 3),
                             tether_check_links(L, 4), &p->found, &error);
  return tether_push_done(L, fine, &error);
}

static bool note_all(tether_job *job, tether_changes *changes, const char *kind, const char *text, size_t *count,
                     tether_error *error) {
  bool fine = true;
  for (size_t i = 0; i < changes->count && fine; i++)
    fine = tether_job_note(job, 0, kind, changes->list[i].from, changes->list[i].to, text, error);
  *count += changes->count;
  changes->count = 0;
  return fine;
}

/* planner:undo(job that is taken back, batch, current, links are late) -> true | nil, err */
static int planner_undo(lua_State *L) {
  planner *p = check_planner(L);
  tether_job *job = job_of(L), *before = tether_check_job(L, 2);
  const tether_batch *batch = tether_check_batch(L, 3);
  p->is_undo = true;
  tether_undo undo = {.found = &p->found, .links_late = lua_toboolean(L, 5)};
  tether_error error;
  bool fine = tether_batch_undo(batch, tether_job_sets(before), tether_job_sets(job), p->policy.primary,
                                tether_check_links(L, 4), &undo, &error) &&
              note_all(job, &undo.conflicts, "conflict", "it was changed after the job", &p->conflicts, &error);
  tether_changes_free(&undo.conflicts);
  return tether_push_done(L, fine, &error);
}

/* Writes the changes of a stage that fill batches; all of them at the end. What belongs to one record stays in one
 * batch in the stage of primaries. */
static bool flush_stage(tether_job *job, planner *p, tether_stage stage, bool last, tether_error *error) {
  tether_changes *changes = &p->found.stages[stage];
  size_t first = 0, size = p->batch;
  if (stage == TETHER_STAGE_PRIMARY && changes->count > size) size = changes->count;
  bool fine = true;
  for (int64_t id; fine && (changes->count - first >= size || (last && first < changes->count));) {
    size_t count = changes->count - first < size ? changes->count - first : size;
    fine = tether_job_add(job, p->pair, stage, changes->list + first, count, &id, error);
    first += count;
  }
  if (first) memmove(changes->list, changes->list + first, (changes->count - first) * sizeof *changes->list);
  changes->count -= first;
  return fine;
}

/* planner:flush(last) -> true | nil, err: writes full batches, or all */
static int planner_flush(lua_State *L) {
  planner *p = check_planner(L);
  tether_job *job = job_of(L);
  tether_error error;
  bool last = lua_toboolean(L, 2);
  if (last) tether_changes_sort(&p->found.stages[TETHER_STAGE_PRIMARY]);
  bool fine = note_all(job, &p->found.blocked, "blocked", "it would break a limit", &p->blocked, &error);
  for (int stage = TETHER_STAGE_LINK; stage < TETHER_STAGES && fine; stage++)
    fine = (p->is_undo && !last && stage == TETHER_STAGE_PRIMARY) ||
           flush_stage(job, p, (tether_stage)stage, last, &error);
  return tether_push_done(L, fine, &error);
}

/* planner:counts() -> { link =, relabel =, unlink =, primary =, right =, present =, blocked =, conflict =,
 * contradictions =, contradicting = } */
static int planner_counts(lua_State *L) {
  const planner *p = check_planner(L);
  lua_createtable(L, 0, 10);
  tether_set_integer(L, "link", p->found.link);
  tether_set_integer(L, "relabel", p->found.relabel);
  tether_set_integer(L, "unlink", p->found.unlink);
  tether_set_integer(L, "primary", p->found.primary);
  tether_set_integer(L, "right", p->found.right);
  tether_set_integer(L, "present", p->found.present);
  tether_set_integer(L, "blocked", p->blocked + p->found.blocked.count);
  tether_set_integer(L, "conflict", p->conflicts);
  tether_set_integer(L, "contradictions", p->found.contradictions);
  tether_set_integer(L, "contradicting", p->found.contradicting);
  return 1;
}

void tether_open_planner(lua_State *L) {
  static const luaL_Reg sorter_methods[] = {
      {"add", sorter_add}, {"take", sorter_take}, {"counts", sorter_counts}, {NULL, NULL}};
  static const luaL_Reg planner_meta[] = {{"__gc", planner_gc}, {NULL, NULL}};
  static const luaL_Reg planner_methods[] = {{"compare", planner_compare},
                                             {"undo", planner_undo},
                                             {"flush", planner_flush},
                                             {"counts", planner_counts},
                                             {NULL, NULL}};
  static const luaL_Reg functions[] = {{"sorter", sorter_new}, {"planner", planner_new}, {NULL, NULL}};
  tether_new_closable(L, SORTER, sorter_close, sorter_methods);
  tether_new_class(L, PLANNER, planner_meta, planner_methods);
  luaL_setfuncs(L, functions, 0);
}
