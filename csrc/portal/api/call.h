/* Call: what a handler works on. */
#ifndef TETHER_PORTAL_CALL_H
#define TETHER_PORTAL_CALL_H
#include "portal/hooks/hooks.h"
#include "portal/lab/counters.h"
#include "portal/lab/faults.h"
#include "portal/lab/log.h"
#include "portal/lab/throttle.h"
#include "portal/lab/tokens.h"
#include "portal/message/message.h"
#include "portal/store/store.h"

/* The portal without its socket: the account, who may use it, and the instruments of tests. */
typedef struct portal_app {
  portal_store store;
  char *token;
  char *client_id, *client_secret, *code, *refresh_token; /* what OAuth's requests must bring; NULL: not told */
  bool refresh_revoked, code_used;
  char *scopes; /* joined by commas; NULL: all */
  char *hosts;  /* further names that it answers to, joined by commas; NULL: none */
  portal_tokens tokens;
  portal_throttle throttle;
  portal_counters counters;
  portal_faults *faults;
  portal_log *log;
  portal_hooks *hooks;
  char *targets;                      /* hosts that webhooks may go to, joined by commas; NULL: this machine alone */
  struct portal_snapshots *snapshots; /* by name */
  struct portal_forks *forks;         /* NULL: it has no socket, and so no forks */
  bool admin, page;                   /* whether the routes under /portal exist, and whether the page exists */
  bool open;                          /* others than this machine may connect */
} portal_app;

typedef struct portal_call {
  portal_app *app;     /* NULL while lines of a seed are worked */
  portal_store *store; /* the app's */
  portal_request *request;
  portal_answer *answer;
  portal_problem *problem;        /* filled when the handler returns false */
  const portal_object *from, *to; /* the path's object types; NULL: not in this route */
  json_t *json;                   /* the body; NULL: none, or one that is read input by input */
} portal_call;

/* Answers a request. False: it is undone, and refused with the call's problem. */
typedef bool portal_handler(portal_call *call);
#endif
