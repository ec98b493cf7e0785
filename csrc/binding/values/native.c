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
  static tether_opener *const openers[] = {
      tether_open_types,     tether_open_wire,     tether_open_links,     tether_open_rows,  tether_open_algebra,
      tether_open_relate,    tether_open_outcome,  tether_open_signals,   tether_open_csv,   tether_open_recoded,
      tether_open_intake,    tether_open_cells,    tether_open_labelcell, tether_open_lines, tether_open_stream,
      tether_open_interrupt, tether_open_terminal, tether_open_loading,   tether_open_backup};
  luaL_checkversion(L);
  luaL_newlib(L, functions);
  for (size_t i = 0; i < sizeof openers / sizeof *openers; i++) openers[i](L);
  return 1;
}
