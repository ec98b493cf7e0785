#include "core/session/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/http/secret.h"
#include "core/json/json.h"
#include "core/wire/operation.h"

enum {
  EARLY_MS = 60000,        /* a token is renewed so long before it expires */
  SECRET_MOST = 16 << 10,  /* bytes of a token: HubSpot's have some hundred */
  LONGEST_S = 366 * 86400, /* no token lasts longer, whatever an answer says */
  TOLD_MOST = 300,         /* of what a server says in an error */
  SHORTEST = 8             /* a shorter text is no secret: it would be found in ordinary words */
};

/* Secrets by their place. The secrets that were replaced last are kept, so that texts are still cleared of them:
 * they may be valid, and requests may be under way with them. */
enum { TOKEN, CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, TOKEN_BEFORE, REFRESH_TOKEN_BEFORE, SECRETS };

struct tether_auth {
  tether_auth_state state;
  bool oauth, by_host, told; /* told: renewed tokens were handed out */
  char *secrets[SECRETS];    /* NULL: none */
  tether_headers *headers, *bare;
  uint32_t generation;
  int64_t expires_ms, expires_in_ms; /* 0: unknown */
  tether_error problem;
};

/* -- making -------------------------------------------------------------------------------------------------------- */

static bool keep(tether_auth *auth, int which, const char *text) {
  char *copy = tether_secret_copy("", text);
  if (!copy) return false;
  tether_secret_free(auth->secrets[which]);
  auth->secrets[which] = copy;
  return true;
}

static bool replace(tether_auth *auth, int which, int before, const char *text) {
  char *old = auth->secrets[which];
  if (old && strcmp(old, text) == 0) return true;
  auth->secrets[which] = NULL;
  if (!keep(auth, which, text)) {
    auth->secrets[which] = old;
    return false;
  }
  tether_secret_free(auth->secrets[before]);
  auth->secrets[before] = old;
  return true;
}

static bool keep_all(tether_auth *auth, const tether_auth_options *options) {
  const char *const given[SECRETS] = {[CLIENT_ID] = options->client_id,
                                      [CLIENT_SECRET] = options->client_secret,
                                      [REFRESH_TOKEN] = options->refresh_token};
  for (int i = 0; i < SECRETS; i++)
    if (given[i] && !keep(auth, i, given[i])) return false;
  return true;
}

tether_auth *tether_auth_new(const tether_auth_options *options, int64_t now_ms, tether_error *error) {
  tether_auth *auth = calloc(1, sizeof *auth);
  if (!auth) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a token");
    return NULL;
  }
  auth->oauth = options->refresh_token != NULL;
  auth->by_host = options->by_host;
  auth->told = true;
  auth->state = TETHER_AUTH_WANTED;
  bool fine = (auth->bare = tether_headers_bare(error)) != NULL;
  if (fine && !keep_all(auth, options)) fine = tether_fail(error, TETHER_NO_MEMORY, "no memory for a token");
  if (fine && (options->token || (!auth->oauth && !auth->by_host)))
    fine = tether_auth_renew(auth, options->token, options->expires_in_ms, now_ms, error);
  if (fine) return auth;
  tether_auth_free(auth);
  return NULL;
}

void tether_auth_free(tether_auth *auth) {
  if (!auth) return;
  for (int i = 0; i < SECRETS; i++) tether_secret_free(auth->secrets[i]);
  tether_headers_drop(auth->headers);
  tether_headers_drop(auth->bare);
  free(auth);
}

/* -- asking -------------------------------------------------------------------------------------------------------- */

static bool renewable(const tether_auth *auth) { return auth->oauth || auth->by_host; }

/* Whether a token must be renewed: a minute before it expires, or a tenth of its life before, when that is shorter. */
static bool is_due(const tether_auth *auth, int64_t now_ms) {
  int64_t early = auth->expires_in_ms / 10 < EARLY_MS ? auth->expires_in_ms / 10 : EARLY_MS;
  return auth->expires_ms && now_ms >= auth->expires_ms - early;
}

tether_auth_state tether_auth_ask(tether_auth *auth, int64_t now_ms) {
  if (auth->state == TETHER_AUTH_READY && renewable(auth) && is_due(auth, now_ms)) auth->state = TETHER_AUTH_WANTED;
  return auth->state;
}

const tether_error *tether_auth_problem(const tether_auth *auth) { return &auth->problem; }

bool tether_auth_is_oauth(const tether_auth *auth) { return auth->oauth; }

tether_headers *tether_auth_headers(const tether_auth *auth) { return auth->headers; }

uint32_t tether_auth_generation(const tether_auth *auth) { return auth->generation; }

tether_headers *tether_auth_bare(const tether_auth *auth) { return auth->bare; }

bool tether_auth_refused(tether_auth *auth, uint32_t generation) {
  if (!renewable(auth)) return false;
  if (auth->state == TETHER_AUTH_READY && generation == auth->generation) auth->state = TETHER_AUTH_WANTED;
  return true;
}

/* -- renewing ------------------------------------------------------------------------------------------------------ */

bool tether_auth_renew(tether_auth *auth, const char *token, int64_t expires_in_ms, int64_t now_ms,
                       tether_error *error) {
  tether_headers *headers = tether_headers_new(token, error);
  if (!headers) return false;
  if (!replace(auth, TOKEN, TOKEN_BEFORE, token)) {
    tether_headers_drop(headers);
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a token");
  }
  tether_headers_drop(auth->headers);
  auth->headers = headers;
  auth->generation++;
  auth->expires_in_ms = expires_in_ms;
  auth->expires_ms = expires_in_ms ? now_ms + expires_in_ms : 0;
  auth->state = TETHER_AUTH_READY;
  return true;
}

/* A form: one text, and then what it is about and who asks. */
static bool write_form(const tether_auth *auth, const char *first, const char *name, int which, tether_buffer *form,
                       tether_error *error) {
  const struct {
    const char *name;
    int which;
  } fields[] = {{name, which}, {"&client_id=", CLIENT_ID}, {"&client_secret=", CLIENT_SECRET}};
  size_t room = strlen(first);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    room += strlen(fields[i].name) + (auth->secrets[fields[i].which] ? 3 * strlen(auth->secrets[fields[i].which]) : 0);
  /* The room is made at once: a buffer that grows leaves copies behind. */
  bool fine = tether_buffer_room(form, room, error) != NULL && tether_buffer_text(form, first, error);
  for (size_t i = 0; i < sizeof fields / sizeof *fields && fine; i++) {
    const char *value = auth->secrets[fields[i].which];
    if (value)
      fine =
          tether_buffer_text(form, fields[i].name, error) && tether_percent_encode(value, strlen(value), form, error);
  }
  return fine;
}

bool tether_auth_begin(tether_auth *auth, tether_buffer *form, tether_error *error) {
  bool fine = write_form(auth, "grant_type=refresh_token", "&refresh_token=", REFRESH_TOKEN, form, error);
  if (fine) auth->state = TETHER_AUTH_RENEWING;
  return fine;
}

bool tether_auth_describe(const tether_auth *auth, tether_buffer *body, tether_error *error) {
  static const char begin[] = "{\"tokenKey\":\"", end[] = "\"}";
  const char *token = auth->secrets[TOKEN];
  if (!token) return tether_fail(error, TETHER_TOKEN_MISSING, "there is no token yet");
  if (auth->oauth) return write_form(auth, "token_type_hint=access_token", "&token=", TOKEN, body, error);
  bool fine = tether_buffer_room(body, sizeof begin + sizeof end + 2 * strlen(token), error) != NULL &&
              tether_buffer_text(body, begin, error);
  for (const char *at = token; *at && fine; at++)
    fine =
        ((*at != '"' && *at != '\\') || tether_buffer_text(body, "\\", error)) && tether_buffer_add(body, at, 1, error);
  return fine && tether_buffer_text(body, end, error);
}

void tether_auth_region(const tether_auth *auth, char region[TETHER_REGION]) {
  const char *token = auth->secrets[TOKEN] ? auth->secrets[TOKEN] : "";
  size_t length = strncmp(token, "pat-", 4) == 0 ? strcspn(token + 4, "-") : TETHER_REGION;
  bool named = length > 0 && length < TETHER_REGION && token[4 + length] == '-';
  snprintf(region, TETHER_REGION, "%.*s", named ? (int)length : 0, named ? token + 4 : "");
}

typedef struct {
  tether_slice token, refresh_token, message, description; /* two ways to word a refusal (wire.md, 12.2) */
  int64_t expires_in;
} reply;

static bool read_reply(const char *body, size_t length, reply *found) {
  tether_json json;
  tether_slice key;
  bool first = true;
  tether_json_init(&json, body, length);
  if (tether_json_peek(&json) != TETHER_JSON_OBJECT || !tether_json_enter_object(&json)) return false;
  while (tether_json_key(&json, &first, &key)) {
    bool text = tether_json_peek(&json) == TETHER_JSON_STRING;
    if (text && tether_json_is(key, "access_token"))
      tether_json_string(&json, &found->token);
    else if (text && tether_json_is(key, "refresh_token"))
      tether_json_string(&json, &found->refresh_token);
    else if (text && tether_json_is(key, "message"))
      tether_json_string(&json, &found->message);
    else if (text && tether_json_is(key, "error_description"))
      tether_json_string(&json, &found->description);
    else if (tether_json_is(key, "expires_in")) {
      if (!tether_json_id(&json, &found->expires_in)) found->expires_in = 0;
    } else
      tether_json_skip(&json);
  }
  return !json.failed;
}

/* A string of the answer as text of its own; NULL: none, or no memory. */
static char *secret_of(tether_slice slice) {
  tether_buffer text;
  char *secret = NULL;
  if (!slice.data) return NULL;
  tether_buffer_init(&text, SECRET_MOST);
  if (tether_json_unescape(slice, &text, NULL) && text.length > 0 && (secret = tether_secret_new(text.length + 1)))
    memcpy(secret, text.data, text.length);
  if (text.data) explicit_bzero(text.data, text.capacity);
  tether_buffer_free(&text);
  return secret;
}

static bool accept_reply(tether_auth *auth, const reply *found, int64_t now_ms, tether_error *error) {
  char *token = secret_of(found->token), *refresh_token = secret_of(found->refresh_token);
  int64_t seconds = found->expires_in < LONGEST_S ? found->expires_in : LONGEST_S;
  bool fine = tether_auth_renew(auth, token, seconds * 1000, now_ms, error);
  if (fine && refresh_token && !replace(auth, REFRESH_TOKEN, REFRESH_TOKEN_BEFORE, refresh_token))
    fine = tether_fail(error, TETHER_NO_MEMORY, "no memory for a token");
  tether_secret_free(token);
  tether_secret_free(refresh_token);
  auth->told = !fine;
  return fine;
}

/* What the server says to people, without secrets; "" when it says nothing. */
static void read_message(const tether_auth *auth, tether_slice message, char out[TOLD_MOST]) {
  tether_buffer text;
  tether_buffer_init(&text, SECRET_MOST);
  out[0] = '\0';
  if (message.data && tether_json_unescape(message, &text, NULL) && text.data) {
    tether_auth_scrub(auth, text.data, text.length);
    snprintf(out, TOLD_MOST, ": %.*s", (int)text.length, text.data);
  }
  tether_buffer_free(&text);
}

/* Only a refusal says something about the refresh token. A server that fails says nothing. */
static void tell_refusal(const tether_auth *auth, long status, tether_slice message, tether_error *error) {
  char told[TOLD_MOST];
  read_message(auth, message, told);
  if (status == 429 || status >= 500)
    tether_fail(error, status == 429 ? TETHER_RATE_LIMITED : TETHER_SERVER_ERROR,
                "OAuth: no token, the refresh was answered with %ld%s", status, told);
  else if (status < 300)
    tether_fail(error, TETHER_UNAUTHENTICATED, "OAuth: the refresh was answered with %ld, and brought no token",
                status);
  else
    tether_fail(error, TETHER_UNAUTHENTICATED,
                "OAuth: the refresh was refused with %ld%s; check client id and secret, or install the app again for "
                "another refresh token",
                status, told);
}

bool tether_auth_end(tether_auth *auth, long status, const char *body, size_t length, int64_t now_ms) {
  reply found = {.expires_in = 0};
  tether_error error, why;
  bool readable = read_reply(body, length, &found);
  if (readable && status < 300 && found.token.data) {
    if (accept_reply(auth, &found, now_ms, &why)) return true;
    tether_fail(&error, why.code == TETHER_NO_MEMORY ? why.code : TETHER_UNAUTHENTICATED,
                "OAuth: the refresh brought no good token: %s", why.text);
  } else {
    tether_slice words = found.message.data ? found.message : found.description;
    tell_refusal(auth, status, readable ? words : (tether_slice){NULL, 0}, &error);
  }
  tether_auth_fail(auth, &error);
  return false;
}

void tether_auth_fail(tether_auth *auth, const tether_error *error) {
  auth->problem = *error;
  auth->state = TETHER_AUTH_FAILED;
}

void tether_auth_forgive(tether_auth *auth) { auth->state = TETHER_AUTH_WANTED; }

bool tether_auth_renewed(tether_auth *auth, const char **token, const char **refresh_token, int64_t *expires_in_ms) {
  if (auth->told) return false;
  auth->told = true;
  *token = auth->secrets[TOKEN];
  *refresh_token = auth->secrets[REFRESH_TOKEN];
  *expires_in_ms = auth->expires_in_ms;
  return true;
}

/* The character at `data`, which JSON may have escaped, and how many bytes it takes; 0: it is cut off. */
static size_t read_character(const char *data, size_t length, unsigned *character) {
  *character = (unsigned char)*data;
  if (*data != '\\' || length < 2) return 1;
  *character = (unsigned char)data[1];
  if (data[1] != 'u') return 2;
  char digits[5] = {0};
  if (length < 6) return 0;
  memcpy(digits, data + 2, 4);
  *character = (unsigned)strtoul(digits, NULL, 16);
  return 6;
}

/* How many bytes at `data` stand for the secret; 0: they do not. */
static size_t match(const char *data, size_t length, const char *secret) {
  size_t at = 0;
  for (; *secret; secret++) {
    unsigned character;
    size_t size = at < length ? read_character(data + at, length - at, &character) : 0;
    if (size == 0 || character != (unsigned char)*secret) return 0;
    at += size;
  }
  return at;
}

void tether_auth_scrub(const tether_auth *auth, char *data, size_t length) {
  for (int i = 0; i < SECRETS; i++) {
    if (i == CLIENT_ID || !auth->secrets[i] || strlen(auth->secrets[i]) < SHORTEST) continue;
    for (size_t at = 0; at < length; at++) {
      if (data[at] != '\\' && data[at] != *auth->secrets[i]) continue;
      size_t size = match(data + at, length - at, auth->secrets[i]);
      if (size) memset(data + at, '*', size);
    }
  }
}
