/* Inside: what a server is made of, for the files of this room alone. */
#ifndef TETHER_PORTAL_INSIDE_H
#define TETHER_PORTAL_INSIDE_H
#include <stdatomic.h>

#include "portal/server/delivery.h"
#include "portal/server/guests.h"
#include "portal/server/server.h"

typedef struct portal_live {
  pthread_cond_t grown; /* with the server's lock */
  bool over;            /* nothing is told any more */
  unsigned watchers;
} portal_live;

enum { PORTAL_FORKS_MOST = 16 }; /* that requests may open: each holds a whole account */

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
  portal_server *forks[PORTAL_FORKS_MOST]; /* that were opened by a request; NULL: a free place */
  char *host;                              /* that it listens on; NULL: 127.0.0.1 */
  uint16_t port;
  char url[64];
};
#endif
