/* Forks: portals that requests have opened, and that begin as this one was. Each has a socket of its own. This room
 * knows no sockets: whoever serves the portal lends how a fork is opened and closed. */
#ifndef TETHER_PORTAL_FORKS_H
#define TETHER_PORTAL_FORKS_H
#include "portal/api/snapshots/snapshot.h"

enum { PORTAL_FORKS_MOST = 16 }; /* each holds a whole account */

typedef struct portal_fork {
  struct portal_server *server; /* NULL: a free place */
  uint16_t port;                /* by which requests call it */
  const char *url;              /* the server's */
} portal_fork;

typedef struct portal_forks {
  struct portal_server *of; /* whose forks they are */

  /* Fills `fork`; false: PORT_FAILED, SQL_FAILED, NO_MEMORY. */
  bool (*open)(const struct portal_server *of, const portal_snapshot *snapshot, portal_fork *fork, tether_error *error);
  void (*close)(struct portal_server *server);
  portal_fork list[PORTAL_FORKS_MOST];
} portal_forks;

/* Closes all of them; without the portal's lock. */
void portal_forks_close(portal_forks *forks);
#endif
