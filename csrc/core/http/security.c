#include "core/http/security.h"

#include <strings.h>

/* An option that is set, and its name in messages. */
typedef struct {
  CURLoption option;
  const char *name;
} named;

static bool check(CURLcode code, const char *name, tether_error *error) {
  if (code == CURLE_OK) return true;
  return tether_fail(error, code == CURLE_OUT_OF_MEMORY ? TETHER_NO_MEMORY : TETHER_TLS_FAILED,
                     "libcurl does not take %s: %s", name, curl_easy_strerror(code));
}

static bool set_text(CURL *easy, named what, const char *text, tether_error *error) {
  return !text || check(curl_easy_setopt(easy, what.option, text), what.name, error);
}

static bool set_number(CURL *easy, named what, long number, tether_error *error) {
  return check(curl_easy_setopt(easy, what.option, number), what.name, error);
}

bool tether_security_is_plain(const char *url) { return strncasecmp(url, "http:", 5) == 0; }

bool tether_security_set(CURL *easy, const char *url, const tether_authorities *authorities, tether_error *error) {
  const char *no_proxy = tether_security_is_plain(url) ? "" : NULL; /* a proxy would read the token */
  return set_text(easy, (named){CURLOPT_PROTOCOLS_STR, "the protocols http and https"}, "http,https", error) &&
         set_text(easy, (named){CURLOPT_PROXY, "a connection without a proxy"}, no_proxy, error) &&
         /* A redirect would carry the token away. */
         set_number(easy, (named){CURLOPT_FOLLOWLOCATION, "a refusal of redirects"}, 0L, error) &&
         set_number(easy, (named){CURLOPT_SSLVERSION, "TLS 1.2"}, (long)CURL_SSLVERSION_TLSv1_2, error) &&
         set_text(easy, (named){CURLOPT_CAINFO, "ca_file"}, authorities->file, error) &&
         set_text(easy, (named){CURLOPT_CAPATH, "ca_folder"}, authorities->folder, error);
}
