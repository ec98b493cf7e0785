#include "core/http/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <string.h>

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

static bool check_parts(const char *url, bool fine, const url_parts *parts, bool plain_http, tether_error *error) {
  if (!fine) /* the part before an @ may be a password, so the address is not shown */
    return tether_fail(error, TETHER_URL_BAD, "url %.200s is not scheme://host:port alone",
                       strchr(url, '@') ? "with a user name" : url);
  if (strcmp(parts->scheme, "https") == 0) return true;
  if (strcmp(parts->scheme, "http") == 0 && (plain_http || is_loopback(parts->host))) return true;
  return tether_fail(error, TETHER_URL_BAD,
                     "url %.200s would send the token in the clear: plain http is for loopback only, unless "
                     "plain_http = true says otherwise",
                     url);
}

bool tether_address_check(const char *url, bool plain_http, tether_error *error) {
  if (!url) return tether_fail(error, TETHER_URL_BAD, "url is missing");
  CURLU *handle = curl_url();
  if (!handle) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a url");
  url_parts parts = {0};
  bool fine = split_url(url, handle, &parts);
  fine = check_parts(url, fine, &parts, plain_http, error);
  char *const all[] = {parts.scheme, parts.host, parts.path, parts.user, parts.query, parts.fragment};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) curl_free(all[i]);
  curl_url_cleanup(handle);
  return fine;
}

char *tether_address_normal(const char *url) {
  CURLU *handle = curl_url();
  char *whole = NULL, *normal = NULL;
  if (handle && curl_url_set(handle, CURLUPART_URL, url, 0) == CURLUE_OK &&
      curl_url_get(handle, CURLUPART_URL, &whole, CURLU_NO_DEFAULT_PORT) == CURLUE_OK)
    normal = strdup(whole);
  curl_free(whole);
  curl_url_cleanup(handle);
  if (!normal) return NULL;
  for (char *at = normal; *at; at++) *at = (char)tolower((unsigned char)*at);
  for (size_t length = strlen(normal); length && normal[length - 1] == '/'; length--) normal[length - 1] = '\0';
  return normal;
}
