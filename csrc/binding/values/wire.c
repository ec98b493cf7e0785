/* Operations, and the functions that keep ids exact on their way to generic JSON. */
#include <string.h>

#include "base/clock.h"
#include "binding/shared/binding.h"
#include "core/json/exact.h"
#include "core/wire/encode.h"
#include "core/wire/operation.h"

static bool add_query(lua_State *L, int array, tether_buffer *path, tether_error *error) {
  lua_Integer count = luaL_len(L, array);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_geti(L, array, i);
    lua_geti(L, -1, 1);
    lua_geti(L, -2, 2);
    size_t name_length, value_length;
    const char *name = luaL_checklstring(L, -2, &name_length), *value = luaL_checklstring(L, -1, &value_length);
    bool fine = tether_buffer_text(path, i == 1 ? "?" : "&", error) &&
                tether_percent_encode(name, name_length, path, error) && tether_buffer_text(path, "=", error) &&
                tether_percent_encode(value, value_length, path, error);
    lua_pop(L, 3);
    if (!fine) return false;
  }
  return true;
}

/* native.path(operation, { version=, form="overview" | nil, f=, t=, a=, b=, id= }, { { name, value }, … } | nil)
 * -> method, path | nil, err */
static int path(lua_State *L) {
  const tether_operation *operation = tether_operation_find(luaL_checkstring(L, 1));
  luaL_argcheck(L, operation, 1, "no such operation");
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 3);
  const char *form = tether_text_field(L, 2, "form");
  tether_path_values values = {
      .version = tether_text_field(L, 2, "version"),
      .form = form && strcmp(form, "overview") == 0 ? TETHER_FORM_OVERVIEW : TETHER_FORM_DESCRIBED,
      .f = tether_text_field(L, 2, "f"),
      .t = tether_text_field(L, 2, "t"),
      .a = tether_text_field(L, 2, "a"),
      .b = tether_text_field(L, 2, "b"),
      .id = tether_text_field(L, 2, "id"),
  };
  luaL_argcheck(L, values.version, 2, "version is missing");
  tether_error error;
  tether_buffer *buffer = tether_push_buffer(L, TETHER_CEILING_PATH);
  if (!tether_operation_path(operation, &values, buffer, &error) ||
      (lua_istable(L, 3) && !add_query(L, 3, buffer, &error)))
    return tether_push_error(L, &error);
  lua_pushstring(L, operation->method);
  lua_pushlstring(L, buffer->data, buffer->length);
  return 2;
}

/* native.operation(name, version = "2026-03") -> { method=, ceiling=, repeats= "reads" | "converges" | "creates" |
 * "mails" } | nil */
static int operation(lua_State *L) {
  static const char *const repeats[] = {"reads", "converges", "creates", "mails"};
  const tether_operation *found = tether_operation_find(luaL_checkstring(L, 1));
  const char *version = luaL_optstring(L, 2, "2026-03"); /* before the table takes its place */
  if (!found) return lua_pushnil(L), 1;
  lua_createtable(L, 0, 3);
  tether_set_text(L, "method", found->method);
  tether_set_integer(L, "ceiling", tether_operation_ceiling(found, version));
  tether_set_text(L, "repeats", repeats[found->repeat]);
  return 1;
}

/* native.operations() -> array of their names */
static int operations(lua_State *L) {
  size_t count;
  const tether_operation *all = tether_operations(&count);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushstring(L, all[i].name);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* native.version_known(version) -> boolean */
static int version_known(lua_State *L) {
  lua_pushboolean(L, tether_version_known(luaL_checkstring(L, 1)));
  return 1;
}

/* native.rounded(json) -> the first number that a conversion to a double may have rounded | nil */
static int rounded(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  tether_slice found;
  if (!tether_rounded(text, length, &found)) return lua_pushnil(L), 1;
  lua_pushlstring(L, found.data, found.length);
  return 1;
}

/* native.exact(json) -> the same with integers beyond 2^53 as strings | nil, err */
static int exact(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  tether_error error;
  tether_buffer *buffer = tether_push_buffer(L, TETHER_CEILING_ANSWER);
  if (!tether_exact(text, length, buffer, &error)) return tether_push_error(L, &error);
  tether_push_bytes(L, buffer);
  return 1;
}

/* native.time_of("2026-03-01T10:00:00.123Z") -> milliseconds since 1970 | nil when it is no such time */
static int time_of(lua_State *L) {
  int64_t wall_ms;
  const char *text = luaL_optstring(L, 1, "");
  if (!tether_clock_read_iso(text, &wall_ms)) return lua_pushnil(L), 1;
  lua_pushinteger(L, wall_ms);
  return 1;
}

/* native.wall_ms() -> milliseconds since 1970 */
static int wall_ms(lua_State *L) {
  lua_pushinteger(L, tether_clock_wall_ms());
  return 1;
}

/* native.clock_ms() -> milliseconds of a clock that never goes back */
static int clock_ms(lua_State *L) {
  lua_pushinteger(L, tether_clock_ms());
  return 1;
}

/* native.archive_fit(links, rows, inputs) -> how many of the rows go into one body of batch/archive */
static int archive_fit(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  tether_rows rows = tether_check_rows(L, 2);
  lua_Integer inputs = luaL_checkinteger(L, 3);
  luaL_argcheck(L, inputs > 0, 3, "at least one input");
  for (size_t i = 0; i < rows.count; i++)
    luaL_argcheck(L, tether_rows_at(rows, i) < tether_links_count(links), 2, "these rows are not all there");
  lua_pushinteger(L, (lua_Integer)tether_encode_archive_fit(links, rows, (size_t)inputs));
  return 1;
}

void tether_open_wire(lua_State *L) {
  static const luaL_Reg functions[] = {{"path", path},
                                       {"operation", operation},
                                       {"operations", operations},
                                       {"version_known", version_known},
                                       {"exact", exact},
                                       {"archive_fit", archive_fit},
                                       {"rounded", rounded},
                                       {"clock_ms", clock_ms},
                                       {"wall_ms", wall_ms},
                                       {"time_of", time_of},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
