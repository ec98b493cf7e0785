/* Listen: the socket that the server takes its connections from. */
#ifndef TETHER_PORTAL_LISTEN_H
#define TETHER_PORTAL_LISTEN_H
#include <netinet/in.h>

#include "base/error.h"

/* A listening socket, which the caller closes; the address is told with the port that was taken. -1: PORT_FAILED with
 * the cause in words. */
int portal_listen(struct sockaddr_in *address, tether_error *error);
#endif
