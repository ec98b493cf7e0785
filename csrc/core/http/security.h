/* Security: whom libcurl may talk to with a token, and how. Every option is checked: a connection is not made with less
 * than was asked for. */
#ifndef TETHER_SECURITY_H
#define TETHER_SECURITY_H
#include <curl/curl.h>

#include "base/error.h"

/* The certificate authorities that are trusted. Borrowed. */
typedef struct tether_authorities {
  const char *file;   /* a PEM file; NULL: the system's */
  const char *folder; /* the same by hash, as openssl rehash makes it; NULL: the system's */
} tether_authorities;

/* Whether a URL is http:, where every party on the way reads along. */
bool tether_security_is_plain(const char *url);

/* Sets what a request to `url` may do. False: libcurl does not take an option: TLS_FAILED, or NO_MEMORY. */
bool tether_security_set(CURL *easy, const char *url, const tether_authorities *authorities, tether_error *error);

#endif
