#include "core/session/transport.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "core/session/poller.h"

enum {
  CONCURRENCY = 8,
  CONNECT_TIMEOUT_MS = 10000,
  TIMEOUT_MS = 30000,
  UPLOAD_BUFFER = 128 << 10,
  READY = 64,
  SPARES = 16
};

typedef struct request {
  struct request *next;
  tether_answer *answer;
  CURL *easy; /* NULL while queued */
  tether_buffer body;
  char *url;
  char method[8];
  bool has_body;
  int64_t started_ms;
} request;

struct tether_transport {
  CURLM *multi;
  tether_poller *poller;
  struct curl_slist *headers, *body_headers;
  char *url, *ca_file;
  int concurrency, in_flight;
  int64_t connect_timeout_ms, timeout_ms, next_ticket;
  size_t under_way;
  request *queued, **queued_end; /* waiting for a place */
  request *flying;
  request *settled, **settled_end;
  tether_buffer spares[SPARES]; /* memory of bodies and answers that are done with */
  size_t spare_count;
};

/* -- what may be sent where ------------------------------------------------------------------------------------- */

static bool is_loopback(const char *host) {
  struct in_addr address;
  if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
  return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

typedef struct {
  char *scheme, *host, *path, *user, *query, *fragment;
} url_parts;

static bool split_url(const char *url, CURLU *handle, url_parts *parts) {
  const struct {
    CURLUPart part;
    char **into;
  } wanted[] = {{CURLUPART_SCHEME, &parts->scheme}, {CURLUPART_HOST, &parts->host},
                {CURLUPART_PATH, &parts->path},     {CURLUPART_USER, &parts->user},
                {CURLUPART_QUERY, &parts->query},   {CURLUPART_FRAGMENT, &parts->fragment}};
  if (curl_url_set(handle, CURLUPART_URL, url, 0) != CURLUE_OK) return false;
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) curl_url_get(handle, wanted[i].part, wanted[i].into, 0);
  return parts->scheme && parts->host && parts->path && strcmp(parts->path, "/") == 0 && !parts->user &&
         !parts->query && !parts->fragment;
}

static bool check_url(const char *url, tether_error *error) {
  if (!url) return tether_fail(error, TETHER_URL_BAD, "url is missing");
  CURLU *handle = curl_url();
  if (!handle) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a url");
  url_parts parts = {0};
  bool fine = split_url(url, handle, &parts);
  if (!fine) /* what stands before an @ may be a password: then nothing of it is shown */
    tether_fail(error, TETHER_URL_BAD, "url %.200s is not scheme://host:port alone",
                strchr(url, '@') ? "with a user name" : url);
  else if (strcmp(parts.scheme, "https") != 0 && !(strcmp(parts.scheme, "http") == 0 && is_loopback(parts.host)))
    fine = tether_fail(error, TETHER_URL_BAD,
                       "url %.200s would send the token in the clear: plain http is for loopback only", url);
  char *const all[] = {parts.scheme, parts.host, parts.path, parts.user, parts.query, parts.fragment};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) curl_free(all[i]);
  curl_url_cleanup(handle);
  return fine;
}

static bool check_token(const char *token, tether_error *error) {
  if (!token || !*token) return tether_fail(error, TETHER_TOKEN_MISSING, "there is no token");
  for (size_t i = 0; token[i]; i++)
    if (token[i] <= ' ' || token[i] > '~')
      return tether_fail(error, TETHER_TOKEN_MALFORMED, "character %zu of the token is a blank or not printable",
                         i + 1);
  return true;
}

/* -- memory that is used again ------------------------------------------------------------------------------------- */

static void keep_memory(tether_transport *transport, tether_buffer *buffer) {
  if (buffer->data && transport->spare_count < SPARES) {
    transport->spares[transport->spare_count++] = *buffer;
    tether_buffer_init(buffer, buffer->ceiling);
  }
  tether_buffer_free(buffer);
}

static tether_buffer spare(tether_transport *transport, size_t ceiling) {
  tether_buffer buffer;
  tether_buffer_init(&buffer, ceiling);
  if (transport->spare_count) buffer = transport->spares[--transport->spare_count];
  buffer.ceiling = ceiling;
  tether_buffer_clear(&buffer);
  return buffer;
}

tether_buffer tether_transport_buffer(tether_transport *transport) { return spare(transport, TETHER_CEILING_BODY); }

void tether_transport_recycle(tether_transport *transport, tether_answer *answer) {
  keep_memory(transport, &answer->body);
  tether_answer_free(answer);
}

/* -- requests ---------------------------------------------------------------------------------------------------- */

static void wipe(char *secret) {
  if (secret) explicit_bzero(secret, strlen(secret));
}

void tether_answer_free(tether_answer *answer) {
  if (!answer) return;
  tether_buffer_free(&answer->body);
  free(answer);
}

static void request_free(request *one) {
  if (one->easy) curl_easy_cleanup(one->easy);
  tether_buffer_free(&one->body);
  tether_answer_free(one->answer);
  free(one->url);
  free(one);
}

static void push(request ***end, request *one) {
  one->next = NULL;
  **end = one;
  *end = &one->next;
}

static request *request_new(tether_transport *transport, const char *method, const char *path) {
  request *one = calloc(1, sizeof *one);
  if (!one) return NULL;
  size_t base = strlen(transport->url), rest = strlen(path);
  one->answer = calloc(1, sizeof *one->answer);
  one->url = malloc(base + rest + 1);
  if (!one->answer || !one->url) {
    request_free(one);
    return NULL;
  }
  memcpy(one->url, transport->url, base);
  memcpy(one->url + base, path, rest + 1);
  memcpy(one->method, method, strlen(method));
  one->answer->body = spare(transport, TETHER_CEILING_ANSWER);
  return one;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
  request *one = user;
  return tether_buffer_add(&one->answer->body, data, size * count, &one->answer->error) ? size * count : 0;
}

/* Copies the value of the header `name` into `out`; a value that does not fit is cut. */
static void keep_header(const char *line, size_t length, const char *name, char *out, size_t capacity) {
  size_t named = strlen(name);
  if (length <= named || line[named] != ':' || strncasecmp(line, name, named) != 0) return;
  const char *value = line + named + 1, *end = line + length;
  while (value < end && isspace((unsigned char)*value)) value++;
  while (end > value && isspace((unsigned char)end[-1])) end--;
  size_t kept = (size_t)(end - value) < capacity - 1 ? (size_t)(end - value) : capacity - 1;
  memcpy(out, value, kept);
  out[kept] = '\0';
}

static size_t on_header(char *line, size_t size, size_t count, void *user) {
  tether_answer *answer = ((request *)user)->answer;
  size_t length = size * count;
  keep_header(line, length, "x-hubspot-correlation-id", answer->correlation_id, sizeof answer->correlation_id);
  keep_header(line, length, "content-type", answer->content_type, sizeof answer->content_type);
  return length;
}

static bool prepare(tether_transport *transport, request *one) {
  CURL *easy = one->easy = curl_easy_init();
  if (!easy) return false;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, one);
  curl_easy_setopt(easy, CURLOPT_URL, one->url);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, one->method);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, one->has_body ? transport->body_headers : transport->headers);
  if (one->has_body) {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)one->body.length);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, one->body.data ? one->body.data : "");
    curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER);
  }
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, one);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, one);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  if (strncasecmp(one->url, "http:", 5) == 0) /* loopback: a proxy would read the token */
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L); /* a redirect would carry the token away */
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (transport->ca_file) curl_easy_setopt(easy, CURLOPT_CAINFO, transport->ca_file);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tether");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)transport->connect_timeout_ms);
  return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transport->timeout_ms) == CURLE_OK;
}

static void settle(tether_transport *transport, request *one) {
  if (one->started_ms) one->answer->elapsed_ms = tether_clock_ms() - one->started_ms;
  push(&transport->settled_end, one);
  transport->under_way--;
}

static void start_queued(tether_transport *transport) {
  while (transport->queued && transport->in_flight < transport->concurrency) {
    request *one = transport->queued;
    transport->queued = one->next;
    if (!transport->queued) transport->queued_end = &transport->queued;
    one->started_ms = tether_clock_ms();
    if (!prepare(transport, one) || curl_multi_add_handle(transport->multi, one->easy) != CURLM_OK) {
      tether_fail(&one->answer->error, TETHER_NO_MEMORY, "no memory for a request");
      settle(transport, one);
      continue;
    }
    one->next = transport->flying;
    transport->flying = one;
    transport->in_flight++;
  }
}

/* -- what libcurl answers ------------------------------------------------------------------------------------------ */

static tether_code code_of(CURLcode code) {
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
  case CURLE_COULDNT_CONNECT:
    return TETHER_HOST_UNREACHABLE;
  case CURLE_OPERATION_TIMEDOUT:
    return TETHER_TIMED_OUT;
  case CURLE_OUT_OF_MEMORY:
    return TETHER_NO_MEMORY;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ISSUER_ERROR:
    return TETHER_TLS_FAILED;
  default:
    return TETHER_CONNECTION_LOST;
  }
}

static void unlink_flying(tether_transport *transport, request *one) {
  request **link = &transport->flying;
  while (*link != one) link = &(*link)->next;
  *link = one->next;
  curl_multi_remove_handle(transport->multi, one->easy);
  transport->in_flight--;
}

static void finish(tether_transport *transport, request *one, CURLcode code) {
  tether_answer *answer = one->answer;
  if (code == CURLE_OK)
    curl_easy_getinfo(one->easy, CURLINFO_RESPONSE_CODE, &answer->status);
  else if (answer->error.code == TETHER_OK) /* else the body met its ceiling, which says more */
    tether_fail(&answer->error, code_of(code), "%s %s: %s", one->method, transport->url, curl_easy_strerror(code));
  unlink_flying(transport, one);
  curl_easy_cleanup(one->easy);
  one->easy = NULL;
  keep_memory(transport, &one->body);
  settle(transport, one);
}

static void collect(tether_transport *transport) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(transport->multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    request *one = NULL;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &one);
    finish(transport, one, code);
  }
  start_queued(transport);
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *unused) {
  (void)easy, (void)unused;
  unsigned events = 0;
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= TETHER_READABLE;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= TETHER_WRITABLE;
  return tether_poller_watch(((tether_transport *)user)->poller, socket, events) ? 0 : -1;
}

static int on_timer(CURLM *multi, long delay_ms, void *user) {
  (void)multi;
  return tether_poller_alarm(((tether_transport *)user)->poller, delay_ms) ? 0 : -1;
}

/* -- the front door ------------------------------------------------------------------------------------------------ */

static bool make_headers(tether_transport *transport, const char *token) {
  static const char prefix[] = "Authorization: Bearer ";
  char *bearer = malloc(sizeof prefix + strlen(token));
  if (!bearer) return false;
  memcpy(bearer, prefix, sizeof prefix);
  memcpy(bearer + sizeof prefix - 1, token, strlen(token) + 1);
  const char *const lines[] = {bearer, "Accept: application/json", "Expect:", "Content-Type: application/json"};
  bool fine = true;
  for (size_t i = 0; i < 4 && fine; i++) {
    struct curl_slist *grown = curl_slist_append(transport->body_headers, lines[i]);
    fine = grown != NULL;
    if (fine) transport->body_headers = grown;
    if (i == 3 || !fine) continue;
    grown = curl_slist_append(transport->headers, lines[i]);
    fine = grown != NULL;
    if (fine) transport->headers = grown;
  }
  wipe(bearer);
  free(bearer);
  return fine;
}

static char *copy_url(const char *url) {
  size_t length = strlen(url);
  while (length && url[length - 1] == '/') length--;
  return strndup(url, length);
}

tether_transport *tether_transport_new(const tether_transport_options *options, tether_error *error) {
  if (!check_url(options->url, error) || !check_token(options->token, error)) return NULL;
  tether_transport *transport = calloc(1, sizeof *transport);
  if (!transport || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    free(transport);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  transport->queued_end = &transport->queued;
  transport->settled_end = &transport->settled;
  transport->concurrency = options->concurrency > 0 ? options->concurrency : CONCURRENCY;
  transport->connect_timeout_ms = options->connect_timeout_ms > 0 ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
  transport->timeout_ms = options->timeout_ms > 0 ? options->timeout_ms : TIMEOUT_MS;
  transport->poller = tether_poller_new(error);
  transport->multi = curl_multi_init();
  transport->url = copy_url(options->url);
  if (options->ca_file) transport->ca_file = strdup(options->ca_file);
  if (!transport->poller || !transport->multi || !transport->url || (options->ca_file && !transport->ca_file) ||
      !make_headers(transport, options->token)) {
    tether_transport_free(transport);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
  curl_multi_setopt(transport->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  curl_multi_setopt(transport->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)transport->concurrency);
  return transport;
}

static void free_list(request *one) {
  while (one) {
    request *next = one->next;
    request_free(one);
    one = next;
  }
}

void tether_transport_free(tether_transport *transport) {
  if (!transport) return;
  for (request *one = transport->flying; one; one = one->next) curl_multi_remove_handle(transport->multi, one->easy);
  free_list(transport->flying);
  free_list(transport->queued);
  free_list(transport->settled);
  if (transport->multi) curl_multi_cleanup(transport->multi); /* calls on_socket: the poller must still live */
  tether_poller_free(transport->poller);
  while (transport->spare_count) tether_buffer_free(&transport->spares[--transport->spare_count]);
  if (transport->headers) wipe(transport->headers->data);
  if (transport->body_headers) wipe(transport->body_headers->data);
  curl_slist_free_all(transport->headers);
  curl_slist_free_all(transport->body_headers);
  free(transport->url);
  free(transport->ca_file);
  free(transport);
  curl_global_cleanup();
}

int64_t tether_transport_submit(tether_transport *transport, const char *method, const char *path, tether_buffer *body,
                                tether_error *error) {
  if (path[0] != '/' || strpbrk(path, " \r\n") || strlen(method) >= sizeof((request *)0)->method) {
    tether_fail(error, TETHER_BAD_ARGUMENT, "not a request: %.10s %.200s", method, path);
    return 0;
  }
  request *one = request_new(transport, method, path);
  if (!one) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
    return 0;
  }
  if (body) {
    one->body = *body;
    tether_buffer_init(body, body->ceiling);
  }
  one->has_body =
      body || method[0] == 'P'; /* POST, PUT, PATCH: an empty body is said to be one, else some answer 411 */
  one->answer->ticket = ++transport->next_ticket;
  int64_t ticket = transport->next_ticket;
  transport->under_way++;
  push(&transport->queued_end, one);
  start_queued(transport);
  return ticket;
}

bool tether_transport_step(tether_transport *transport, int64_t wait_ms, tether_error *error) {
  tether_ready ready[READY];
  int running;
  if (transport->settled) wait_ms = 0;
  if (!transport->under_way && wait_ms < 0) return true; /* nothing will ever move */
  size_t count = tether_poller_wait(transport->poller, wait_ms, ready, READY);
  for (size_t i = 0; i < count; i++) {
    int events = 0;
    if (ready[i].events & TETHER_READABLE) events |= CURL_CSELECT_IN;
    if (ready[i].events & TETHER_WRITABLE) events |= CURL_CSELECT_OUT;
    curl_socket_t socket = ready[i].fd < 0 ? CURL_SOCKET_TIMEOUT : ready[i].fd;
    if (curl_multi_socket_action(transport->multi, socket, events, &running) != CURLM_OK)
      return tether_fail(error, TETHER_NO_MEMORY, "libcurl could not go on");
  }
  collect(transport);
  return true;
}

tether_answer *tether_transport_take(tether_transport *transport) {
  request *one = transport->settled;
  if (!one) return NULL;
  transport->settled = one->next;
  if (!transport->settled) transport->settled_end = &transport->settled;
  tether_answer *answer = one->answer;
  one->answer = NULL;
  request_free(one);
  return answer;
}

static request *find(request *one, int64_t ticket) {
  while (one && one->answer->ticket != ticket) one = one->next;
  return one;
}

bool tether_transport_cancel(tether_transport *transport, int64_t ticket) {
  request *one = find(transport->flying, ticket);
  if (one) {
    unlink_flying(transport, one);
  } else if ((one = find(transport->queued, ticket))) {
    request **link = &transport->queued;
    while (*link != one) link = &(*link)->next;
    *link = one->next;
    if (transport->queued_end == &one->next) transport->queued_end = link;
  } else {
    return false;
  }
  tether_fail(&one->answer->error, TETHER_CANCELLED, "request %lld was given up", (long long)ticket);
  settle(transport, one);
  start_queued(transport);
  return true;
}

size_t tether_transport_under_way(const tether_transport *transport) { return transport->under_way; }

int tether_transport_fd(const tether_transport *transport) { return tether_poller_fd(transport->poller); }

int64_t tether_transport_timeout_ms(const tether_transport *transport) {
  return transport->settled ? 0 : tether_poller_timeout_ms(transport->poller);
}
