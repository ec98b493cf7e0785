/* Routes: the table of what the portal answers to, per version, and the router that reads a request's target. */
#ifndef TETHER_PORTAL_ROUTE_H
#define TETHER_PORTAL_ROUTE_H
#include "portal/http/app.h"

enum {
  PORTAL_ROUTE_BODY = 1,    /* a JSON body is required */
  PORTAL_ROUTE_OPEN = 2,    /* no token is needed; the body has secrets and is not logged */
  PORTAL_ROUTE_EXEMPT = 4,  /* from the ten-second window (wire.md, 10.1) */
  PORTAL_ROUTE_INPUTS = 16, /* the body may be read input by input: a batch of portal_batch_each */
  PORTAL_ROUTE_ADMIN = 8,   /* the portal's own: no limits, no faults, no log */
  PORTAL_ROUTE_TYPED = 32,  /* a type id stands in the path */
  PORTAL_ROUTE_PAGE = 64,   /* of ADMIN: what the page is made of, served with it */
  PORTAL_ROUTE_ALWAYS = 128 /* of ADMIN: served by every portal */
};

typedef struct portal_route {
  const char *name, *method;
  const char *family; /* which kind of API: the prefix that comes before the path */
  const char *path;   /* "{f}/{a}/associations/{t}" */
  unsigned versions;  /* bits of portal_version */
  unsigned flags;
  portal_handler *handle;
} portal_route;

const portal_route *portal_routes(size_t *count);

/* "2026-03" of a single bit. */
const char *portal_version_name(unsigned version);

size_t portal_route_number(const portal_route *route); /* its position in the table */

/* Finds the route of the target and fills the request's parts and query. On failure the problem is 404, or 405 when
 * the path is known with another method, or 400 for a target that cannot be read. */
bool portal_route_find(portal_request *request, portal_problem *problem);
#endif
