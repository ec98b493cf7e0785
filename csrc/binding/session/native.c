/* tether.session.native: opens the module. */
#include "binding/session/session.h"

__attribute__((visibility("default"))) int luaopen_tether_session_native(lua_State *L);
int luaopen_tether_session_native(lua_State *L) {
  luaL_checkversion(L);
  lua_newtable(L);
  tether_open_session(L);
  tether_open_account(L);
  tether_open_answer(L);
  tether_open_waiting(L);
  return 1;
}
