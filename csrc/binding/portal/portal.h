/* The native module tether.portal.native: the embedded portal. Apart from tether.native, so that only programs with a
 * portal map its libraries. */
#ifndef TETHER_BINDING_PORTAL_H
#define TETHER_BINDING_PORTAL_H
#include "binding/shared/binding.h"
#include "portal/server/server.h"

#define TETHER_PORTAL_TYPE "tether.portal.native"

/* The portal that is the first argument; raises when it is closed. */
portal_server *tether_check_portal(lua_State *L);

/* Each adds the functions of its file to the table on top of the stack. */
void tether_open_portal(lua_State *L);
void tether_open_portal_log(lua_State *L); /* adds methods to portals: called behind them */
void tether_open_portal_known(lua_State *L);

#endif
