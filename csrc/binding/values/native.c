/* tether.native: the module of values and bytes. No network, no server. */
#include "binding/shared/binding.h"

#if LUA_VERSION_NUM != 504
#error "Tether needs the headers of Lua 5.4"
#endif

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
  tether_open_rows(L);
  tether_open_algebra(L);
  tether_open_relate(L);
  tether_open_outcome(L);
  tether_open_signals(L);
  tether_open_csv(L);
  tether_open_recoded(L);
  tether_open_intake(L);
  tether_open_cells(L);
  tether_open_labelcell(L);
  tether_open_lines(L);
  tether_open_stream(L);
  tether_open_interrupt(L);
  tether_open_terminal(L);
  tether_open_loading(L);
  tether_open_backup(L);
  return 1;
}
