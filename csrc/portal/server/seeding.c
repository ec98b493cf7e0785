/* Seeds: an account that Lua fills, as one transaction. Requests wait until it is over. */
#include "portal/api/account/state.h"
#include "portal/server/inside.h"

bool portal_server_seed_begin(portal_server *server, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool free = !server->seeding;
  if (free) server->seeding = portal_store_begin(&server->app->store);
  bool fine = server->seeding;
  pthread_mutex_unlock(&server->lock);
  if (!free) return tether_fail(error, TETHER_BAD_ARGUMENT, "another seed of this portal is under way");
  return fine || portal_server_seed_end(server, false, error);
}

bool portal_server_seed_add(portal_server *server, const char *lines, size_t length, int64_t first,
                            tether_error *error) {
  pthread_mutex_lock(&server->lock);
  bool fine = portal_state_add(&server->app->store, lines, length, first, error);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

bool portal_server_seed_end(portal_server *server, bool keep, tether_error *error) {
  pthread_mutex_lock(&server->lock);
  portal_store *store = &server->app->store;
  bool kept = keep && portal_store_commit(store);
  if (!kept) {
    if (!tether_sql_failed(store->sql, error) && keep) tether_fail(error, TETHER_NO_MEMORY, "no memory for the seed");
    portal_store_rollback(store);
  }
  server->seeding = false;
  pthread_cond_broadcast(&server->seeded);
  pthread_mutex_unlock(&server->lock);
  return kept;
}

bool portal_server_seed(portal_server *server, const char *lines, size_t length, tether_error *error) {
  if (!portal_server_seed_begin(server, error)) return false;
  tether_error ignored;
  bool fine = portal_server_seed_add(server, lines, length, 1, error);
  return portal_server_seed_end(server, fine, fine ? error : &ignored) && fine;
}
