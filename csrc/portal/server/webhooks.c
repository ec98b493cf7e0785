#include "portal/server/webhooks.h"

#include <stdlib.h>

#include "portal/server/inside.h"

/* The webhooks have a lock of their own. Only functions that look at the account take the server's lock. */

json_t *portal_server_subscribe(portal_server *server, const char *text, size_t length, tether_error *error) {
  portal_problem problem = {.status = 0};
  json_error_t wrong;
  json_t *wanted = json_loadb(text, length, 0, &wrong);
  if (!wanted) {
    tether_fail(error, TETHER_BAD_ARGUMENT, "subscribe: no JSON: %s", wrong.text);
    return NULL;
  }
  pthread_mutex_lock(&server->lock);
  json_t *ids = portal_hooks_set_up(server->app->hooks, &server->app->store, wanted, &problem);
  pthread_mutex_unlock(&server->lock);
  json_decref(wanted);
  if (!ids) tether_fail(error, TETHER_BAD_ARGUMENT, "subscribe: %s", problem.message);
  portal_problem_clear(&problem);
  return ids;
}

bool portal_server_webhooks(portal_server *server, tether_buffer *out, tether_error *error) {
  json_t *state = portal_hooks_state(server->app->hooks);
  char *text = state ? json_dumps(state, JSON_COMPACT) : NULL;
  bool fine = text ? tether_buffer_text(out, text, error) : tether_fail(error, TETHER_NO_MEMORY, "no memory");
  free(text);
  json_decref(state);
  return fine;
}

void portal_server_webhooks_clear(portal_server *server) { portal_hooks_clear(server->app->hooks); }

bool portal_server_deliveries(portal_server *server, tether_buffer *out, tether_error *error) {
  return portal_hooks_log(server->app->hooks, out, error);
}

void portal_server_deliveries_clear(portal_server *server) { portal_hooks_clear_log(server->app->hooks); }
