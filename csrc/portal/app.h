/* App: the portal without its socket. A request goes in, an answer comes out; the rest of the room is called by it.
 *
 * One thread at a time: the server holds a lock around it. A request is one transaction: it is applied as a whole,
 * or, when it is refused, not at all. */
#ifndef TETHER_PORTAL_APP_H
#define TETHER_PORTAL_APP_H
#include "portal/catalog.h"
#include "portal/faults.h"
#include "portal/hints.h"
#include "portal/log.h"
#include "portal/message.h"
#include "portal/switches.h"
#include "portal/tally.h"
#include "portal/throttle.h"
#include "portal/tokens.h"

enum { PORTAL_ROUTES_MOST = 96 };

/* What happened since the start. */
typedef struct portal_counters {
  int64_t requests, rate_limited, faults, linked; /* linked: pairs of records written */
  int64_t routes[PORTAL_ROUTES_MOST];             /* by position in portal_routes */
} portal_counters;

typedef struct portal_app {
  tether_sql *sql;
  portal_catalog *catalog;
  portal_tally *tally;
  portal_hints *hints;
  bool short_of_memory;        /* the tally is: the request fails */
  char *token, *refresh_token; /* refresh_token NULL: none */
  bool refresh_revoked;
  char *scopes; /* joined by commas; NULL: all */
  portal_tokens tokens;
  portal_throttle throttle;
  portal_counters counters;
  portal_faults *faults;
  portal_log *log;
  int64_t switches[PORTAL_SWITCH_COUNT];
  int64_t next_id;         /* of the next record */
  bool merged;             /* whether any id leads to another record */
  bool admin;              /* whether the routes under /portal exist */
  int64_t clock_offset_ms; /* what the clock is ahead of the machine's */
} portal_app;

/* What a handler works on. */
typedef struct portal_call {
  portal_app *app;
  portal_request *request;
  portal_answer *answer;
  portal_problem *problem;        /* filled when the handler returns false */
  const portal_object *from, *to; /* the path's object types; NULL: not in this route */
  json_t *json;                   /* the body; NULL: none, or one that is read input by input */
} portal_call;

/* What a portal is opened with; all is copied. */
typedef struct portal_settings {
  const char *path;          /* of the database */
  const char *token;         /* that requests must bring */
  const char *refresh_token; /* for OAuth; NULL: none is good */
  const char *scopes;        /* of the token, joined by commas; NULL: all */
  bool admin;                /* whether the routes under /portal exist */
} portal_settings;

/* NULL: SQL_FAILED, NO_MEMORY. */
portal_app *portal_app_open(const portal_settings *settings, tether_error *error);
void portal_app_close(portal_app *app); /* NULL is fine */

/* Whether a fault resets the connection before the request's body is read; asked once, before the answer. */
bool portal_app_refuses(portal_app *app, portal_request *request);

/* Answers a request. The answer is initialised here, its body is text, and it is freed by the caller. */
void portal_app_answer(portal_app *app, portal_request *request, portal_answer *answer);

/* The portal's own clock, in milliseconds since 1970. */
int64_t portal_now_ms(const portal_app *app);
void portal_set_clock(portal_app *app, int64_t now_ms);

/* Reads catalog, tally and the next id again: when rows were written past the functions that keep them. */
bool portal_app_reload(portal_app *app);

/* A transaction: everything in memory follows the database back. A commit that fails is to be rolled back. */
bool portal_app_begin(portal_app *app);
bool portal_app_commit(portal_app *app);
void portal_app_rollback(portal_app *app);
#endif
