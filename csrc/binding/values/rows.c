/* Rows: a choice of rows of a links set, by their numbers. */
#include "binding/shared/binding.h"
#include "core/links/merge.h"

/* A list of row numbers lives in the userdata itself. A slice borrows the list of another one, which it keeps alive as
 * its user value. */
static int push_run(lua_State *L, tether_rows rows, int owner) {
  tether_rows *box = lua_newuserdatauv(L, sizeof *box, 1);
  *box = rows;
  luaL_setmetatable(L, TETHER_ROWS_TYPE);
  if (owner) {
    lua_pushvalue(L, owner);
    lua_setiuservalue(L, -2, 1);
  }
  return 1;
}

/* Pushes the rows that are their own leader, or those that are not. */
static void push_led(lua_State *L, const uint32_t *leaders, size_t count, bool leading, size_t wanted) {
  size_t kept = 0;
  uint32_t *rows = tether_push_rows(L, wanted);
  for (size_t row = 0; row < count && kept < wanted; row++)
    if ((leaders[row] == row) == leading) rows[kept++] = (uint32_t)row;
  tether_rows_shrink(L, kept);
}

/* links:unify() -> leaders (one row number for each row), the leaders themselves, the other rows | nil, err */
static int links_unify(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  size_t count = tether_links_count(links), leading = 0;
  tether_error error;
  uint32_t *leaders = tether_push_rows(L, count);
  if (!tether_links_unify(links, leaders, &error)) return tether_push_error(L, &error);
  tether_rows_shrink(L, count);
  for (size_t row = 0; row < count; row++) leading += leaders[row] == row;
  push_led(L, leaders, count, true, leading);
  push_led(L, leaders, count, false, count - leading);
  return 3;
}

#define UNIFYING "tether.native.unifying"

typedef struct {
  tether_unifying *work; /* NULL: ended */
  tether_rows leaders;   /* the list belongs to the user value 2 */
} unifying_box;

/* links:unifying() -> unifying | nil, err: as unify, in pieces; the set is not to be changed meanwhile */
static int links_unifying(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  unifying_box *box = lua_newuserdatauv(L, sizeof *box, 2);
  *box = (unifying_box){.work = NULL};
  luaL_setmetatable(L, UNIFYING);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  uint32_t *list = tether_push_rows(L, tether_links_count(links));
  box->leaders = (tether_rows){list, 0, tether_links_count(links)};
  tether_rows_shrink(L, box->leaders.count);
  lua_setiuservalue(L, -2, 2);
  tether_error error;
  box->work = tether_unifying_new(links, &error);
  return box->work ? 1 : tether_push_error(L, &error);
}

/* unifying:step(most) -> false: there is more; or leaders, the leaders themselves, the other rows; or nil, err */
static int unifying_step(lua_State *L) {
  unifying_box *box = luaL_checkudata(L, 1, UNIFYING);
  lua_Integer most = luaL_checkinteger(L, 2);
  luaL_argcheck(L, box->work, 1, "this has ended");
  luaL_argcheck(L, most > 0, 2, "some rows are needed");
  uint32_t *leaders = (uint32_t *)box->leaders.list;
  size_t count = box->leaders.count, leading = 0;
  bool done;
  tether_error error;
  if (!tether_unifying_step(box->work, (size_t)most, leaders, &done, &error)) return tether_push_error(L, &error);
  if (!done) return lua_pushboolean(L, 0), 1;
  for (size_t row = 0; row < count; row++) leading += leaders[row] == row;
  lua_getiuservalue(L, 1, 2);
  push_led(L, leaders, count, true, leading);
  push_led(L, leaders, count, false, count - leading);
  return 3;
}

static int unifying_gc(lua_State *L) {
  unifying_box *box = luaL_checkudata(L, 1, UNIFYING);
  tether_unifying_free(box->work);
  box->work = NULL;
  return 0;
}

/* links:distinct_from() -> rows, one for each record on the from side | nil, err */
static int links_distinct_from(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  tether_error error;
  if (tether_links_are_distinct(links)) return push_run(L, (tether_rows){NULL, 0, tether_links_count(links)}, 0);
  size_t count = tether_links_distinct_from(links, tether_push_rows(L, tether_links_count(links)), &error);
  if (count == SIZE_MAX) return tether_push_error(L, &error);
  tether_rows_shrink(L, count);
  return 1;
}

/* native.rows(first, count) -> the rows first … first + count - 1, counted from 1 */
static int rows_run(lua_State *L) {
  lua_Integer first = luaL_checkinteger(L, 1), count = luaL_checkinteger(L, 2);
  luaL_argcheck(L, first >= 1, 1, "rows are counted from 1");
  luaL_argcheck(L, count >= 0, 2, "a count is not negative");
  return push_run(L, (tether_rows){NULL, (size_t)first - 1, (size_t)count}, 0);
}

/* rows:slice(first, count) -> a part of them */
static int rows_slice(lua_State *L) {
  tether_rows rows = tether_check_rows(L, 1);
  lua_Integer first = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 3);
  luaL_argcheck(L, first >= 1 && (lua_Unsigned)first <= rows.count + 1, 2, "no such place");
  luaL_argcheck(L, count >= 0 && (lua_Unsigned)count <= rows.count - ((size_t)first - 1), 3, "not so many are left");
  return push_run(L, (tether_rows){rows.list, rows.first + (size_t)first - 1, (size_t)count}, 1);
}

static int rows_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_check_rows(L, 1).count);
  return 1;
}

/* rows:at(i) -> the row number at place i, both counted from 1 */
static int rows_at(lua_State *L) {
  tether_rows rows = tether_check_rows(L, 1);
  lua_pushinteger(L, (lua_Integer)tether_rows_at(rows, tether_check_place(L, 2, rows.count)) + 1);
  return 1;
}

void tether_open_rows(lua_State *L) {
  static const luaL_Reg meta[] = {{"__len", rows_len}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"slice", rows_slice}, {"at", rows_at}, {NULL, NULL}};
  static const luaL_Reg of_links[] = {
      {"unify", links_unify}, {"unifying", links_unifying}, {"distinct_from", links_distinct_from}, {NULL, NULL}};
  static const luaL_Reg of_unifying[] = {{"step", unifying_step}, {NULL, NULL}};
  static const luaL_Reg meta_of_unifying[] = {{"__gc", unifying_gc}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"rows", rows_run}, {NULL, NULL}};
  tether_new_class(L, TETHER_ROWS_TYPE, meta, methods);
  tether_new_class(L, UNIFYING, meta_of_unifying, of_unifying);
  tether_add_methods(L, TETHER_LINKS_TYPE, of_links);
  luaL_setfuncs(L, functions, 0);
}
