/* Headers: what every request with one token sends. Shared by the requests that are under way with it, so that another
 * token can take its place meanwhile. */
#ifndef TETHER_HEADERS_H
#define TETHER_HEADERS_H
#include <curl/curl.h>

#include "base/error.h"

typedef struct tether_headers tether_headers;

/* What a request sends. */
typedef enum tether_content {
  TETHER_NO_CONTENT,
  TETHER_JSON_CONTENT,
  TETHER_FORM_CONTENT /* OAuth: its secrets are in the body, and it has no token */
} tether_content;

/* The token is copied into memory of its own. NULL: TOKEN_MISSING, TOKEN_MALFORMED, NO_MEMORY. */
tether_headers *tether_headers_new(const char *token, tether_error *error);

/* For requests that bring no token. */
tether_headers *tether_headers_bare(tether_error *error);

tether_headers *tether_headers_hold(tether_headers *headers); /* one holder more; returns `headers` */
void tether_headers_drop(tether_headers *headers);            /* the last one frees; NULL is fine */

/* Owned by `headers`. */
struct curl_slist *tether_headers_list(tether_headers *headers, tether_content content);

#endif
