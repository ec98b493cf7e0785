#include "core/http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "core/http/hear.h"

/* An answer to a batch read that is shorter than 2 MB is read whole, in memory that later answers use again. Of a
 * longer answer, only a piece of that size is held at a time, and what libcurl brings in one call. */
enum { FIRST_PIECE = (2 << 20) - (64 << 10), PIECE = 1 << 20, LEAST_ROOM = 16 << 10 };

/* -- what libcurl calls ------------------------------------------------------------------------------------------- */

static bool is_success(const tether_exchange *exchange) {
  long status = 0;
  curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
  return status == 200 || status == 207;
}

/* Makes room for a body. When the server tells its length, the room is for all of it: growing by pieces would copy
 * the body and touch twice its pages. For other bodies, and for compressed ones, the room is at least what any
 * answer with a token needs: memory that such a body outgrew would hold a part of it, unwiped. The room is taken
 * when the body comes, not when the request is made. So it is mostly the memory of the answer before, which is still
 * in the processor's cache, and waiting requests hold none. */
static bool make_room(tether_exchange *exchange) {
  tether_answer *answer = exchange->answer;
  curl_off_t length = 0;
  if (answer->body.length > 0) return true;
  if (!answer->body.data) answer->body = tether_spares_take_large(exchange->spares);
  curl_easy_getinfo(exchange->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length < LEAST_ROOM || length > FIRST_PIECE) length = LEAST_ROOM;
  return tether_buffer_room(&answer->body, (size_t)length, &answer->error) != NULL;
}

static size_t on_body(char *data, size_t size, size_t count, void *user) {
  tether_exchange *exchange = user;
  tether_answer *answer = exchange->answer;
  if (!make_room(exchange)) return 0;
  if (!tether_buffer_add(&answer->body, data, size * count, &answer->error)) return 0;
  if (answer->arriving && is_success(exchange)) tether_arriving_feed(answer->arriving, &answer->body);
  return size * count;
}

static size_t on_header(char *line, size_t size, size_t count, void *user) {
  tether_hear(line, size * count, ((tether_exchange *)user)->answer);
  return size * count;
}

static size_t on_read(char *room, size_t size, size_t count, void *user) {
  tether_exchange *exchange = user;
  size_t left = exchange->body->length - exchange->sent, part = size * count < left ? size * count : left;
  if (part) memcpy(room, exchange->body->data + exchange->sent, part);
  exchange->sent += part;
  return part;
}

/* libcurl rewinds a body when it wants to send a request again by itself. That fails here, because such a request must
 * not be sent twice, unless the server gave it back unworked. */
static int on_rewind(void *user, curl_off_t offset, int origin) {
  tether_exchange *exchange = user;
  if (!exchange->talk.given_back || offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
  exchange->sent = 0;
  return CURL_SEEKFUNC_OK;
}

/* -- its options -------------------------------------------------------------------------------------------------- */

static void set_body(tether_exchange *exchange, bool once) {
  CURL *easy = exchange->easy;
  size_t length = exchange->body ? exchange->body->length : 0;
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
  if (!once || length == 0) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, length ? exchange->body->data : "");
    /* Without a body there is nothing to rewind: only a new connection keeps libcurl from sending the request again. */
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, once ? 1L : 0L);
    return;
  }
  curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy, CURLOPT_READDATA, exchange);
  curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, on_rewind);
  curl_easy_setopt(easy, CURLOPT_SEEKDATA, exchange);
}

static void set_callbacks(tether_exchange *exchange) {
  CURL *easy = exchange->easy;
  curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->problem);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
}

static void set_content(tether_exchange *exchange, const tether_sending *sending) {
  CURL *easy = exchange->easy;
  curl_easy_setopt(easy, CURLOPT_URL, exchange->url);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->method);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, tether_headers_list(exchange->headers, sending->content));
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "tether");
  if (sending->content != TETHER_NO_CONTENT) set_body(exchange, sending->once);
  /* Without this libcurl would wait for the body whose length the answer to HEAD tells. */
  if (strcmp(exchange->method, "HEAD") == 0) curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
}

static bool set_options(tether_exchange *exchange, const tether_common *common, const tether_sending *sending,
                        tether_error *error) {
  bool plain = tether_security_is_plain(exchange->url);
  set_callbacks(exchange);
  set_content(exchange, sending);
  if (!plain) tether_talk_listen(exchange->easy, &exchange->talk); /* HTTP/2 is spoken over TLS only */
  if (!tether_security_set(exchange->easy, exchange->url, &common->authorities, error)) return false;
  return (tether_sockets_serve(common->sockets, exchange->easy) &&
          tether_tuning_set(exchange->easy, plain, common->patience)) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
}

/* -- its life ----------------------------------------------------------------------------------------------------- */

static char *join(const char *base, const char *path) {
  size_t length = strlen(base), rest = strlen(path);
  char *url = malloc(length + rest + 1);
  if (!url) return NULL;
  memcpy(url, base, length);
  memcpy(url + length, path, rest + 1);
  return url;
}

static bool fill(tether_exchange *exchange, const tether_common *common, const tether_sending *sending,
                 tether_error *error) {
  size_t size = strlen(sending->method) + 1;
  if (size > sizeof exchange->method)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "a method has at most %zu letters", sizeof exchange->method - 1);
  memcpy(exchange->method, sending->method, size);
  exchange->answer = calloc(1, sizeof *exchange->answer);
  exchange->url = join(common->url, sending->path);
  exchange->spares = common->spares;
  exchange->easy = tether_spares_take_handle(common->spares);
  return (exchange->answer && exchange->url && exchange->easy) ||
         tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
}

/* Its memory, its method and its URL. */
static tether_exchange *allocate(const tether_common *common, const tether_sending *sending, tether_error *error) {
  tether_exchange *exchange = calloc(1, sizeof *exchange);
  if (exchange && fill(exchange, common, sending, error)) return exchange;
  if (!exchange) tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
  tether_exchange_free(exchange);
  return NULL;
}

tether_exchange *tether_exchange_new(const tether_common *common, const tether_sending *sending, tether_error *error) {
  tether_exchange *exchange = allocate(common, sending, error);
  if (!exchange) return NULL;
  exchange->talk.goodbye = common->goodbye;
  exchange->headers = tether_headers_hold(sending->headers);
  exchange->body = sending->body;
  exchange->answer->ticket = sending->ticket;
  tether_buffer_init(&exchange->answer->body, TETHER_CEILING_ANSWER);
  if (sending->reads_links) exchange->answer->arriving = tether_arriving_new(FIRST_PIECE, PIECE);
  tether_hear_nothing(&exchange->answer->limits);
  exchange->started_ms = tether_clock_ms();
  if (set_options(exchange, common, sending, error)) return exchange;
  tether_exchange_free(exchange);
  return NULL;
}

void tether_exchange_free(tether_exchange *exchange) {
  if (!exchange) return;
  if (exchange->easy) curl_easy_cleanup(exchange->easy);
  tether_headers_drop(exchange->headers);
  tether_answer_free(exchange->answer);
  free(exchange->url);
  free(exchange);
}

static void tell_failure(tether_exchange *exchange, const char *url, CURLcode code) {
  const char *problem = exchange->problem;
  bool given_back = tether_talk_gives_back(&exchange->talk, code, problem);
  tether_fail(&exchange->answer->error, tether_failure_code(exchange->easy, code, problem, given_back), "%s %s: %s",
              exchange->method, url, *problem ? problem : curl_easy_strerror(code));
}

void tether_exchange_end(tether_exchange *exchange, const char *url, CURLcode code) {
  tether_answer *answer = exchange->answer;
  if (code == CURLE_OK) {
    if (answer->arriving) tether_arriving_end(answer->arriving, &answer->body);
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &answer->status);
  } else if (answer->error.code == TETHER_OK) { /* else the body exceeded its ceiling, and that error says more */
    tell_failure(exchange, url, code);
  }
  answer->elapsed_ms = tether_clock_ms() - exchange->started_ms;
  answer->round_trip_ms = tether_sockets_round_trip_ms(exchange->easy);
}

void tether_exchange_hang_up(tether_exchange *exchange) {
  tether_spares_keep_handle(exchange->spares, exchange->easy);
  exchange->easy = NULL;
}

tether_answer *tether_exchange_answer(tether_exchange *exchange) {
  tether_answer *answer = exchange->answer;
  exchange->answer = NULL;
  tether_exchange_free(exchange);
  return answer;
}
