#include "portal/server/forks.h"

#include <stdlib.h>

#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/snapshots/snapshot.h"

/* Opens a portal that begins as the snapshot: in memory, also when the first one keeps a file; with the same token, on
 * another port. */
static portal_server *open_fork(portal_server *server, const portal_snapshot *snapshot, tether_error *error) {
  const portal_app *app = server->app;
  portal_options options = {.account = {.path = ":memory:",
                                        .token = app->token,
                                        .client_id = app->client_id,
                                        .client_secret = app->client_secret,
                                        .code = app->code,
                                        .refresh_token = app->refresh_token,
                                        .scopes = app->scopes,
                                        .hosts = app->hosts,
                                        .targets = app->targets,
                                        .admin = app->admin,
                                        .page = app->page,
                                        .begin = snapshot},
                            .host = server->host};
  return portal_server_open(&options, error);
}

portal_server *portal_server_fork(portal_server *server, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool free = !server->seeding;
  portal_snapshot *snapshot = free ? portal_snapshot_take(server->app, false, error) : NULL;
  pthread_mutex_unlock(&server->lock);
  if (!free) tether_fail(error, TETHER_BAD_ARGUMENT, "a seed of this portal is under way");
  portal_server *fork = snapshot ? open_fork(server, snapshot, error) : NULL;
  portal_snapshot_free(snapshot);
  return fork;
}

void portal_forks_close(portal_server *server) {
  for (size_t i = 0; i < PORTAL_FORKS_MOST; i++) portal_server_close(server->forks[i]);
}

/* -- by requests, which hold the lock ------------------------------------------------------------------------------ */

static json_t *fork_json(const portal_server *fork) {
  return json_pack("{s:i, s:s}", "fork", fork->port, "url", fork->url);
}

/* { forks: [ { fork: its port, by which it is called, url } ] } */
bool portal_forks_list(portal_call *call) {
  const portal_server *server = call->app->server;
  json_t *list = json_array();
  for (size_t i = 0; server && i < PORTAL_FORKS_MOST; i++)
    if (server->forks[i]) json_array_append_new(list, fork_json(server->forks[i]));
  return portal_answer_json(call, 200, json_pack("{s:o}", "forks", list));
}

/* A free place; PORTAL_FORKS_MOST: there is none. */
static size_t place_of(const portal_server *server, const portal_server *fork) {
  size_t i = 0;
  while (i < PORTAL_FORKS_MOST && server->forks[i] != fork) i++;
  return i;
}

bool portal_fork_open(portal_call *call) {
  portal_server *server = call->app->server;
  tether_error error = {.code = TETHER_OK};
  size_t place = server ? place_of(server, NULL) : PORTAL_FORKS_MOST;
  if (place == PORTAL_FORKS_MOST)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "A portal has %d forks: close one first",
                         PORTAL_FORKS_MOST);
  portal_store_rollback(call->store); /* the account is copied between two transactions */
  portal_snapshot *snapshot = portal_snapshot_take(call->app, false, &error);
  portal_store_begin(call->store);
  portal_server *fork = snapshot ? open_fork(server, snapshot, &error) : NULL;
  portal_snapshot_free(snapshot);
  if (!fork) return portal_refuse(call->problem, 500, NULL, "%s", error.text);
  server->forks[place] = fork;
  return portal_answer_json(call, 201, fork_json(fork));
}

bool portal_fork_close(portal_call *call) {
  portal_server *server = call->app->server;
  long port = strtol(call->request->id, NULL, 10);
  for (size_t i = 0; server && i < PORTAL_FORKS_MOST; i++) {
    if (!server->forks[i] || server->forks[i]->port != port) continue;
    portal_server_close(server->forks[i]);
    server->forks[i] = NULL;
    return portal_answer_nothing(call);
  }
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "There is no fork %.20s", call->request->id);
}
