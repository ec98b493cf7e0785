/* Server: the embedded portal, a HubSpot account of one's own behind HTTP on the loopback.
 *
 * The front door of this room. Opening starts threads of its own, closing ends them; the functions below may be called
 * from any thread meanwhile. Requests are worked one after the other, each a transaction; delays and connections run
 * side by side. */
#ifndef TETHER_PORTAL_SERVER_H
#define TETHER_PORTAL_SERVER_H
#include "portal/http/app.h"

typedef struct portal_server portal_server;

typedef struct portal_options {
  portal_settings account;
  const char *host; /* an IPv4 address to bind; NULL: 127.0.0.1 */
  uint16_t port;    /* 0: a free one */
} portal_options;

/* All strings are copied. NULL: TOKEN_MALFORMED, PORT_FAILED, SQL_FAILED, NO_MEMORY. */
portal_server *portal_server_open(const portal_options *options, tether_error *error);
void portal_server_close(portal_server *server); /* NULL is fine */

const char *portal_server_url(const portal_server *server); /* "http://127.0.0.1:41234" */

/* Opens a portal that begins as this one is, in memory, with the same token and on a port of its own; the caller's.
 * NULL: BAD_ARGUMENT while a seed is under way, PORT_FAILED, SQL_FAILED, NO_MEMORY. */
portal_server *portal_server_fork(portal_server *server, tether_error *error);

/* Snapshots by name: keeps the portal as it is, brings it back, drops one; see api/snapshots. False: BAD_ARGUMENT,
 * SQL_FAILED, NO_MEMORY. */
bool portal_server_snapshot(portal_server *server, const char *name, tether_error *error);
bool portal_server_restore(portal_server *server, const char *name, tether_error *error);
bool portal_server_snapshot_drop(portal_server *server, const char *name, tether_error *error);
bool portal_server_snapshots(portal_server *server, tether_buffer *out, tether_error *error); /* adds JSON */

/* Adds what the lines of JSON say, as a whole or not at all; see state.h. */
bool portal_server_seed(portal_server *server, const char *lines, size_t length, tether_error *error);

/* The same in pieces of whole lines: requests wait from the beginning to the end. `first`: the number of a piece's
 * first line. Pieces that are not kept leave no trace; closing the server ends a seed in that way. */
bool portal_server_seed_begin(portal_server *server, tether_error *error);
bool portal_server_seed_add(portal_server *server, const char *lines, size_t length, int64_t first,
                            tether_error *error);
bool portal_server_seed_end(portal_server *server, bool keep, tether_error *error); /* whether it is kept */

/* Adds the whole account to `out` as lines that seed reads; empties it. */
bool portal_server_dump(portal_server *server, tether_buffer *out, tether_error *error);
bool portal_server_reset(portal_server *server, tether_error *error);

/* Sets a switch; see switches.h. */
bool portal_server_set(portal_server *server, const char *name, const char *value, tether_error *error);

/* Adds a fault, a rule as JSON, see faults.h; or takes all of them away. */
bool portal_server_fault(portal_server *server, const char *rule, size_t length, tether_error *error);
void portal_server_faults_clear(portal_server *server);

/* The clock in milliseconds since 1970; it runs on from what it is set to. */
int64_t portal_server_clock(portal_server *server);
bool portal_server_clock_set(portal_server *server, int64_t ms, tether_error *error); /* false: BAD_ARGUMENT */

/* Adds what was counted since the start, as one JSON object. */
bool portal_server_counters(portal_server *server, tether_buffer *out, tether_error *error);

/* Adds the high usage reports to `out`, a line of JSON each. */
bool portal_server_reports(portal_server *server, tether_buffer *out, tether_error *error);

/* The request log, as lab/log.h has it; a copy is the caller's, and freed by portal_entry_free. */
size_t portal_server_log_count(portal_server *server);
bool portal_server_log_copy(portal_server *server, size_t i, portal_entry *copy);
void portal_server_log_clear(portal_server *server);
#endif
