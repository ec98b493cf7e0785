/* tether.native: the module, and what every file of this room uses. */
#include <string.h>

#include "base/id.h"
#include "binding/binding.h"

#if LUA_VERSION_NUM != 504
#error "Tether needs the headers of Lua 5.4"
#endif

int tether_push_error(lua_State *L, const tether_error *error) {
  lua_pushnil(L);
  lua_createtable(L, 0, 4);
  lua_pushstring(L, tether_code_name(error->code));
  lua_setfield(L, -2, "code");
  lua_pushstring(L, error->text);
  lua_setfield(L, -2, "message");
  lua_pushstring(L, tether_code_hint(error->code));
  lua_setfield(L, -2, "hint");
  if (error->place > 0) {
    lua_pushinteger(L, error->place);
    lua_setfield(L, -2, "place");
  }
  return 2;
}

bool tether_check_id(lua_State *L, int arg, int64_t *id, tether_error *error) {
  if (lua_isinteger(L, arg)) {
    *id = lua_tointeger(L, arg);
    if (*id > 0) return true;
  } else if (lua_type(L, arg) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(L, arg, &length);
    if (tether_id_parse(text, length, id)) return true;
  }
  const char *shown = luaL_tolstring(L, arg, NULL);
  tether_fail(error, TETHER_BAD_ID, "not a record id: %s %.60s", luaL_typename(L, arg), shown);
  lua_pop(L, 1);
  return false;
}

const char *tether_check_text(lua_State *L, int index, const char *name) {
  size_t length;
  const char *text = luaL_checklstring(L, index, &length);
  if (strlen(text) != length) luaL_error(L, "%s has a NUL byte in it", name);
  return text;
}

/* native.codes() -> { BAD_ID = "remedy", … } */
static int codes(lua_State *L) {
  lua_createtable(L, 0, TETHER_CODE_COUNT);
  for (int code = TETHER_OK + 1; code < TETHER_CODE_COUNT; code++) {
    lua_pushstring(L, tether_code_hint((tether_code)code));
    lua_setfield(L, -2, tether_code_name((tether_code)code));
  }
  return 1;
}

/* native.id(value) -> integer, or nil and BAD_ID */
static int id(lua_State *L) {
  tether_error error;
  int64_t value;
  luaL_checkany(L, 1);
  if (!tether_check_id(L, 1, &value, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, value);
  return 1;
}

__attribute__((visibility("default"))) int luaopen_tether_native(lua_State *L);
int luaopen_tether_native(lua_State *L) {
  static const luaL_Reg functions[] = {{"codes", codes}, {"id", id}, {NULL, NULL}};
  luaL_checkversion(L);
  luaL_newlib(L, functions);
  tether_open_types(L);
  tether_open_wire(L);
  tether_open_links(L);
  tether_open_outcome(L);
  tether_open_session(L);
  tether_open_csv(L);
  return 1;
}
