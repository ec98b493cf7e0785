/* The way to the account, piece by piece: addresses, tokens, their files, headers that are heard, alarms and
 * descriptors.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "core/http/address.h"
#include "core/http/failure.h"
#include "core/http/headers.h"
#include "core/http/hear.h"
#include "core/http/poller.h"
#include "core/http/secret.h"
#include "core/http/sockets.h"
#include "core/http/spares.h"

static void plain_http_is_for_this_machine(void) {
  static const char *const fine[] = {"https://api.example", "https://10.0.0.1:8443", "http://localhost",
                                     "http://127.0.0.1:80", "http://127.9.8.7",      "http://[::1]:8080",
                                     "https://api.example/"},
                           *const clear[] = {"http://10.0.0.1", "http://128.0.0.1",      "http://126.255.255.255",
                                             "http://0.0.0.0",  "http://localhost.evil", "http://[::2]"},
                           *const bad[] = {"https://a.example/path",
                                           "https://a.example?x",
                                           "https://a.example/#x",
                                           "https://u@a.example",
                                           "https://u:hidden@a.example",
                                           "ftp://127.0.0.1",
                                           "a.example",
                                           ""};
  tether_error error;
  for (size_t i = 0; i < sizeof fine / sizeof *fine; i++) CHECK(tether_address_check(fine[i], false, &error));
  for (size_t i = 0; i < sizeof clear / sizeof *clear; i++) {
    CHECK(!tether_address_check(clear[i], false, &error) && error.code == TETHER_URL_BAD);
    CHECK(tether_address_check(clear[i], true, &error));
  }
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    CHECK(!tether_address_check(bad[i], true, &error) && error.code == TETHER_URL_BAD);
    CHECK(!strstr(error.text, "hidden"));
  }
}

/* However its address is written, an account is the same. */
static void an_account_has_one_address(void) {
  static const char *const ways[] = {"https://api.example", "HTTPS://API.Example/", "https://api.example:443"};
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    char *normal = tether_address_normal(ways[i]);
    CHECK(normal && strcmp(normal, ways[0]) == 0);
    free(normal);
  }
}

/* What is closed is not closed again by who gives all sockets up: its number may be another file's by then. */
static void a_socket_that_is_closed_is_forgotten(void) {
  tether_sockets sockets = {0};
  CURL *easy = curl_easy_init();
  CHECK(easy && tether_sockets_serve(&sockets, easy));
  curl_easy_setopt(easy, CURLOPT_URL, "http://127.0.0.1:1");
  CHECK(curl_easy_perform(easy) == CURLE_COULDNT_CONNECT);
  CHECK(sockets.capacity > 0 && sockets.count == 0);
  curl_easy_cleanup(easy);
  tether_sockets_free(&sockets);
}

static bool has(struct curl_slist *list, const char *line) {
  for (; list; list = list->next)
    if (strcmp(list->data, line) == 0) return true;
  return false;
}

/* Whatever the content: who has a token sends it, and who has none sends no line for it. */
static void a_request_has_the_lines_of_its_content(void) {
  static const char json[] = "Content-Type: application/json", accept[] = "Accept: application/json",
                    form[] = "Content-Type: application/x-www-form-urlencoded", bearer[] = "Authorization: Bearer tok";
  tether_error error;
  tether_headers *both[] = {tether_headers_new("tok", &error), tether_headers_bare(&error)};
  for (int bare = 0; bare < 2; bare++) {
    struct curl_slist *none = tether_headers_list(both[bare], TETHER_NO_CONTENT),
                      *as_json = tether_headers_list(both[bare], TETHER_JSON_CONTENT),
                      *as_form = tether_headers_list(both[bare], TETHER_FORM_CONTENT);
    CHECK(has(none, accept) && !has(none, json) && !has(none, form) && has(none, bearer) == !bare);
    CHECK(has(as_json, accept) && has(as_json, json) && !has(as_json, form) && has(as_json, bearer) == !bare);
    CHECK(has(as_form, accept) && !has(as_form, json) && has(as_form, form) && !has(as_form, bearer));
    for (; none; none = none->next) CHECK(none->data != NULL);
    tether_headers_drop(both[bare]);
  }
  for (int byte = 1; byte < 256; byte++) {
    char token[] = {'a', (char)byte, 'b', 0};
    tether_headers *headers = tether_headers_new(token, &error);
    CHECK((headers != NULL) == (byte > ' ' && byte <= '~'));
    CHECK(headers || error.code == TETHER_TOKEN_MALFORMED);
    tether_headers_drop(headers);
  }
}

static tether_limits heard(const char *line) {
  static tether_answer answer;
  tether_hear_nothing(&answer.limits);
  tether_hear(line, strlen(line), &answer);
  return answer.limits;
}

static void a_pause_is_heard_in_seconds_or_as_a_date(void) {
  char line[100], *at = line + sprintf(line, "Retry-After: ");
  time_t then = (time_t)(tether_clock_wall_ms() / 1000) + 100;
  CHECK(heard("Retry-After: 0\r\n").retry_after_ms == 0);
  CHECK(heard("Retry-After: 120\r\n").retry_after_ms == 120000);
  CHECK(heard("Retry-After: 12345\r\n").retry_after_ms == 12345000);
  CHECK(heard("Retry-After: 1234567890123456\r\n").retry_after_ms == -1);
  CHECK(heard("X-HubSpot-RateLimit-Daily: 123456789012345\r\n").daily == 123456789012345);
  strftime(at, sizeof line - 20, "%a, %d %b %Y %H:%M:%S GMT\r\n", gmtime(&then));
  int64_t wait_ms = heard(line).retry_after_ms;
  CHECK(wait_ms > 60000 && wait_ms <= 100000);
  CHECK(heard("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\r\n").retry_after_ms == 0);
}

static void an_id_is_one_word(void) {
  static tether_answer answer;
  static const char line[] = "X-HubSpot-Correlation-Id: ab cd\r\n", good[] = "X-HubSpot-Correlation-Id: ab-cd\r\n";
  tether_hear(line, sizeof line - 1, &answer);
  CHECK(answer.correlation_id[0] == '\0');
  tether_hear(good, sizeof good - 1, &answer);
  CHECK(strcmp(answer.correlation_id, "ab-cd") == 0);
}

static void a_secret_is_nobody_else_s(void) {
  char path[] = "/tmp/tether_http_test_XXXXXX";
  int fd = mkstemp(path);
  tether_error error;
  CHECK(fd >= 0 && write(fd, "tok\nmore\n", 9) == 9);
  for (unsigned mode = 0; mode < 0100; mode++) {
    CHECK(fchmod(fd, 0600 | mode) == 0);
    char *secret = tether_secret_read(path, "token", &error);
    CHECK((secret != NULL) == (mode == 0) && (!secret || strcmp(secret, "tok") == 0));
    CHECK(secret || (error.code == TETHER_FILE_FAILED && strstr(error.text, "chmod 600")));
    tether_secret_free(secret);
  }
  CHECK(fchmod(fd, 0600) == 0 && pwrite(fd, "t\0k", 3, 0) == 3);
  CHECK(!tether_secret_read(path, "token", &error) && error.code == TETHER_TOKEN_MALFORMED);
  CHECK(pwrite(fd, "\nok", 3, 0) == 3);
  CHECK(!tether_secret_read(path, "token", &error) && error.code == TETHER_TOKEN_MISSING);
  close(fd);
  unlink(path);
  CHECK(mkfifo(path, 0600) == 0); /* nobody writes it: it must not be waited for */
  CHECK(!tether_secret_read(path, "token", &error) && strstr(error.text, "not a regular file"));
  unlink(path);
}

/* A descriptor is told as what it was asked for, and an alarm that is late is due now. */
static void what_is_ready_is_told(void) {
  tether_error error;
  tether_ready ready[4];
  int ends[2];
  tether_poller *poller = tether_poller_new(&error);
  CHECK(poller && pipe(ends) == 0 && tether_poller_timeout_ms(poller) == -1);
  CHECK(tether_poller_watch(poller, ends[1], TETHER_WRITABLE));
  CHECK(tether_poller_wait(poller, 1000, ready, 4) == 1 && ready[0].fd == ends[1]);
  CHECK(ready[0].events & TETHER_WRITABLE);
  CHECK(tether_poller_watch(poller, ends[1], 0) && tether_poller_watch(poller, ends[0], TETHER_READABLE));
  CHECK(tether_poller_wait(poller, 0, ready, 4) == 0);
  CHECK(write(ends[1], "x", 1) == 1);
  CHECK(tether_poller_wait(poller, 1000, ready, 4) == 1 && ready[0].events == TETHER_READABLE);
  CHECK(tether_poller_alarm(poller, TETHER_ALARM_SESSION, 5));
  usleep(20000);
  CHECK(tether_poller_timeout_ms(poller) == 0);
  CHECK(tether_poller_alarm(poller, TETHER_ALARM_SESSION, -1) && tether_poller_timeout_ms(poller) == -1);
  tether_poller_free(poller);
  close(ends[0]);
  close(ends[1]);
}

/* A stream above the last one that a server has worked was not worked; that one was. */
static void what_a_goodbye_gives_back(void) {
  tether_goodbye goodbye = {.said = true, .last_stream = 7};
  for (unsigned stream = 1; stream < 12; stream += 2) {
    tether_talk talk = {.goodbye = &goodbye, .stream = stream};
    CHECK(tether_talk_gives_back(&talk, CURLE_HTTP2, "") == (stream > 7));
    CHECK(!tether_talk_gives_back(&talk, CURLE_HTTP2, "another error") && !tether_talk_gives_back(&talk, CURLE_OK, ""));
    talk.given_back = true;
    CHECK(tether_talk_gives_back(&talk, CURLE_RECV_ERROR, "refused"));
  }
  goodbye.said = false;
  CHECK(!tether_talk_gives_back(&(tether_talk){.goodbye = &goodbye, .stream = 9}, CURLE_HTTP2, ""));
}

/* Who hangs up in the middle of a handshake may be there again soon; a certificate that is wrong stays so. The words
 * were seen from libcurl 7.88.1 with OpenSSL 3.0. */
static void a_failed_handshake_is_told_by_its_words(void) {
  static const struct {
    const char *words;
    tether_code code;
  } ends[] = {{"OpenSSL SSL_connect: Connection reset by peer in connection to h:443", TETHER_HOST_UNREACHABLE},
              {"error:0A000126:SSL routines::unexpected eof while reading", TETHER_HOST_UNREACHABLE},
              {"error:0A00010B:SSL routines::wrong version number", TETHER_TLS_FAILED},
              {"error:0A000410:SSL routines::sslv3 alert handshake failure", TETHER_TLS_FAILED},
              {"OpenSSL SSL_write: Broken pipe, errno 32", TETHER_CONNECTION_LOST},
              {"OpenSSL SSL_read: Connection reset by peer, errno 104", TETHER_CONNECTION_LOST}};
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
    CHECK(tether_failure_code(NULL, CURLE_SSL_CONNECT_ERROR, ends[i].words, false) == ends[i].code);
}

/* One answer of half a gigabyte must not cost a program that much for good. */
static void memory_of_a_very_large_answer_is_given_back(void) {
  tether_spares spares = {0};
  tether_buffer small, usual, large;
  tether_buffer_init(&small, TETHER_CEILING_ANSWER);
  tether_buffer_init(&usual, TETHER_CEILING_ANSWER);
  tether_buffer_init(&large, TETHER_CEILING_ANSWER);
  CHECK(tether_buffer_room(&small, 100, NULL) && tether_buffer_room(&usual, TETHER_SPARE_MOST, NULL) &&
        tether_buffer_room(&large, TETHER_SPARE_MOST + 1, NULL));
  tether_spares_keep(&spares, &small);
  tether_spares_keep(&spares, &large);
  tether_spares_keep(&spares, &usual);
  CHECK(spares.count == 2 && !large.data && !small.data && !usual.data);
  usual = tether_spares_take_large(&spares);
  small = tether_spares_take_small(&spares);
  CHECK(usual.capacity == TETHER_SPARE_MOST && small.capacity == 256 && spares.count == 0);
  tether_spares_keep(&spares, &usual);
  tether_buffer_free(&small);
  tether_spares_free(&spares);
}

int main(void) {
  memory_of_a_very_large_answer_is_given_back();
  what_a_goodbye_gives_back();
  a_failed_handshake_is_told_by_its_words();
  plain_http_is_for_this_machine();
  an_account_has_one_address();
  a_socket_that_is_closed_is_forgotten();
  a_request_has_the_lines_of_its_content();
  a_pause_is_heard_in_seconds_or_as_a_date();
  an_id_is_one_word();
  a_secret_is_nobody_else_s();
  what_is_ready_is_told();
  return failed != 0;
}
