/* Fields of a table: options that Lua gives, facts that it gets. */
#include <string.h>

#include "binding/shared/binding.h"

const char *tether_check_text(lua_State *L, int index, const char *name) {
  size_t length;
  const char *text = luaL_checklstring(L, index, &length);
  if (strlen(text) != length) luaL_error(L, "%s has a NUL byte in it", name);
  return text;
}

const char *tether_text_field(lua_State *L, int table, const char *name) {
  int type = lua_getfield(L, table, name);
  return type == LUA_TNIL ? NULL : tether_check_text(L, -1, name);
}

bool tether_flag_field(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name);
  bool on = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return on;
}

void tether_set_text(lua_State *L, const char *name, const char *text) {
  lua_pushstring(L, text);
  lua_setfield(L, -2, name);
}

void tether_set_integer(lua_State *L, const char *name, int64_t value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}
