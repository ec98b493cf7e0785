/* App: the portal without its socket. A request goes in, an answer comes out.
 *
 * One thread at a time: the server holds a lock around it. A request is one transaction: it is applied as a whole,
 * or, when it is refused, not at all. */
#ifndef TETHER_PORTAL_APP_H
#define TETHER_PORTAL_APP_H
#include "portal/api/call.h"

/* What a portal is opened with; all is copied. */
typedef struct portal_settings {
  const char *path;                      /* of the database */
  const char *token;                     /* that requests must bring */
  const char *client_id, *client_secret; /* of OAuth's one app; NULL: not looked at */
  const char *code, *refresh_token;      /* that OAuth gives a token for; NULL: none is good */
  const char *targets;                   /* hosts that webhooks may go to, joined by commas; NULL: this machine alone */
  const char *scopes;                    /* of the token, joined by commas; NULL: all */
  bool admin;                            /* whether the routes under /portal exist */
  bool page;                             /* whether its page does as well */
  const char *hosts;                     /* further names that it answers to, joined by commas; NULL: none */
  bool open;                             /* others than this machine may connect */
  const struct portal_snapshot *begin;   /* what it begins as; NULL: what is at `path` */
} portal_settings;

/* NULL: SQL_FAILED, NO_MEMORY. */
portal_app *portal_app_open(const portal_settings *settings, tether_error *error);
void portal_app_close(portal_app *app); /* NULL is fine */

/* Whether a request gets past its headers and its token. The server asks before it keeps the body. */
bool portal_app_admits(portal_app *app, portal_request *request);

/* Whether a fault resets the connection before the request's body is read; asked once, before the answer. */
bool portal_app_refuses(portal_app *app, portal_request *request);

/* Answers a request. The answer is initialised here, its body is text, and it is freed by the caller. */
void portal_app_answer(portal_app *app, portal_request *request, portal_answer *answer);
#endif
