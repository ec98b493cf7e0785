#include "core/http/transport.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "core/http/address.h"
#include "core/http/failure.h"
#include "core/http/hear.h"
#include "core/http/poller.h"
#include "core/http/sockets.h"
#include "core/http/spares.h"
#include "core/http/wiping.h"

/* Below 2 MB an answer is read at once, in memory that is used again and again. Of a larger one no more is held than
 * these and what libcurl brings at a time. */
enum { FIRST_PIECE = (2 << 20) - (64 << 10), PIECE = 1 << 20 };

enum { UPLOAD_BUFFER = 128 << 10, READY = 64, STREAMS = 100, DNS_SECONDS = 300 };

typedef struct request {
  struct request *next;
  tether_answer *answer;
  CURL *easy;
  const tether_buffer *body; /* borrowed; NULL: none */
  size_t sent;               /* of a body that is read piece by piece */
  tether_headers *headers;
  char *url;
  char method[8];
  char problem[CURL_ERROR_SIZE]; /* what libcurl says of a failure; "": no more than its code */
  tether_talk talk;
  int64_t started_ms;
} request;

struct tether_transport {
  CURLM *multi;
  tether_poller *poller;
  tether_sockets sockets; /* outlives the connections of multi */
  char *url, *ca_file, *ca_folder;
  int in_flight;
  int64_t connect_timeout_ms, timeout_ms;
  request *flying;
  request *settled, **settled_end;
  tether_spares spares;   /* memory of bodies and answers that are done with */
  tether_goodbye goodbye; /* of this step */
};

tether_buffer tether_transport_buffer(tether_transport *transport) {
  return tether_spares_take(&transport->spares, TETHER_CEILING_BODY);
}

void tether_transport_keep(tether_transport *transport, tether_buffer *buffer) {
  tether_spares_keep(&transport->spares, buffer);
}

void tether_transport_recycle(tether_transport *transport, tether_answer *answer) {
  tether_spares_keep(&transport->spares, &answer->body);
  tether_spares_keep(&transport->spares, &answer->sent);
  tether_answer_free(answer);
}

/* -- requests ---------------------------------------------------------------------------------------------------- */

void tether_answer_free(tether_answer *answer) {
  if (!answer) return;
  tether_buffer_free(&answer->body);
  tether_buffer_free(&answer->sent);
  tether_arriving_free(answer->arriving);
  free(answer);
}

static void request_free(request *one) {
  if (one->easy) curl_easy_cleanup(one->easy);
  tether_headers_drop(one->headers);
  tether_answer_free(one->answer);
  free(one->url);
  free(one);
}

static request *request_new(tether_transport *transport, const tether_sending *sending) {
  request *one = calloc(1, sizeof *one);
  if (!one) return NULL;
  size_t base = strlen(transport->url), rest = strlen(sending->path);
  one->answer = calloc(1, sizeof *one->answer);
  one->url = malloc(base + rest + 1);
  one->easy = curl_easy_init();
  if (one->answer && sending->reads_links) one->answer->arriving = tether_arriving_new(FIRST_PIECE, PIECE);
  if (!one->answer || !one->url || !one->easy) {
    request_free(one);
    return NULL;
  }
  memcpy(one->url, transport->url, base);
  memcpy(one->url + base, sending->path, rest + 1);
  memcpy(one->method, sending->method, strlen(sending->method));
  one->talk.goodbye = &transport->goodbye;
  one->headers = tether_headers_hold(sending->headers);
  one->body = sending->body;
  one->answer->ticket = sending->ticket;
  one->answer->body = tether_spares_take(&transport->spares, TETHER_CEILING_ANSWER);
  tether_hear_nothing(&one->answer->limits);
  return one;
}

static bool is_success(const request *one) {
  long status = 0;
  curl_easy_getinfo(one->easy, CURLINFO_RESPONSE_CODE, &status);
  return status == 200 || status == 207;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
  request *one = user;
  tether_answer *answer = one->answer;
  if (!tether_buffer_add(&answer->body, data, size * count, &answer->error)) return 0;
  if (answer->arriving && is_success(one)) tether_arriving_feed(answer->arriving, &answer->body);
  return size * count;
}

static size_t on_header(char *line, size_t size, size_t count, void *user) {
  tether_hear(line, size * count, ((request *)user)->answer);
  return size * count;
}

static size_t on_read(char *room, size_t size, size_t count, void *user) {
  request *one = user;
  size_t left = one->body->length - one->sent, part = size * count < left ? size * count : left;
  if (part) memcpy(room, one->body->data + one->sent, part);
  one->sent += part;
  return part;
}

/* What must not be sent twice cannot be rewound: libcurl then fails where it would send it again by itself. What the
 * server gave back was not sent at all. */
static int on_rewind(void *user, curl_off_t offset, int origin) {
  request *one = user;
  if (!one->talk.given_back || offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  one->sent = 0;
  return CURL_SEEKFUNC_OK;
}

static void set_body(request *one, bool once) {
  CURL *easy = one->easy;
  size_t length = one->body ? one->body->length : 0;
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER);
  if (!once || length == 0) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, length ? one->body->data : "");
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, once ? 1L : 0L); /* nothing to rewind: no kept connection then */
    return;
  }
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, one);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_rewind);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, one);
}

static void set_connection(tether_transport *transport, request *one) {
  CURL *easy = one->easy;
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  bool plain = strncasecmp(one->url, "http:", 5) == 0;
  if (plain) curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* which would read the token */
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);   /* a redirect would carry the token away */
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, plain ? 0L : 1L); /* plain http would wait for the first answer */
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  if (transport->ca_file) curl_easy_setopt(easy, CURLOPT_CAINFO, transport->ca_file);
  if (transport->ca_folder) curl_easy_setopt(easy, CURLOPT_CAPATH, transport->ca_folder);
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, (long)DNS_SECONDS);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* giving up does not wait for a name server that is silent */
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)transport->connect_timeout_ms);
}

static bool prepare(tether_transport *transport, request *one, const tether_sending *sending) {
  CURL *easy = one->easy;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, one);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, one->problem);
  curl_easy_setopt(easy, CURLOPT_URL, one->url);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, one->method);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, tether_headers_list(one->headers, sending->content));
  if (sending->content != TETHER_NO_CONTENT) set_body(one, sending->once);
  if (strncasecmp(one->url, "https:", 6) == 0)
    tether_talk_listen(one->easy, &one->talk); /* HTTP/2 is spoken there alone */
  /* Else libcurl waits for the body whose length the answer tells. */
  if (strcmp(one->method, "HEAD") == 0) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  set_connection(transport, one);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, one);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, one);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tether");
  return tether_sockets_serve(&transport->sockets, easy) &&
         curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)transport->timeout_ms) == CURLE_OK;
}

bool tether_transport_start(tether_transport *transport, const tether_sending *sending, tether_error *error) {
  request *one = request_new(transport, sending);
  if (one) one->started_ms = tether_clock_ms();
  if (!one || !prepare(transport, one, sending) || curl_multi_add_handle(transport->multi, one->easy) != CURLM_OK) {
    if (one) request_free(one);
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
  }
  one->next = transport->flying;
  transport->flying = one;
  transport->in_flight++;
  return true;
}

/* -- what libcurl answers ------------------------------------------------------------------------------------------ */

static void unlink_flying(tether_transport *transport, request *one) {
  request **link = &transport->flying;
  while (*link != one) link = &(*link)->next;
  *link = one->next;
  curl_multi_remove_handle(transport->multi, one->easy);
  transport->in_flight--;
}

static void finish(tether_transport *transport, request *one, CURLcode code) {
  tether_answer *answer = one->answer;
  if (code == CURLE_OK && answer->arriving) tether_arriving_end(answer->arriving, &answer->body);
  if (code == CURLE_OK)
    curl_easy_getinfo(one->easy, CURLINFO_RESPONSE_CODE, &answer->status);
  else if (answer->error.code == TETHER_OK) /* else the body met its ceiling, which says more */
    tether_fail(
        &answer->error,
        tether_failure_code(one->easy, code, one->problem, tether_talk_gives_back(&one->talk, code, one->problem)),
        "%s %s: %s", one->method, transport->url, *one->problem ? one->problem : curl_easy_strerror(code));
  answer->elapsed_ms = tether_clock_ms() - one->started_ms;
  answer->round_trip_ms = tether_sockets_round_trip_ms(one->easy);
  unlink_flying(transport, one);
  curl_easy_cleanup(one->easy);
  one->easy = NULL;
  one->next = NULL;
  *transport->settled_end = one;
  transport->settled_end = &one->next;
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
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *unused) {
  (void)easy, (void)unused;
  unsigned events = 0;
  tether_sockets_seal(socket, socket + 1); /* one end of a look-up of a name, and its neighbour */
  if (what == CURL_POLL_IN || what == CURL_POLL_INOUT) events |= TETHER_READABLE;
  if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT) events |= TETHER_WRITABLE;
  return tether_poller_watch(((tether_transport *)user)->poller, socket, events) ? 0 : -1;
}

static int on_timer(CURLM *multi, long delay_ms, void *user) {
  (void)multi;
  return tether_poller_alarm(((tether_transport *)user)->poller, TETHER_ALARM_CURL, delay_ms) ? 0 : -1;
}

/* -- the front door ------------------------------------------------------------------------------------------------ */

static char *copy_url(const char *url) {
  size_t length = strlen(url);
  while (length && url[length - 1] == '/') length--;
  return strndup(url, length);
}

static bool copy_text(const char *text, char **copy) {
  if (text) *copy = strdup(text);
  return *copy || !text;
}

tether_transport *tether_transport_new(const tether_transport_options *options, tether_error *error) {
  if (!tether_address_check(options->url, options->plain_http, error)) return NULL;
  tether_transport *transport = calloc(1, sizeof *transport);
  if (!transport || !tether_wiping_start()) {
    free(transport);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  transport->settled_end = &transport->settled;
  transport->connect_timeout_ms = options->connect_timeout_ms;
  transport->timeout_ms = options->timeout_ms;
  transport->poller = tether_poller_new(error);
  transport->multi = tether_sockets_multi();
  transport->url = copy_url(options->url);
  bool fine = copy_text(options->ca_file, &transport->ca_file) && copy_text(options->ca_folder, &transport->ca_folder);
  if (!fine || !transport->poller || !transport->multi || !transport->url) {
    tether_transport_free(transport);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
  curl_multi_setopt(transport->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  curl_multi_setopt(transport->multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
  curl_multi_setopt(transport->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)options->connections);
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
  free_list(transport->settled);
  if (transport->multi) curl_multi_cleanup(transport->multi); /* calls on_socket: the poller must still live */
  tether_poller_free(transport->poller);
  tether_sockets_free(&transport->sockets);
  tether_spares_free(&transport->spares);
  free(transport->url);
  free(transport->ca_file);
  free(transport->ca_folder);
  free(transport);
  curl_global_cleanup();
  tether_wiping_wash();
}

void tether_transport_abandon(tether_transport *transport) {
  tether_sockets_close(&transport->sockets);
  tether_poller_free(transport->poller);
}

bool tether_transport_step(tether_transport *transport, int64_t wait_ms, tether_error *error) {
  tether_ready ready[READY];
  int running;
  transport->goodbye.said = false;
  if (transport->settled) wait_ms = 0;
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

tether_answer *tether_transport_cancel(tether_transport *transport, int64_t ticket) {
  request *one = transport->flying;
  while (one && one->answer->ticket != ticket) one = one->next;
  if (!one) return NULL;
  tether_answer *answer = one->answer;
  one->answer = NULL;
  unlink_flying(transport, one);
  request_free(one);
  return answer;
}

int tether_transport_in_flight(const tether_transport *transport) { return transport->in_flight; }

bool tether_transport_wake(tether_transport *transport, int64_t delay_ms) {
  return tether_poller_alarm(transport->poller, TETHER_ALARM_SESSION, delay_ms);
}

bool tether_transport_alarm(tether_transport *transport, int64_t delay_ms) {
  return tether_poller_alarm(transport->poller, TETHER_ALARM_HOST, delay_ms);
}

int tether_transport_fd(const tether_transport *transport) { return tether_poller_fd(transport->poller); }

int64_t tether_transport_timeout_ms(const tether_transport *transport) {
  return transport->settled ? 0 : tether_poller_timeout_ms(transport->poller);
}
