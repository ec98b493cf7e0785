#include "portal/hooks/target.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

static bool is_of_127(struct in_addr address) { return ntohl(address.s_addr) >> 24 == 127; }

bool portal_target_is_loopback(const struct sockaddr *address) {
  if (address->sa_family == AF_INET) return is_of_127(((const struct sockaddr_in *)(const void *)address)->sin_addr);
  return address->sa_family == AF_INET6 &&
         IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr);
}

static bool is_local(const char *host) {
  struct in_addr address;
  if (strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0) return true;
  return inet_pton(AF_INET, host, &address) == 1 && is_of_127(address);
}

static bool is_told(const char *hosts, const char *host) {
  size_t length = strlen(host);
  while (hosts && *hosts) {
    size_t item = strcspn(hosts, ",");
    if (item == length && strncasecmp(hosts, host, length) == 0) return true;
    hosts += item + (hosts[item] == ',');
  }
  return false;
}

static bool has(CURLU *url, CURLUPart part) {
  char *text = NULL;
  bool there = curl_url_get(url, part, &text, 0) == CURLUE_OK;
  curl_free(text);
  return there;
}

static bool check(CURLU *url, const char *text, const char *hosts, bool *told, portal_problem *problem) {
  char *scheme = NULL, *host = NULL;
  bool read = strlen(text) <= TETHER_CEILING_PATH && curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
              curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
              curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK;
  bool fine = read && (strcmp(scheme, "http") == 0 || strcmp(scheme, "https") == 0) && !has(url, CURLUPART_USER) &&
              !has(url, CURLUPART_PASSWORD) && !has(url, CURLUPART_FRAGMENT);
  *told = fine && is_told(hosts, host);
  bool allowed = fine && (*told || is_local(host));
  if (!fine) {
    portal_refuse(problem, 400, "VALIDATION_ERROR", "targetUrl is no address of http or https: %.100s", text);
  } else if (!allowed) {
    portal_refuse(problem, 400, "VALIDATION_ERROR",
                  "targetUrl %.100s: a portal sends to this machine only, unless it is told the host (deliver_to, "
                  "--deliver-to)",
                  text);
  }
  curl_free(scheme);
  curl_free(host);
  return allowed;
}

bool portal_target_check(const char *url, const char *hosts, bool *told, portal_problem *problem) {
  CURLU *parsed = curl_url();
  if (!parsed) return portal_refuse(problem, 500, NULL, "no memory");
  bool fine = check(parsed, url, hosts, told, problem);
  curl_url_cleanup(parsed);
  return fine;
}
