/* Failure: what it means that libcurl has no answer, and above all whether the server can have worked the request.
 * It knows no request: the caller tells it what it needs. */
#ifndef TETHER_FAILURE_H
#define TETHER_FAILURE_H
#include <curl/curl.h>

#include "base/error.h"

/* What a server has said of the connection that it ends, in one step of the transport. */
typedef struct tether_goodbye {
  bool said;
  unsigned last_stream; /* it works no stream above this one */
} tether_goodbye;

/* What libcurl says of one request while it runs. All zero at the start, but for the goodbye of its transport. */
typedef struct tether_talk {
  tether_goodbye *goodbye;
  bool given_back; /* the server has not worked what was sent last, and says so (HTTP/2) */
  unsigned stream; /* its number on its connection; 0: HTTP/1.1 */
} tether_talk;

/* Makes libcurl report what it does with a request. Only these reports tell that a server has refused a stream, or
 * has said goodbye below it. Such a request was not worked (RFC 9113, 6.8 and 8.7). `talk` must outlive the handle. */
void tether_talk_listen(CURL *easy, tether_talk *talk);

/* Whether a request that ended so was given back unworked. `problem`: libcurl's words, "" for none. */
bool tether_talk_gives_back(const tether_talk *talk, CURLcode code, const char *problem);

/* Our code of an end without an answer. HOST_UNREACHABLE: the server cannot have worked the request. */
tether_code tether_failure_code(CURL *easy, CURLcode code, const char *problem, bool given_back);

#endif
