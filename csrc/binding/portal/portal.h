/* What the files of tether.portal.native share. */
#ifndef TETHER_BINDING_PORTAL_H
#define TETHER_BINDING_PORTAL_H
#include "binding/shared/binding.h"
#include "portal/server/server.h"

/* The portal that is the first argument; raises when it is closed. */
portal_server *tether_check_portal(lua_State *L);

/* -- log.c: methods of a portal, and what they need of a Lua state -- */
int tether_portal_entry(lua_State *L);
int tether_portal_entries(lua_State *L);
int tether_portal_clear_log(lua_State *L);
void tether_open_portal_log(lua_State *L);

/* -- known.c: functions of the module -- */
int tether_portal_switches(lua_State *L);
int tether_portal_operations(lua_State *L);

#endif
