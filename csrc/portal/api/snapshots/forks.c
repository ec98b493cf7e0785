#include "portal/api/snapshots/forks.h"

#include <stdlib.h>

#include "portal/api/answers.h"
#include "portal/api/handlers.h"

void portal_forks_close(portal_forks *forks) {
  for (size_t i = 0; i < PORTAL_FORKS_MOST; i++)
    if (forks->list[i].server) forks->close(forks->list[i].server);
}

/* -- the routes under /portal/forks; their requests hold the portal's lock ----------------------------------------- */

static json_t *fork_json(const portal_fork *fork) {
  return json_pack("{s:i, s:s}", "fork", fork->port, "url", fork->url);
}

/* { forks: [ { fork: its port, by which it is called, url } ] } */
bool portal_forks_list(portal_call *call) {
  const portal_forks *forks = call->app->forks;
  json_t *list = json_array();
  for (size_t i = 0; forks && i < PORTAL_FORKS_MOST; i++)
    if (forks->list[i].server) json_array_append_new(list, fork_json(&forks->list[i]));
  return portal_answer_json(call, 200, json_pack("{s:o}", "forks", list));
}

/* NULL: there is none. */
static portal_fork *free_place(portal_forks *forks) {
  for (size_t i = 0; forks && i < PORTAL_FORKS_MOST; i++)
    if (!forks->list[i].server) return &forks->list[i];
  return NULL;
}

bool portal_fork_open(portal_call *call) {
  portal_forks *forks = call->app->forks;
  portal_fork *fork = free_place(forks);
  if (!fork)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "A portal has %d forks: close one first",
                         PORTAL_FORKS_MOST);
  tether_error error = {.code = TETHER_OK};
  portal_store_rollback(call->store); /* the account is copied between two transactions */
  portal_snapshot *snapshot = portal_snapshot_take(call->app, false, &error);
  portal_store_begin(call->store);
  bool fine = snapshot && forks->open(forks->of, snapshot, fork, &error);
  portal_snapshot_free(snapshot);
  return fine ? portal_answer_json(call, 201, fork_json(fork))
              : portal_refuse(call->problem, 500, NULL, "%s", error.text);
}

bool portal_fork_close(portal_call *call) {
  portal_forks *forks = call->app->forks;
  long port = strtol(call->request->id, NULL, 10);
  for (size_t i = 0; forks && i < PORTAL_FORKS_MOST; i++) {
    portal_fork *fork = &forks->list[i];
    if (!fork->server || fork->port != port) continue;
    forks->close(fork->server);
    *fork = (portal_fork){.server = NULL};
    return portal_answer_nothing(call);
  }
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "There is no fork %.20s", call->request->id);
}
