/* Inside: what a server is made of, for the files of this room alone. */
#ifndef TETHER_PORTAL_INSIDE_H
#define TETHER_PORTAL_INSIDE_H
#include <stdatomic.h>

#include "portal/server/delivery.h"
#include "portal/server/guests.h"
#include "portal/server/server.h"

struct portal_server {
  portal_app *app;
  pthread_mutex_t lock; /* around the app */
  pthread_cond_t seeded;
  bool seeding; /* the store is in the transaction of a seed: requests wait until it is over */
  struct MHD_Daemon *daemon;
  portal_pause pause;
  portal_guests guests;
  atomic_size_t held; /* bytes of bodies that are coming in */
  char url[64];
};
#endif
