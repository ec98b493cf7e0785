/* What every portal knows: its switches and its operations. */
#include "binding/portal/portal.h"
#include "portal/http/route.h"
#include "portal/lab/switches.h"

/* native.switches() -> { { name, default, choices | nil, help }, … } */
static int known_switches(lua_State *L) {
  const portal_switch_row *rows = portal_switch_rows();
  lua_createtable(L, PORTAL_SWITCH_COUNT, 0);
  for (int i = 0; i < PORTAL_SWITCH_COUNT; i++) {
    lua_createtable(L, 0, 4);
    tether_set_text(L, "name", rows[i].name);
    tether_set_integer(L, "default", rows[i].otherwise);
    tether_set_text(L, "choices", rows[i].choices);
    tether_set_text(L, "help", rows[i].help);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* native.operations() -> { { name, method, versions = { "v4", … } }, … } */
static int known_operations(lua_State *L) {
  size_t count;
  const portal_route *routes = portal_routes(&count);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_createtable(L, 0, 3);
    tether_set_text(L, "name", routes[i].name);
    tether_set_text(L, "method", routes[i].method);
    lua_newtable(L);
    for (unsigned bit = 1; bit <= routes[i].versions; bit <<= 1) {
      if (!(routes[i].versions & bit)) continue;
      lua_pushstring(L, portal_version_name(bit));
      lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    }
    lua_setfield(L, -2, "versions");
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

void tether_open_portal_known(lua_State *L) {
  static const luaL_Reg functions[] = {{"switches", known_switches}, {"operations", known_operations}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
