#include "portal/http/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "portal/api/inputs.h"
#include "portal/api/snapshots/snapshots.h"
#include "portal/http/gate.h"
#include "portal/http/guard.h"
#include "portal/http/limiter.h"
#include "portal/http/route.h"
#include "portal/http/scopes.h"
#include "portal/message/numbers.h"
#include "portal/store/records/facet.h"

enum { LOG_ENTRIES = 1000, LOG_BYTES = 32 << 20 }; /* what the request log keeps */

static const char no_token[] = "Authentication credentials not found. This API supports OAuth 2.0 authentication and "
                               "you can find more details at "
                               "https://developers.hubspot.com/docs/methods/auth/oauth-overview";

static bool copy(char **to, const char *text) {
  *to = text ? strdup(text) : NULL;
  return *to || !text;
}

static portal_app *make(const portal_settings *settings) {
  portal_app *app = calloc(1, sizeof *app);
  if (!app) return NULL;
  app->faults = portal_faults_new();
  app->log = portal_log_new(LOG_ENTRIES, LOG_BYTES);
  app->hooks = portal_hooks_new(settings->client_secret, settings->targets);
  app->snapshots = portal_snapshots_new();
  app->admin = settings->admin || settings->page;
  app->page = settings->page;
  app->open = settings->open;
  if (copy(&app->token, settings->token) && copy(&app->client_id, settings->client_id) &&
      copy(&app->client_secret, settings->client_secret) && copy(&app->code, settings->code) &&
      copy(&app->refresh_token, settings->refresh_token) && copy(&app->scopes, settings->scopes) &&
      copy(&app->hosts, settings->hosts) && copy(&app->targets, settings->targets) && app->faults && app->log &&
      app->snapshots && app->hooks)
    return app;
  portal_app_close(app);
  return NULL;
}

portal_app *portal_app_open(const portal_settings *settings, tether_error *error) {
  portal_app *app = make(settings);
  if (!app) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a portal");
    return NULL;
  }
  if (portal_store_open(&app->store, settings->path, error) && portal_facets_open(&app->store, error) &&
      (!settings->begin || portal_snapshot_put(settings->begin, app, error)))
    return app;
  portal_app_close(app);
  return NULL;
}

static void wipe(char *secret) {
  if (secret) explicit_bzero(secret, strlen(secret));
  free(secret);
}

void portal_app_close(portal_app *app) {
  if (!app) return;
  portal_hooks_free(app->hooks);
  portal_snapshots_free(app->snapshots);
  portal_store_close(&app->store);
  portal_log_free(app->log);
  portal_faults_free(app->faults);
  portal_throttle_free(&app->throttle);
  wipe(app->token);
  wipe(app->client_secret);
  wipe(app->code);
  wipe(app->refresh_token);
  free(app->client_id);
  free(app->scopes);
  free(app->hosts);
  free(app->targets);
  explicit_bzero(&app->tokens, sizeof app->tokens);
  free(app);
}

/* -- one request -------------------------------------------------------------------------------------------------- */

/* Whether a switch says that this host refuses tokens of EU accounts. One report tells of such refusals. */
static bool wrong_host(const portal_call *call, const char *token) {
  const char *host = portal_header(call->request, "Host");
  return PORTAL_IS(call->store, EU_TOKENS, refuse) && strncmp(token, "pat-eu1", 7) == 0 &&
         (!host || strncasecmp(host, "api-eu1.", 8) != 0);
}

static bool authenticate(portal_call *call) {
  const char *given = portal_header(call->request, "Authorization");
  if (given && strncasecmp(given, "Bearer ", 7) == 0 && !wrong_host(call, given + 7)) {
    const portal_route *route = call->request->route;
    bool admin = route && (route->flags & PORTAL_ROUTE_ADMIN); /* not for those who only use the account */
    int64_t expiry = admin ? 0 : portal_tokens_expiry(&call->app->tokens, given + 7);
    int64_t now = portal_now_ms(&call->store->clock);
    if (expiry > now || strcmp(given + 7, call->app->token) == 0) return true;
    if (expiry)
      return portal_refuse(call->problem, 401, "EXPIRED_AUTHENTICATION",
                           "The OAuth token used to make this call expired %lld minute(s) ago.",
                           (long long)((now - expiry) / 60000));
  }
  return portal_refuse(call->problem, 401, "INVALID_AUTHENTICATION", "%s", no_token);
}

/* These exist after activation in the account's object library only (wire.md, 5). */
static bool in_library(const portal_object *object) {
  static const char *const names[] = {"appointment", "course", "listing", "service"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], object->singular) == 0) return true;
  return false;
}

static bool resolve(portal_call *call, const char *name, const portal_object **object) {
  if (!name) return true;
  *object = portal_catalog_object(call->store->catalog, name);
  if (*object && !(PORTAL_IS(call->store, LIBRARY, off) && in_library(*object))) return true;
  size_t digits = strspn(name, "0123456789");
  bool is_id = digits > 0 && name[digits] == '-';
  return portal_refuse(call->problem, 400, NULL,
                       is_id ? "Invalid object or event type id: %.100s" : "Unable to infer object type from: %.100s",
                       name);
}

static bool is_json(const char *type) { return !type || strncasecmp(type, "application/json", 16) == 0; }

/* Whether a body is read input by input while it is worked. A switch may ask that all of it is read first. */
static bool by_input(portal_call *call) {
  portal_inputs_reader reader;
  const int64_t *switches = call->store->switches;
  return (call->request->route->flags & PORTAL_ROUTE_INPUTS) &&
         switches[PORTAL_RESULTS_ORDER] == PORTAL_RESULTS_ORDER_inputs &&
         switches[PORTAL_DUPLICATES] == PORTAL_DUPLICATES_each &&
         switches[PORTAL_EMPTY_INPUTS] == PORTAL_EMPTY_INPUTS_200 && portal_inputs_begin(&reader, call);
}

static bool read_body(portal_call *call) {
  portal_request *request = call->request;
  if (request->length == 0)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                         "Invalid JSON input: a request body was expected, but none found");
  if (!is_json(portal_header(request, "Content-Type")))
    return portal_refuse(call->problem, 415, NULL, "HTTP 415 Unsupported Media Type");
  if (by_input(call)) return true;
  json_error_t error;
  call->json = portal_numbers_read(request->body, request->length, &error);
  return call->json || portal_refuse(call->problem, 400, NULL, "Invalid input JSON on line %d, column %d: %s",
                                     error.line, error.column, error.text);
}

/* Whether the path exists: a switch may say that one of the table does not. */
static bool is_there(portal_call *call, const portal_problem *unknown) {
  const portal_request *request = call->request;
  const portal_store *store = call->store;
  if (!request->route) {
    *call->problem = *unknown;
    return false;
  }
  bool typed = request->route->flags & PORTAL_ROUTE_TYPED;
  if ((request->overview && PORTAL_IS(store, OVERVIEW_ROUTE, 404)) || (typed && PORTAL_IS(store, TYPED_ROUTE, 404)) ||
      (request->undocumented && PORTAL_IS(store, UNDOCUMENTED_ROUTES, off)))
    return portal_refuse(call->problem, 404, NULL, "%s", "");
  if (typed && PORTAL_IS(store, TYPED_ROUTE, 405))
    return portal_refuse(call->problem, 405, NULL, "HTTP 405 Method Not Allowed");
  if (request->overview && PORTAL_IS(store, OVERVIEW_ROUTE, 400))
    return portal_refuse(call->problem, 400, NULL, "Unable to infer object type from: associations");
  return true;
}

static void count(portal_counters *counters, const portal_route *route) {
  size_t number = portal_route_number(route);
  counters->operations[number].name = route->name;
  counters->operations[number].count++;
}

/* That a path does not exist is told without a token too (wire.md, 1.2); whatever else is wrong with it waits behind
 * token and limits, as every request does. */
static bool handle(portal_call *call, const portal_problem *unknown) {
  portal_request *request = call->request;
  const portal_route *route = request->route;
  unsigned flags = route ? route->flags : 0;
  if (!portal_gate(request, call->app->open, call->app->hosts, call->problem)) return false;
  bool there = is_there(call, unknown);
  if (!there && call->problem->status == 404) return false;
  if (request->too_large) return portal_refuse(call->problem, 413, NULL, "The request body is too large");
  if (!(flags & PORTAL_ROUTE_OPEN) && !authenticate(call)) return false;
  if (route && !(flags & PORTAL_ROUTE_ADMIN)) count(&call->app->counters, route);
  if (!(flags & (PORTAL_ROUTE_OPEN | PORTAL_ROUTE_ADMIN)) && !portal_limiter_pass(call)) return false;
  if (!there) return is_there(call, unknown);
  if (!resolve(call, request->f, &call->from) || !resolve(call, request->t, &call->to)) return false;
  if (!portal_scopes_allow(call)) return false;
  if ((flags & PORTAL_ROUTE_BODY) && !read_body(call)) return false;
  return route->handle(call);
}

/* Whether webhooks tell of what a request does. They do not when a test sets the account up by the portal's own routes.
 */
static bool is_heard(const portal_call *call) {
  const portal_route *route = call->request->route;
  return route && !(route->flags & PORTAL_ROUTE_ADMIN) && portal_hooks_listen(call->app->hooks);
}

/* The transaction around a handler: kept when it went well, undone when it did not. */
static void run(portal_call *call, const portal_problem *unknown) {
  portal_store *store = call->store;
  tether_error error = {.text = "no memory"};
  int64_t linked = store->linked;
  store->changes.wanted = is_heard(call);
  portal_store_begin(store);
  bool fine = handle(call, unknown) && !call->answer->text.failed;
  if (fine && call->answer->undone) return portal_store_rollback(store);
  if (fine && portal_store_commit(store)) return portal_hooks_tell(call->app->hooks, store);
  if (fine || tether_sql_failed(store->sql, &error) || call->problem->status == 0) {
    tether_sql_failed(store->sql, &error);
    portal_refuse(call->problem, 500, NULL, "internal error: %s", error.text);
  }
  store->linked = linked;
  portal_store_rollback(store);
}

/* Without Accept: application/json an unknown path answers a page (wire.md, 1). */
static bool wants_page(const portal_call *call) {
  const char *accept = portal_header(call->request, "Accept");
  if (PORTAL_IS(call->store, UNKNOWN_ROUTE, accept)) return !accept || !strstr(accept, "application/json");
  return PORTAL_IS(call->store, UNKNOWN_ROUTE, html);
}

static void answer_problem(portal_call *call) {
  portal_answer *answer = call->answer;
  portal_answer_reset(answer);
  answer->status = call->problem->status;
  if (answer->status == 404 && !*call->problem->message) { /* an unknown path */
    if (wants_page(call)) {
      answer->type = "text/html;charset=utf-8";
      portal_put(&answer->text, "<html>\n<head><title>Error 404 Not Found</title></head>\n<body><h2>HTTP ERROR 404"
                                "</h2></body>\n</html>\n");
      return;
    }
    snprintf(call->problem->message, sizeof call->problem->message, "resource not found");
  }
  answer->body = portal_problem_body(call->problem, answer->correlation);
}

static bool is_own(const portal_request *request) {
  return request->route && (request->route->flags & PORTAL_ROUTE_ADMIN);
}

static void find_route(const portal_app *app, portal_request *request, portal_problem *problem) {
  request->admin = app->admin;
  request->page = app->page;
  portal_route_find(request, problem);
}

bool portal_app_admits(portal_app *app, portal_request *request) {
  portal_problem problem = {.status = 0};
  portal_call call = {.app = app, .store = &app->store, .request = request, .problem = &problem};
  find_route(app, request, &problem);
  portal_problem_clear(&problem);
  const portal_route *route = request->route;
  bool fine = portal_gate(request, app->open, app->hosts, &problem) && route &&
              ((route->flags & PORTAL_ROUTE_OPEN) || authenticate(&call));
  portal_problem_clear(&problem);
  portal_request_free(request);
  return fine;
}

bool portal_app_refuses(portal_app *app, portal_request *request) {
  portal_problem ignored = {.status = 0};
  if (portal_faults_empty(app->faults)) return false;
  find_route(app, request, &ignored);
  bool struck = !is_own(request) && portal_faults_strike(app->faults, request, true);
  app->counters.faults += struck;
  portal_request_free(request);
  return struck;
}

/* Works the request unless a fault keeps it from being applied. */
static void work(portal_call *call) {
  portal_app *app = call->app;
  portal_problem unknown = {.status = 0};
  find_route(app, call->request, &unknown);
  const portal_fault *fault = is_own(call->request) ? NULL : portal_faults_strike(app->faults, call->request, false);
  if (!fault || portal_fault_applies(fault)) run(call, &unknown);
  if (call->problem->status) answer_problem(call);
  if (fault && portal_fault_answers(fault)) portal_fault_answer(fault, call->answer);
  portal_answer_render(call->answer);
  if (fault) portal_fault_spoil(fault, call->answer);
  call->request->struck = fault != NULL;
  app->counters.faults += fault != NULL;
  if (is_own(call->request)) portal_guard(call->request->route, call->answer);
}

void portal_app_answer(portal_app *app, portal_request *request, portal_answer *answer) {
  portal_problem problem = {.status = 0};
  portal_call call = {.app = app, .store = &app->store, .request = request, .answer = answer, .problem = &problem};
  portal_answer_init(answer);
  portal_uuid(answer->correlation);
  request->started_ms = portal_now_ms(&app->store.clock);
  request->began_us = tether_clock_us();
  work(&call);
  portal_problem_clear(&problem);
  json_decref(call.json);
  if (is_own(request)) return; /* the portal's own routes are not logged or counted */
  app->counters.requests++;
  app->counters.rate_limited += answer->status == 429;
  portal_log_add(app->log, request, answer, app->token);
}
