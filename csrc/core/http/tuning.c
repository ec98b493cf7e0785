#include "core/http/tuning.h"

enum {
  STREAMS = 100,             /* of one HTTP/2 connection, as servers commonly allow */
  DNS_SECONDS = 300,         /* a looked-up name is kept */
  UPLOAD_BUFFER = 128 << 10, /* larger than libcurl's 64 and 16 KB: fewer system calls for bodies of 400 KB */
  DOWNLOAD_BUFFER = 128 << 10
};

void tether_tuning_set_pool(CURLM *multi, int connections) {
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, (long)STREAMS);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)connections);
}

bool tether_tuning_set(CURL *easy, bool plain, tether_patience patience) {
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
  curl_easy_setopt(easy, CURLOPT_PIPEWAIT, plain ? 0L : 1L); /* plain http would wait for the first answer */
  curl_easy_setopt(easy, CURLOPT_UPLOAD_BUFFERSIZE, (long)UPLOAD_BUFFER);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, (long)DOWNLOAD_BUFFER);
  curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, (long)DNS_SECONDS);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* giving up does not wait for a name server that is silent */
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)patience.connect_ms);
  return curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)patience.whole_ms) == CURLE_OK;
}
