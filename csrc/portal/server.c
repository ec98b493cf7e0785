#include "portal/server.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "portal/router.h"

enum { UUID = 37, TOKEN = 400 };

struct tether_portal {
  struct MHD_Daemon *daemon;
  portal_store *store;
  portal_log *log;
  pthread_mutex_t mutex; /* around the store */
  char url[48], token[TOKEN];
};

/* One request while its bytes come in. */
typedef struct {
  char *uri; /* with its query, for the log */
  tether_buffer body;
  bool started, too_large;
} request;

static void make_uuid(char out[UUID]) {
  unsigned char b[16];
  if (getrandom(b, sizeof b, 0) != sizeof b) memset(b, 0, sizeof b);
  snprintf(out, UUID, "%02x%02x%02x%02x-%02x%02x-4%x%02x-%x%x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
           b[4], b[5], b[6] & 15, b[7], 8 | (b[8] & 3), b[8] >> 4, b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}

static bool authentic(const tether_portal *portal, const char *header) {
  return header && strncasecmp(header, "Bearer ", 7) == 0 && strcmp(header + 7, portal->token) == 0;
}

static enum MHD_Result add_header(void *closure, enum MHD_ValueKind kind, const char *name, const char *value) {
  (void)kind;
  if (strcasecmp(name, "Authorization") == 0) return MHD_YES;
  return tether_buffer_format(closure, NULL, "%s: %s\n", name, value ? value : "") ? MHD_YES : MHD_NO;
}

static void keep(tether_portal *portal, struct MHD_Connection *connection, const char *method, const request *from,
                 int status) {
  tether_buffer headers;
  tether_buffer_init(&headers, 1 << 20);
  MHD_get_connection_values(connection, MHD_HEADER_KIND, add_header, &headers);
  if (tether_buffer_add(&headers, "", 1, NULL)) {
    portal_log_entry entry = {.method = (char *)method,
                              .path = from->uri ? from->uri : "",
                              .headers = headers.data,
                              .body = from->body.data,
                              .body_length = from->body.length,
                              .status = status};
    portal_log_add(portal->log, &entry);
  }
  tether_buffer_free(&headers);
}

static enum MHD_Result send_answer(struct MHD_Connection *connection, portal_call *call) {
  char uuid[UUID];
  make_uuid(uuid);
  if (call->status >= 400) json_object_set_new(call->result, "correlationId", json_string(uuid));
  char *text = call->result ? json_dumps(call->result, JSON_COMPACT) : NULL;
  if (call->result && !text) call->status = 500;
  struct MHD_Response *response =
      MHD_create_response_from_buffer(text ? strlen(text) : 0, text ? text : "", MHD_RESPMEM_MUST_COPY);
  free(text);
  if (!response) return MHD_NO;
  if (call->status != 204) MHD_add_response_header(response, "Content-Type", "application/json;charset=utf-8");
  MHD_add_response_header(response, "x-hubspot-correlation-id", uuid);
  MHD_add_response_header(response, "x-request-id", uuid);
  if (*call->location) MHD_add_response_header(response, "Location", call->location);
  enum MHD_Result queued = MHD_queue_response(connection, (unsigned)call->status, response);
  MHD_destroy_response(response);
  return queued;
}

static const char *header_of(struct MHD_Connection *connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static const char *query_of(struct MHD_Connection *connection, const char *name) {
  return MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, name);
}

static void decide(tether_portal *portal, struct MHD_Connection *connection, const char *method, const request *asked,
                   portal_call *call) {
  if (!authentic(portal, header_of(connection, "Authorization")))
    portal_refuse(call, 401, "INVALID_AUTHENTICATION",
                  "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find "
                  "more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview");
  else if (asked->too_large)
    portal_refuse(call, 413, "VALIDATION_ERROR", "The request body is too large");
  if (call->problem.status) {
    call->status = call->problem.status;
    call->result = portal_problem_json(&call->problem);
    return;
  }
  pthread_mutex_lock(&portal->mutex);
  portal_route(call, method, header_of(connection, "Content-Type"), asked->body.data, asked->body.length);
  pthread_mutex_unlock(&portal->mutex);
}

static enum MHD_Result answer(void *closure, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *length, void **state) {
  tether_portal *portal = closure;
  request *asked = *state;
  (void)version;
  if (!asked) return MHD_NO;
  if (!asked->started) {
    asked->started = true;
    return MHD_YES;
  }
  if (*length) {
    if (!tether_buffer_add(&asked->body, data, *length, NULL)) asked->too_large = true;
    *length = 0;
    return MHD_YES;
  }
  portal_call call = {.store = portal->store,
                      .path = path,
                      .limit = query_of(connection, "limit"),
                      .after = query_of(connection, "after"),
                      .with = query_of(connection, "associations"),
                      .now_ms = tether_clock_wall_ms()};
  decide(portal, connection, method, asked, &call);
  keep(portal, connection, method, asked, call.status);
  enum MHD_Result sent = send_answer(connection, &call);
  json_decref(call.result);
  json_decref(call.body);
  portal_problem_clear(&call.problem);
  return sent;
}

static void *request_new(void *closure, const char *uri, struct MHD_Connection *connection) {
  (void)closure, (void)connection;
  request *asked = calloc(1, sizeof *asked);
  if (!asked) return NULL;
  tether_buffer_init(&asked->body, TETHER_CEILING_BODY);
  asked->uri = strdup(uri);
  return asked;
}

static void request_free(void *closure, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode why) {
  (void)closure, (void)connection, (void)why;
  request *asked = *state;
  if (!asked) return;
  tether_buffer_free(&asked->body);
  free(asked->uri);
  free(asked);
  *state = NULL;
}

static bool take_token(tether_portal *portal, const char *token, tether_error *error) {
  char uuid[UUID];
  make_uuid(uuid);
  if (!token) return snprintf(portal->token, TOKEN, "pat-na1-%s", uuid) > 0;
  size_t length = strlen(token);
  for (size_t i = 0; i < length; i++)
    if (token[i] <= ' ' || token[i] > '~') length = 0;
  if (length == 0 || length >= TOKEN)
    return tether_fail(error, TETHER_TOKEN_MALFORMED, "the portal's token is malformed");
  memcpy(portal->token, token, length + 1);
  return true;
}

static bool listen_on(tether_portal *portal, int port, tether_error *error) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  portal->daemon = MHD_start_daemon(MHD_USE_AUTO_INTERNAL_THREAD, (uint16_t)port, NULL, NULL, answer, portal,
                                    MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_URI_LOG_CALLBACK,
                                    request_new, NULL, MHD_OPTION_NOTIFY_COMPLETED, request_free, NULL, MHD_OPTION_END);
  const union MHD_DaemonInfo *info =
      portal->daemon ? MHD_get_daemon_info(portal->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
  if (!info) return tether_fail(error, TETHER_PORT_FAILED, "cannot listen on 127.0.0.1, port %d", port);
  snprintf(portal->url, sizeof portal->url, "http://127.0.0.1:%u", (unsigned)info->port);
  return true;
}

tether_portal *tether_portal_open(const char *path, const char *token, int port, tether_error *error) {
  tether_portal *portal = calloc(1, sizeof *portal);
  if (!portal) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for the portal");
    return NULL;
  }
  pthread_mutex_init(&portal->mutex, NULL);
  portal->log = portal_log_new();
  bool good = portal->log || tether_fail(error, TETHER_NO_MEMORY, "no memory for the portal's log");
  good = good && take_token(portal, token, error) && (portal->store = portal_store_open(path, error)) &&
         listen_on(portal, port, error);
  if (good) return portal;
  tether_portal_close(portal);
  return NULL;
}

void tether_portal_close(tether_portal *portal) {
  if (!portal) return;
  if (portal->daemon) MHD_stop_daemon(portal->daemon);
  portal_store_close(portal->store);
  portal_log_free(portal->log);
  pthread_mutex_destroy(&portal->mutex);
  free(portal);
}

const char *tether_portal_url(const tether_portal *portal) { return portal->url; }

const char *tether_portal_token(const tether_portal *portal) { return portal->token; }

bool tether_portal_seed(tether_portal *portal, const char *object_type, int64_t id, tether_error *error) {
  portal_object object;
  if (!portal_rules_object(object_type, &object))
    return tether_fail(error, TETHER_OBJECT_TYPE_UNKNOWN, "object type %.60s is not known", object_type);
  pthread_mutex_lock(&portal->mutex);
  portal_store_begin(portal->store);
  portal_store_run(portal->store, "INSERT OR IGNORE INTO records VALUES (?, ?, '{}', ?, 0)", "sii", object.key, id,
                   tether_clock_wall_ms());
  portal_store_end(portal->store, true);
  bool sound = portal_store_sound(portal->store);
  pthread_mutex_unlock(&portal->mutex);
  return sound || tether_fail(error, TETHER_SQL_FAILED, "cannot store %.60s %lld", object_type, (long long)id);
}

portal_log *tether_portal_log(tether_portal *portal) { return portal->log; }
