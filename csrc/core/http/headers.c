#include "core/http/headers.h"

#include <stdlib.h>

#include "core/http/secret.h"

/* In one chain, each list beginning where its content does: libcurl only reads it. */
enum { JSON, BEARER, ACCEPT, EXPECT, LINES, FORM = LINES, NODES };

struct tether_headers {
  int holders;
  char *bearer; /* NULL: no token */
  struct curl_slist nodes[NODES];
};

static char json[] = "Content-Type: application/json", accept_json[] = "Accept: application/json",
            expect[] = "Expect:", form[] = "Content-Type: application/x-www-form-urlencoded";

static bool check_token(const char *token, tether_error *error) {
  if (!token || !*token) return tether_fail(error, TETHER_TOKEN_MISSING, "there is no token");
  for (size_t i = 0; token[i]; i++)
    if (token[i] <= ' ' || token[i] > '~')
      return tether_fail(error, TETHER_TOKEN_MALFORMED, "character %zu of the token is a blank or not printable",
                         i + 1);
  return true;
}

static void chain(tether_headers *headers) {
  struct curl_slist *node = headers->nodes;
  char *const lines[NODES] = {json, headers->bearer, accept_json, expect, form};
  for (int i = 0; i < NODES; i++) node[i].data = lines[i];
  for (int i = 0; i + 1 < LINES; i++) node[i].next = &node[i + 1];
  node[FORM].next = &node[ACCEPT];
  if (!headers->bearer) node[JSON].next = &node[ACCEPT];
}

static tether_headers *make(const char *token, tether_error *error) {
  tether_headers *headers = calloc(1, sizeof *headers);
  if (headers && token) headers->bearer = tether_secret_copy("Authorization: Bearer ", token);
  if (!headers || (token && !headers->bearer)) {
    free(headers);
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a token");
    return NULL;
  }
  headers->holders = 1;
  chain(headers);
  return headers;
}

tether_headers *tether_headers_new(const char *token, tether_error *error) {
  return check_token(token, error) ? make(token, error) : NULL;
}

tether_headers *tether_headers_bare(tether_error *error) { return make(NULL, error); }

tether_headers *tether_headers_hold(tether_headers *headers) {
  headers->holders++;
  return headers;
}

void tether_headers_drop(tether_headers *headers) {
  if (!headers || --headers->holders > 0) return;
  tether_secret_free(headers->bearer);
  free(headers);
}

struct curl_slist *tether_headers_list(tether_headers *headers, tether_content content) {
  if (content == TETHER_JSON_CONTENT) return &headers->nodes[JSON];
  if (content == TETHER_FORM_CONTENT) return &headers->nodes[FORM];
  return &headers->nodes[headers->bearer ? BEARER : ACCEPT];
}
