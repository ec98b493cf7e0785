/* Auth: the token that requests bring, and how another token is got. No socket: the session sends what it writes.
 *
 * A token is fixed, or the host (a function in Lua) renews it, or OAuth's refresh does. It is renewed before it
 * expires, and once when the account says that it has expired. Secrets live in memory of their own (secret.h). */
#ifndef TETHER_AUTH_H
#define TETHER_AUTH_H
#include "base/buffer.h"
#include "core/http/headers.h"

typedef struct tether_auth tether_auth;

/* All strings are copied. */
typedef struct tether_auth_options {
  const char *token;                                     /* NULL: the first token must be fetched */
  const char *client_id, *client_secret, *refresh_token; /* OAuth; NULL: not */
  int64_t expires_in_ms;                                 /* of `token`, from now on; 0: unknown */
  bool by_host;                                          /* the host renews */
} tether_auth_options;

typedef enum tether_auth_state {
  TETHER_AUTH_READY,
  TETHER_AUTH_WANTED,   /* another token is needed */
  TETHER_AUTH_RENEWING, /* it is being fetched */
  TETHER_AUTH_FAILED    /* it could not be fetched: see tether_auth_problem */
} tether_auth_state;

/* NULL: TOKEN_MISSING, TOKEN_MALFORMED, NO_MEMORY. */
tether_auth *tether_auth_new(const tether_auth_options *options, int64_t now_ms, tether_error *error);
void tether_auth_free(tether_auth *auth); /* NULL is fine */

/* Whether the token can be used, or another one is needed. Asked before each request, since tokens expire. */
tether_auth_state tether_auth_ask(tether_auth *auth, int64_t now_ms);
const tether_error *tether_auth_problem(const tether_auth *auth);

/* Whether OAuth renews it; else the host does. */
bool tether_auth_is_oauth(const tether_auth *auth);

/* The present token's headers, and its number. */
tether_headers *tether_auth_headers(const tether_auth *auth);
uint32_t tether_auth_generation(const tether_auth *auth);

/* Headers without a token, for OAuth's own request. */
tether_headers *tether_auth_bare(const tether_auth *auth);

/* The account refused a request with the token of that number: true when another token may help. */
bool tether_auth_refused(tether_auth *auth, uint32_t generation);

/* Appends the body of OAuth's refresh (wire.md, 12.2), and says that it is under way. */
bool tether_auth_begin(tether_auth *auth, tether_buffer *form, tether_error *error);

/* Appends the body that asks for the present token's scopes: a form for OAuth, else JSON (wire.md, 12.1;
 * wire.md, 12.2). False: TOKEN_MISSING, there is none yet; NO_MEMORY. */
bool tether_auth_describe(const tether_auth *auth, tether_buffer *body, tether_error *error);

/* The region that a token names, as in pat-eu1-...: "eu1"; "" when it names none. */
enum { TETHER_REGION = 8 }; /* bytes, the terminator included */
void tether_auth_region(const tether_auth *auth, char region[TETHER_REGION]);

/* Reads the answer to OAuth's refresh. A newer refresh token is kept. False: the error is the auth's problem from now
 * on. */
bool tether_auth_end(tether_auth *auth, long status, const char *body, size_t length, int64_t now_ms);
void tether_auth_fail(tether_auth *auth, const tether_error *error); /* the token could not be fetched, and why */

/* The calls that waited were told of the failure. The next call asks for a token again. */
void tether_auth_forgive(tether_auth *auth);

/* Another token, from the host. False: TOKEN_MISSING, TOKEN_MALFORMED, NO_MEMORY, and the old one stays. */
bool tether_auth_renew(tether_auth *auth, const char *token, int64_t expires_in_ms, int64_t now_ms,
                       tether_error *error);

/* Gives the tokens of the last refresh, once, for the host to store. False: there are no new tokens. Borrowed. */
bool tether_auth_renewed(tether_auth *auth, const char **token, const char **refresh_token, int64_t *expires_in_ms);

/* Overwrites the token and the secrets where bytes from outside repeat them, plain or escaped as in JSON. */
void tether_auth_scrub(const tether_auth *auth, char *data, size_t length);

#endif
