#include "core/http/failure.h"

#include <stdio.h>
#include <string.h>

/* -- what libcurl says meanwhile ----------------------------------------------------------------------------------- */

enum { LINE = 128 }; /* longer than each line that is looked for */

static int hear(CURL *easy, curl_infotype kind, char *text, size_t length, void *user) {
  tether_talk *talk = user;
  tether_goodbye *goodbye = talk->goodbye;
  char line[LINE];
  int error;
  (void)easy;
  if (kind == CURLINFO_HEADER_OUT) talk->given_back = false; /* a new attempt begins with its header */
  if (kind != CURLINFO_TEXT || length >= sizeof line) return 0;
  memcpy(line, text, length);
  line[length] = '\0';
  if (strstr(line, "REFUSED_STREAM")) talk->given_back = true;
  sscanf(line, "Using Stream ID: %u", &talk->stream);
  const char *goaway = strstr(line, "GOAWAY, error=");
  if (goaway && sscanf(goaway, "GOAWAY, error=%d, last_stream=%u", &error, &goodbye->last_stream) == 2)
    goodbye->said = true;
  return 0;
}

void tether_talk_listen(CURL *easy, tether_talk *talk) {
  curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, hear);
  curl_easy_setopt(easy, CURLOPT_DEBUGDATA, talk);
  curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

/* libcurl 7.88.1 ends a stream whose number is above a goodbye's with CURLE_HTTP2, and leaves the error buffer
 * empty. */
bool tether_talk_gives_back(const tether_talk *talk, CURLcode code, const char *problem) {
  bool below = code == CURLE_HTTP2 && !*problem && talk->goodbye->said && talk->stream > talk->goodbye->last_stream;
  return talk->given_back || below;
}

/* -- what its end means ------------------------------------------------------------------------------------------- */

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

/* What a failed handshake means. libcurl has one code for a wrong certificate or protocol and for a server that
 * hangs up in the middle. A proxy hangs up when it is full or is being restarted. OpenSSL's own words tell what it
 * objects to; an unexpected end is among them. When libcurl has tried another connection by itself, the words are
 * still those of the first failure. Words of a failed sending mean that nobody knows what has arrived. The words
 * were seen from libcurl 7.88.1 with OpenSSL 3.0. */
static tether_code code_of_handshake(const char *problem) {
  if (strstr(problem, "SSL_write") || strstr(problem, "SSL_read")) return TETHER_CONNECTION_LOST;
  bool hung_up = !strstr(problem, "SSL routines") || strstr(problem, "unexpected eof");
  return hung_up ? TETHER_HOST_UNREACHABLE : TETHER_TLS_FAILED;
}

/* A request of which not a byte was sent never reached the server, however its connection failed. */
tether_code tether_failure_code(CURL *easy, CURLcode code, const char *problem, bool given_back) {
  curl_off_t sending_us = 0;
  if (code == CURLE_SSL_CONNECT_ERROR) return code_of_handshake(problem);
  tether_code ours = code_of(code);
  if (ours != TETHER_TIMED_OUT && ours != TETHER_CONNECTION_LOST) return ours;
  if (given_back) return TETHER_HOST_UNREACHABLE; /* the server has not worked it: it may be sent again */
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &sending_us);
  return sending_us == 0 ? TETHER_HOST_UNREACHABLE : ours;
}
