/* tether.native.lines: a number for each row of a links set: the line that it came from, or what else is to be known.
 */
#include "core/links/lines.h"
#include "binding/shared/binding.h"

#define LINES "tether.native.lines"

tether_lines *tether_push_lines(lua_State *L) {
  tether_lines *lines = lua_newuserdatauv(L, sizeof *lines, 0);
  tether_lines_init(lines);
  luaL_setmetatable(L, LINES);
  return lines;
}

/* native.lines() -> lines, empty */
static int lines_new(lua_State *L) { return tether_push_lines(L), 1; }

static int lines_gc(lua_State *L) {
  tether_lines_free(luaL_checkudata(L, 1, LINES));
  return 0;
}

static int lines_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)((tether_lines *)luaL_checkudata(L, 1, LINES))->count);
  return 1;
}

/* lines[row] -> the line, nil when the row came from none */
static int lines_index(lua_State *L) {
  const tether_lines *lines = luaL_checkudata(L, 1, LINES);
  lua_Integer row = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;
  if (row < 1 || (lua_Unsigned)row > lines->count || lines->list[row - 1] == 0) return lua_pushnil(L), 1;
  lua_pushinteger(L, lines->list[row - 1]);
  return 1;
}

/* native.lines_close(lines): frees them now; they may be used again */
static int lines_close(lua_State *L) { return lines_gc(L); }

/* native.lines_add(lines, line) -> true | nil, err */
static int lines_add(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_lines_add(luaL_checkudata(L, 1, LINES), luaL_checkinteger(L, 2), &error), &error);
}

/* native.lines_gather(lines, other, rows) -> true | nil, err */
static int lines_gather(lua_State *L) {
  tether_error error;
  tether_lines *lines = luaL_checkudata(L, 1, LINES), *other = luaL_checkudata(L, 2, LINES);
  luaL_argcheck(L, lines != other, 2, "other lines are needed");
  return tether_push_done(L, tether_lines_gather(lines, other, tether_check_rows(L, 3), &error), &error);
}

/* native.lines_slice(lines, first, count) -> some of them, counted from 1 | nil, err */
static int lines_slice(lua_State *L) {
  const tether_lines *lines = luaL_checkudata(L, 1, LINES);
  lua_Integer first = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 3);
  luaL_argcheck(L, first >= 1 && count >= 0, 2, "rows are counted from 1");
  tether_error error;
  if (!tether_lines_gather(tether_push_lines(L), lines, (tether_rows){NULL, (size_t)first - 1, (size_t)count}, &error))
    return tether_push_error(L, &error);
  return 1;
}

/* native.lines_mark(lines, links): see tether_lines_mark */
static int lines_mark(lua_State *L) {
  tether_lines_mark(luaL_checkudata(L, 1, LINES), tether_check_links(L, 2));
  return 0;
}

/* native.lines_by_types(links, { index of types -> number }) -> a number for each row, 0 where the table has none
 * | nil, err */
static int lines_by_types(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  tether_lines *lines = tether_push_lines(L);
  tether_error error;
  uint32_t known = 0;
  lua_Integer number = 0;
  for (size_t row = 0; row < tether_links_count(links); row++) {
    uint32_t types = tether_links_at(links, row).types;
    if (row == 0 || types != known) { /* rows of the same types come in runs */
      lua_rawgeti(L, 2, known = types);
      number = lua_tointeger(L, -1);
      lua_pop(L, 1);
    }
    if (!tether_lines_add(lines, number, &error)) return tether_push_error(L, &error);
  }
  return 1;
}

/* native.lines_least(lines, rows) -> the first line of these rows | nil */
static int lines_least(lua_State *L) {
  const tether_lines *lines = luaL_checkudata(L, 1, LINES);
  tether_rows rows = tether_check_rows(L, 2);
  int64_t least = INT64_MAX;
  for (size_t i = 0; i < rows.count; i++) {
    size_t row = tether_rows_at(rows, i);
    if (row < lines->count && lines->list[row] && lines->list[row] < least) least = lines->list[row];
  }
  if (least == INT64_MAX) return lua_pushnil(L), 1;
  return lua_pushinteger(L, least), 1;
}

void tether_open_lines(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", lines_gc}, {"__len", lines_len}, {"__index", lines_index}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"lines", lines_new},
                                       {"lines_close", lines_close},
                                       {"lines_add", lines_add},
                                       {"lines_gather", lines_gather},
                                       {"lines_slice", lines_slice},
                                       {"lines_mark", lines_mark},
                                       {"lines_by_types", lines_by_types},
                                       {"lines_least", lines_least},
                                       {NULL, NULL}};
  luaL_newmetatable(L, LINES);
  luaL_setfuncs(L, meta, 0);
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
