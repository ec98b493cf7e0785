/* Tuning: how libcurl's connections are used: how many, how long, and with what memory. Nothing here is needed for an
 * answer to be right. */
#ifndef TETHER_TUNING_H
#define TETHER_TUNING_H
#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

/* How long a request may take. */
typedef struct tether_patience {
  int64_t connect_ms, whole_ms;
} tether_patience;

/* Of all requests: at most `connections` to the host. */
void tether_tuning_set_pool(CURLM *multi, int connections);

/* Of one request; `plain`: http without TLS. False: libcurl does not take the time that the request may last. */
bool tether_tuning_set(CURL *easy, bool plain, tether_patience patience);

#endif
