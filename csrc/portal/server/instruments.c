#include <stdlib.h>

#include "portal/api/account/state.h"
#include "portal/api/snapshots/snapshots.h"
#include "portal/server/inside.h"

const char *portal_server_url(const portal_server *server) { return server->url; }

bool portal_server_set(portal_server *server, const char *name, const char *value, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_switches_set(server->app->store.switches, name, value, error);
  portal_hooks_set(server->app->hooks, &server->app->store);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_fault(portal_server *server, const char *rule, size_t length, tether_error *error) {
  json_error_t problem;
  json_t *read = json_loadb(rule, length, 0, &problem);
  if (!read) return tether_fail(error, TETHER_BAD_ARGUMENT, "fault: no JSON: %s", problem.text);
  pthread_mutex_lock(&server->lock);
  bool fine = portal_faults_add(server->app->faults, read, error);
  pthread_mutex_unlock(&server->lock);
  json_decref(read);
  return fine;
}

void portal_server_faults_clear(portal_server *server) {
  pthread_mutex_lock(&server->lock);
  portal_faults_clear(server->app->faults);
  pthread_mutex_unlock(&server->lock);
}

int64_t portal_server_clock(portal_server *server) {
  pthread_mutex_lock(&server->lock);
  int64_t now = portal_now_ms(&server->app->store.clock);
  pthread_mutex_unlock(&server->lock);
  return now;
}

bool portal_server_clock_set(portal_server *server, int64_t ms, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_set_clock(&server->app->store.clock, ms, error);
  portal_hooks_set(server->app->hooks, &server->app->store);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

static bool write_locked(portal_server *server, tether_buffer *out, tether_error *error,
                         bool (*write)(portal_store *, tether_buffer *, tether_error *)) {
  pthread_mutex_lock(&server->lock);
  bool fine = write(&server->app->store, out, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_dump(portal_server *server, tether_buffer *out, tether_error *error) {
  return write_locked(server, out, error, portal_state_write);
}

bool portal_server_counters(portal_server *server, tether_buffer *out, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_counters_write(&server->app->counters, server->app->store.linked, out, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_reports(portal_server *server, tether_buffer *out, tether_error *error) {
  return write_locked(server, out, error, portal_state_reports);
}

bool portal_server_reset(portal_server *server, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = server->seeding ? tether_fail(error, TETHER_BAD_ARGUMENT, "a seed of this portal is under way")
                              : portal_state_reset(&server->app->store, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

size_t portal_server_log_count(portal_server *server) {
  pthread_mutex_lock(&server->lock);
  size_t count = portal_log_count(server->app->log);
  pthread_mutex_unlock(&server->lock);
  return count;
}

bool portal_server_log_copy(portal_server *server, size_t i, portal_entry *copy) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_log_copy(server->app->log, i, copy);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

void portal_server_log_clear(portal_server *server) {
  pthread_mutex_lock(&server->lock);
  portal_log_clear(server->app->log);
  pthread_mutex_unlock(&server->lock);
}

/* -- snapshots ---------------------------------------------------------------------------------------------------- */

/* Takes the lock when no seed is under way. */
static bool enter(portal_server *server, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  if (!server->seeding) return true;
  pthread_mutex_unlock(&server->lock);
  return tether_fail(error, TETHER_BAD_ARGUMENT, "a seed of this portal is under way");
}

bool portal_server_snapshot(portal_server *server, const char *name, tether_error *error) {
  if (!enter(server, error)) return false;
  bool fine = portal_snapshots_keep(server->app->snapshots, server->app, name, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_restore(portal_server *server, const char *name, tether_error *error) {
  if (!enter(server, error)) return false;
  const portal_snapshot *snapshot = portal_snapshots_find(server->app->snapshots, name, error);
  bool fine = snapshot && portal_snapshot_put(snapshot, server->app, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_snapshot_drop(portal_server *server, const char *name, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_snapshots_drop(server->app->snapshots, name, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_snapshots(portal_server *server, tether_buffer *out, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  json_t *all = portal_snapshots_json(server->app->snapshots);
  pthread_mutex_unlock(&server->lock);
  char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
  json_decref(all);
  bool fine = text ? tether_buffer_text(out, text, error) : tether_fail(error, TETHER_NO_MEMORY, "no memory");
  free(text);
  return fine;
}

portal_server *portal_server_fork(portal_server *server, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool free = !server->seeding;
  portal_snapshot *snapshot = free ? portal_snapshot_take(server->app, false, error) : NULL;
  pthread_mutex_unlock(&server->lock);
  if (!free) tether_fail(error, TETHER_BAD_ARGUMENT, "a seed of this portal is under way");
  portal_server *fork = snapshot ? portal_server_open_as(server, snapshot, error) : NULL;
  portal_snapshot_free(snapshot);
  return fork;
}
