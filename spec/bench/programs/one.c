/* one URL: a PUT without a body, as a script makes it that ties two records, with the token of $HUBSPOT_TOKEN: what a
 * whole process costs that links libcurl and does nothing else. Ends with 0 when the answer is a success. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>

static size_t take(char *data, size_t size, size_t count, void *user) {
  (void)data;
  *(size_t *)user += size * count;
  return size * count;
}

int main(int count, char **arguments) {
  char header[600];
  size_t length = 0;
  long status = 0;
  if (count != 2 || !getenv("HUBSPOT_TOKEN")) return 2;
  snprintf(header, sizeof header, "Authorization: Bearer %.500s", getenv("HUBSPOT_TOKEN"));
  curl_global_init(CURL_GLOBAL_DEFAULT);
  CURL *easy = curl_easy_init();
  struct curl_slist *headers = curl_slist_append(NULL, header);
  headers = curl_slist_append(headers, "Content-Type: application/json");
  curl_easy_setopt(easy, CURLOPT_URL, arguments[1]);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &length);
  if (curl_easy_perform(easy) != CURLE_OK) return 1;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_slist_free_all(headers);
  curl_easy_cleanup(easy);
  return status >= 200 && status < 300 && length ? 0 : 1;
}
