/* tether.portal.native: opens the module. */
#include "binding/portal/portal.h"

__attribute__((visibility("default"))) int luaopen_tether_portal_native(lua_State *L);
int luaopen_tether_portal_native(lua_State *L) {
  luaL_checkversion(L);
  lua_newtable(L);
  tether_open_portal(L);
  tether_open_portal_log(L);
  tether_open_portal_known(L);
  return 1;
}
