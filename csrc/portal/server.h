/* Portal: an HTTP server that answers as HubSpot's Associations API would, for prototypes and tests.
 *
 * It listens on 127.0.0.1 and answers on one thread of its own; the functions below are called by one other thread.
 * The portal owns everything that it hands out. Any request without "Bearer <token>" is answered 401. */
#ifndef TETHER_PORTAL_SERVER_H
#define TETHER_PORTAL_SERVER_H
#include "base/error.h"
#include "portal/log.h"

typedef struct tether_portal tether_portal;

/* `path`: a SQLite file or ":memory:". `token`: NULL makes one up. `port`: 0 takes a free one.
 * NULL on failure: NO_MEMORY, SQL_FAILED, PORT_FAILED, TOKEN_MALFORMED. */
tether_portal *tether_portal_open(const char *path, const char *token, int port, tether_error *error);

/* Stops the thread, then closes the store. NULL is fine. */
void tether_portal_close(tether_portal *portal);

const char *tether_portal_url(const tether_portal *portal); /* "http://127.0.0.1:40123" */
const char *tether_portal_token(const tether_portal *portal);

/* Makes an empty record with this id, as no request can; one that exists is left as it is. */
bool tether_portal_seed(tether_portal *portal, const char *object_type, int64_t id, tether_error *error);

/* What was asked so far; see log.h for how long its entries live. */
portal_log *tether_portal_log(tether_portal *portal);
#endif
