#include "portal/server/inside.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "portal/server/listen.h"
#include "portal/server/live.h"

enum {
  CONNECTIONS = 256,       /* at once; each has a thread */
  HEADER_BYTES = 64 << 10, /* of one request */
  IDLE_SECONDS = 120       /* then a connection is closed */
};

/* The most bytes that the bodies of all incoming requests may hold together. */
enum { BODIES_MOST = 256 << 20 };

#define PRINTABLE "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

/* A request while it comes in. */
typedef struct exchange {
  char *target; /* path and query as they came */
  tether_buffer body;
  size_t came;                     /* bytes of the body, kept or not */
  bool begun, looked_at, admitted; /* admitted: its body is kept */
  bool too_large;
  char *trimmed[PORTAL_HEADERS_MOST]; /* values without the blanks behind them; NULL: as it came */
} exchange;

/* -- requests ----------------------------------------------------------------------------------------------------- */

static void *begin_exchange(void *cls, const char *target, struct MHD_Connection *connection) {
  (void)cls, (void)connection;
  exchange *current = calloc(1, sizeof *current);
  if (!current) return NULL;
  current->target = strdup(target);
  tether_buffer_init(&current->body, TETHER_CEILING_BODY);
  return current;
}

static void drop_body(portal_server *server, exchange *current) {
  atomic_fetch_sub(&server->held, current->body.length);
  tether_buffer_free(&current->body);
}

static void end_exchange(void *cls, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why) {
  (void)connection, (void)why;
  exchange *current = *state;
  if (!current) return;
  free(current->target);
  drop_body(cls, current);
  for (size_t i = 0; i < PORTAL_HEADERS_MOST; i++) free(current->trimmed[i]);
  free(current);
  *state = NULL;
}

typedef struct {
  exchange *current;
  portal_request *request;
} head;

/* The value of a header without the blanks behind it. They are no part of it (RFC 9110, 5.5), and libmicrohttpd leaves
 * them there. */
static const char *value_of(exchange *current, size_t i, const char *value) {
  size_t length = strlen(value), kept = length;
  while (kept && (value[kept - 1] == ' ' || value[kept - 1] == '\t')) kept--;
  if (kept == length) return value;
  if (!current->trimmed[i]) current->trimmed[i] = strndup(value, kept);
  return current->trimmed[i] ? current->trimmed[i] : "";
}

static enum MHD_Result add_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value) {
  head *into = cls;
  portal_request *request = into->request;
  size_t i = request->header_count;
  (void)kind;
  if (i == PORTAL_HEADERS_MOST) {
    request->too_many_headers = true;
    return MHD_NO;
  }
  request->headers[i].name = name;
  request->headers[i].value = value_of(into->current, i, value ? value : "");
  request->header_count++;
  return MHD_YES;
}

static void read_head(struct MHD_Connection *connection, exchange *current, portal_request *request) {
  MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &(head){current, request});
}

static enum MHD_Result take(portal_server *server, struct MHD_Connection *connection, const char *method,
                            exchange *current) {
  portal_request request = {.method = method,
                            .target = current->target,
                            .body = current->body.data,
                            .length = current->body.length,
                            .too_large = current->too_large};
  portal_answer answer;
  read_head(connection, current, &request);
  pthread_mutex_lock(&server->lock);
  while (server->seeding) pthread_cond_wait(&server->seeded, &server->lock);
  portal_app_answer(server->app, &request, &answer);
  portal_live_grown(&server->live);
  pthread_mutex_unlock(&server->lock);
  portal_request_free(&request);
  if (answer.live) return portal_live_deliver(server, connection, &answer);
  return portal_deliver(&server->pause, connection, &answer);
}

static bool refuses(portal_server *server, const char *method, const exchange *current) {
  portal_request request = {.method = method, .target = current->target};
  pthread_mutex_lock(&server->lock);
  bool refused = portal_app_refuses(server->app, &request);
  pthread_mutex_unlock(&server->lock);
  return refused;
}

static bool admits(portal_server *server, struct MHD_Connection *connection, const char *method, exchange *current) {
  portal_request request = {.method = method, .target = current->target};
  read_head(connection, current, &request);
  pthread_mutex_lock(&server->lock);
  bool fine = portal_app_admits(server->app, &request);
  pthread_mutex_unlock(&server->lock);
  return fine;
}

static bool keep(portal_server *server, exchange *current, const char *data, size_t length) {
  if (atomic_fetch_add(&server->held, length) + length <= BODIES_MOST &&
      tether_buffer_add(&current->body, data, length, NULL))
    return true;
  atomic_fetch_sub(&server->held, length);
  return false;
}

/* Takes a piece of the body. The body of a refused request is read to its end without being kept, because closing the
 * connection earlier would reset it, and the answer would be lost. False: the body is so long that the connection is
 * closed anyway. */
static bool take_in(portal_server *server, struct MHD_Connection *connection, const char *method, exchange *current,
                    const char *data, size_t length) {
  if (!current->looked_at) current->admitted = admits(server, connection, method, current);
  current->looked_at = true;
  current->came += length;
  if (current->admitted && !current->too_large && !keep(server, current, data, length)) {
    current->too_large = true;
    drop_body(server, current);
  }
  return current->came <= 2 * (size_t)TETHER_CEILING_BODY;
}

/* Whether the body has an unknown transfer coding. Then its end cannot be found, and the refusal does not wait for it.
 * */
static bool has_unknown_coding(struct MHD_Connection *connection) {
  const char *coding = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Transfer-Encoding");
  return coding && strncasecmp(coding, "chunked", 7) != 0;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *data, size_t *length, void **state) {
  exchange *current = *state;
  (void)url, (void)version;
  if (!current || !current->target) return MHD_NO;
  if (!current->begun) {
    current->begun = true;
    if (has_unknown_coding(connection)) return take(cls, connection, method, current);
    return refuses(cls, method, current) ? portal_reset_connection(connection) : MHD_YES;
  }
  if (*length == 0) return take(cls, connection, method, current);
  bool fine = take_in(cls, connection, method, current, data, *length);
  *length = 0;
  return fine ? MHD_YES : MHD_NO;
}

/* -- opening and closing ------------------------------------------------------------------------------------------ */

static bool listen_at(portal_server *server, const portal_options *options, tether_error *error) {
  const char *host = options->host ? options->host : "127.0.0.1";
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(options->port)};
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "host: %.60s is no IPv4 address", host);
  int fd = portal_listen(&address, error);
  if (fd < 0) return false;
  sigset_t all,
      before; /* signals are for the threads of the program: those of the portal begin with all of them blocked */
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  server->daemon = MHD_start_daemon(
      MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL, on_request, server,
      MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_URI_LOG_CALLBACK, begin_exchange, NULL, MHD_OPTION_NOTIFY_COMPLETED,
      end_exchange, server, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
      (size_t)HEADER_BYTES, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_NOTIFY_CONNECTION,
      portal_guests_note, &server->guests, MHD_OPTION_END);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (!server->daemon) return tether_fail(error, TETHER_PORT_FAILED, "no threads to serve %s from", host);
  if (address.sin_addr.s_addr == htonl(INADDR_ANY)) host = "127.0.0.1"; /* an address that works */
  server->port = ntohs(address.sin_port);
  snprintf(server->url, sizeof server->url, "http://%.40s:%u", host, ntohs(address.sin_port));
  return true;
}

/* For requests, see portal_forks. */
static bool open_fork(const portal_server *server, const portal_snapshot *snapshot, portal_fork *fork,
                      tether_error *error) {
  portal_server *opened = portal_server_open_as(server, snapshot, error);
  if (opened) *fork = (portal_fork){opened, opened->port, opened->url};
  return opened != NULL;
}

portal_server *portal_server_open(const portal_options *options, tether_error *error) {
  if (!*options->account.token || options->account.token[strspn(options->account.token, PRINTABLE)]) {
    tether_fail(error, TETHER_TOKEN_MALFORMED, "the token of a portal is printable characters without blanks");
    return NULL;
  }
  portal_server *server = calloc(1, sizeof *server);
  if (!server) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a portal");
    return NULL;
  }
  pthread_mutex_init(&server->lock, NULL);
  pthread_cond_init(&server->seeded, NULL);
  portal_pause_init(&server->pause);
  portal_guests_init(&server->guests);
  portal_live_init(&server->live);
  portal_settings account = options->account;
  account.open = options->host && strncmp(options->host, "127.", 4) != 0;
  server->app = portal_app_open(&account, error);
  if (options->host) server->host = strdup(options->host);
  server->forks = (portal_forks){.of = server, .open = open_fork, .close = portal_server_close};
  if (server->app) server->app->forks = &server->forks;
  if (server->app && listen_at(server, options, error)) return server;
  portal_server_close(server);
  return NULL;
}

portal_server *portal_server_open_as(const portal_server *server, const portal_snapshot *snapshot,
                                     tether_error *error) {
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

/* Stops listening, ends the open connections, then stops the daemon. The order matters: see guests.h. Quiescing returns
 * the listening descriptor, which is then closed here. */
static void stop(portal_server *server) {
  int fd = MHD_quiesce_daemon(server->daemon);
  portal_guests_end(&server->guests);
  MHD_stop_daemon(server->daemon);
  if (fd >= 0) close(fd);
}

void portal_server_close(portal_server *server) {
  if (!server) return;
  portal_pause_end(&server->pause);
  portal_live_end(server);
  if (server->seeding) portal_server_seed_end(server, false, NULL);
  if (server->daemon) stop(server);
  portal_forks_close(&server->forks);
  portal_app_close(server->app);
  portal_live_destroy(&server->live);
  free(server->host);
  pthread_mutex_destroy(&server->lock);
  pthread_cond_destroy(&server->seeded);
  portal_pause_destroy(&server->pause);
  portal_guests_destroy(&server->guests);
  free(server);
}
