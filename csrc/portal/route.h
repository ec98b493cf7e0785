/* Routes: the table of what the portal answers to, per version, and the router that reads a request's target. */
#ifndef TETHER_PORTAL_ROUTE_H
#define TETHER_PORTAL_ROUTE_H
#include "portal/app.h"

typedef bool (*portal_handler)(portal_call *call);

typedef struct portal_route {
  const char *name, *method;
  const char *family; /* which kind of API: the prefix that comes before the path */
  const char *path;   /* "{f}/{a}/associations/{t}" */
  unsigned versions;  /* bits of portal_version */
  bool body;          /* a JSON body is required */
  bool open;          /* no token is needed; the body has secrets and is not logged */
  portal_handler handle;
} portal_route;

const portal_route *portal_routes(size_t *count);

/* Finds the route of the target and fills the request's parts and query. On failure the problem is 404, or 405 when
 * the path is known with another method, or 400 for a target that cannot be read. */
bool portal_route_find(portal_request *request, portal_problem *problem);
#endif
