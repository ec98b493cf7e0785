/* The native module tether.portal.native: the embedded portal. It stands apart from tether.native, so that only
 * programs with a portal map its libraries. */
#ifndef TETHER_BINDING_PORTAL_H
#define TETHER_BINDING_PORTAL_H
#include "binding/shared/binding.h"
#include "portal/server/server.h"

#define TETHER_PORTAL_TYPE "tether.portal.native"

/* The portal that is the first argument; raises when it is closed. */
portal_server *tether_check_portal(lua_State *L);

/* log adds methods to portals, and is called behind them. */
tether_opener tether_open_portal, tether_open_portal_log, tether_open_portal_known;

#endif
