/* Forks: portals that begin as another one is now, each with a socket of its own. */
#ifndef TETHER_PORTAL_FORKS_H
#define TETHER_PORTAL_FORKS_H
#include "portal/server/inside.h"

/* Closes those that requests have opened; without the server's lock. */
void portal_forks_close(portal_server *server);
#endif
