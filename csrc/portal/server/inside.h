/* Inside: what a server is made of, for the files of this room alone. */
#ifndef TETHER_PORTAL_INSIDE_H
#define TETHER_PORTAL_INSIDE_H
#include <stdatomic.h>

#include "portal/api/snapshots/forks.h"
#include "portal/server/delivery.h"
#include "portal/server/guests.h"
#include "portal/server/server.h"

typedef struct portal_live {
  pthread_cond_t grown; /* with the server's lock */
  bool over;            /* nothing is told any more */
  unsigned watchers;
} portal_live;

struct portal_server {
  portal_app *app;
  pthread_mutex_t lock; /* around the app */
  pthread_cond_t seeded;
  bool seeding; /* the store is in the transaction of a seed: requests wait until it is over */
  struct MHD_Daemon *daemon;
  portal_pause pause;
  portal_guests guests;
  atomic_size_t held; /* bytes of bodies that are coming in */
  portal_live live;
  portal_forks forks; /* that were opened by a request */
  char *host;         /* that it listens on; NULL: 127.0.0.1 */
  uint16_t port;
  char url[64];
};

/* Opens a portal that begins as a snapshot of `server`: in memory, also when that keeps a file; with the same token, on
 * another port. NULL: PORT_FAILED, SQL_FAILED, NO_MEMORY. */
portal_server *portal_server_open_as(const portal_server *server, const portal_snapshot *snapshot, tether_error *error);
#endif
