#include "core/http/transport.h"

#include <stdlib.h>
#include <string.h>

#include "core/http/address.h"
#include "core/http/poller.h"
#include "core/http/security.h"
#include "core/http/spares.h"
#include "core/http/wiping.h"

enum { READY = 64 }; /* sockets that one step serves; others are ready at the next step */

struct tether_transport {
  CURLM *multi;
  tether_poller *poller;
  int guest_fd;           /* a descriptor of the caller that ends a wait; -1: none */
  tether_sockets sockets; /* outlives the connections of multi */
  char *url, *ca_file, *ca_folder;
  int in_flight;
  tether_patience patience;
  tether_exchange *flying;
  tether_exchange *settled, **settled_end;
  tether_spares spares;   /* memory of bodies and answers that are done with */
  tether_goodbye goodbye; /* of this step */
};

tether_buffer tether_transport_buffer(tether_transport *transport) {
  return tether_spares_take_small(&transport->spares);
}

void tether_transport_recycle(tether_transport *transport, tether_answer *answer) {
  tether_spares_keep(&transport->spares, &answer->body);
  tether_spares_keep(&transport->spares, &answer->sent);
  tether_answer_free(answer);
}

/* -- requests ---------------------------------------------------------------------------------------------------- */

bool tether_transport_start(tether_transport *transport, const tether_sending *sending, tether_error *error) {
  tether_patience patience = transport->patience;
  if (sending->most_ms && sending->most_ms < patience.whole_ms) patience.whole_ms = sending->most_ms;
  tether_common common = {
      transport->url,    {transport->ca_file, transport->ca_folder}, patience, &transport->sockets, &transport->goodbye,
      &transport->spares};
  tether_exchange *exchange = tether_exchange_new(&common, sending, error);
  if (!exchange) return false;
  if (curl_multi_add_handle(transport->multi, exchange->easy) != CURLM_OK) {
    tether_exchange_free(exchange);
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
  }
  exchange->next = transport->flying;
  transport->flying = exchange;
  transport->in_flight++;
  return true;
}

/* -- what libcurl answers ------------------------------------------------------------------------------------------ */

static void unlink_flying(tether_transport *transport, tether_exchange *exchange) {
  tether_exchange **link = &transport->flying;
  while (*link != exchange) link = &(*link)->next;
  *link = exchange->next;
  curl_multi_remove_handle(transport->multi, exchange->easy);
  transport->in_flight--;
}

static void settle(tether_transport *transport, tether_exchange *exchange, CURLcode code) {
  tether_exchange_end(exchange, transport->url, code);
  unlink_flying(transport, exchange);
  tether_exchange_hang_up(exchange);
  exchange->next = NULL;
  *transport->settled_end = exchange;
  transport->settled_end = &exchange->next;
}

static void collect(tether_transport *transport) {
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(transport->multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    tether_exchange *exchange = NULL;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
    settle(transport, exchange, code);
  }
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *unused) {
  (void)easy, (void)unused;
  unsigned events = 0;
  if (!tether_sockets_know(&((tether_transport *)user)->sockets, socket)) /* else it is sealed since it was opened */
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
  transport->patience = (tether_patience){options->connect_timeout_ms, options->timeout_ms};
  transport->guest_fd = -1;
  transport->poller = tether_poller_new(error);
  transport->multi = tether_sockets_multi();
  transport->url = copy_url(options->url);
  bool fine = copy_text(options->authorities.file, &transport->ca_file) &&
              copy_text(options->authorities.folder, &transport->ca_folder);
  if (!fine || !transport->poller || !transport->multi || !transport->url) {
    tether_transport_free(transport);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
  curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, on_timer);
  curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
  tether_tuning_set_pool(transport->multi, options->connections);
  return transport;
}

static void free_list(tether_exchange *exchange) {
  while (exchange) {
    tether_exchange *next = exchange->next;
    tether_exchange_free(exchange);
    exchange = next;
  }
}

void tether_transport_free(tether_transport *transport) {
  if (!transport) return;
  for (tether_exchange *exchange = transport->flying; exchange; exchange = exchange->next)
    curl_multi_remove_handle(transport->multi, exchange->easy);
  free_list(transport->flying);
  free_list(transport->settled);
  if (transport->multi) curl_multi_cleanup(transport->multi); /* calls on_socket: the poller must still live */
  tether_poller_free(transport->poller);
  tether_sockets_free(&transport->sockets);
  tether_spares_free(&transport->spares);
  bool was_secured = transport->url && !tether_security_is_plain(transport->url);
  free(transport->url);
  free(transport->ca_file);
  free(transport->ca_folder);
  free(transport);
  curl_global_cleanup();
  if (was_secured) tether_wiping_wash(); /* plain http uses neither OpenSSL nor libnghttp2, which leave copies */
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
    if (ready[i].fd >= 0 && ready[i].fd == transport->guest_fd) continue;
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
  tether_exchange *exchange = transport->settled;
  if (!exchange) return NULL;
  transport->settled = exchange->next;
  if (!transport->settled) transport->settled_end = &transport->settled;
  return tether_exchange_answer(exchange);
}

tether_answer *tether_transport_cancel(tether_transport *transport, int64_t ticket) {
  tether_exchange *exchange = transport->flying;
  while (exchange && exchange->answer->ticket != ticket) exchange = exchange->next;
  if (!exchange) return NULL;
  unlink_flying(transport, exchange);
  return tether_exchange_answer(exchange);
}

bool tether_transport_watch(tether_transport *transport, int fd) {
  transport->guest_fd = fd;
  return tether_poller_watch(transport->poller, fd, TETHER_READABLE);
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
