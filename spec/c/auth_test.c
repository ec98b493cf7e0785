/* Tokens: the answers of OAuth, whole and cut anywhere; when another token is wanted; what is hidden of secrets. */
#include "core/session/auth.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "holds.h"

static const char TOKEN[] = "pat-na1-5f0c1a2b-3d4e", REFRESH[] = "refresh-\"quoted\"";

static tether_auth *oauth(const char *token) {
  tether_error error;
  tether_auth_options options = {
      .token = token, .client_id = "client-of-it", .client_secret = "the secret of it", .refresh_token = REFRESH};
  tether_auth *auth = tether_auth_new(&options, 0, &error);
  CHECK(auth != NULL);
  return auth;
}

/* From memory of its own, so that a byte too many is found out. */
static bool end(tether_auth *auth, long status, const char *body, size_t length) {
  char *copy = malloc(length ? length : 1);
  if (!copy) return false;
  memcpy(copy, body, length);
  bool fine = tether_auth_end(auth, status, copy, length, 1000);
  free(copy);
  return fine;
}

static void an_answer_cut_anywhere_is_refused(void) {
  static const char body[] =
      "{\"access_token\":\"a\\u0062c-123456\",\"refresh_token\":\"newer-one\",\"expires_in\":1800,"
      "\"scopes\":[\"oauth\",{\"x\":null}]}";
  for (size_t length = 0; length < sizeof body - 1; length++) {
    tether_auth *auth = oauth(NULL);
    CHECK(!end(auth, 200, body, length));
    CHECK(tether_auth_ask(auth, 1000) == TETHER_AUTH_FAILED);
    CHECK(tether_auth_problem(auth)->code == TETHER_UNAUTHENTICATED);
    tether_auth_free(auth);
  }
  tether_auth *auth = oauth(NULL);
  const char *token, *refresh;
  int64_t expires_in_ms;
  CHECK(end(auth, 200, body, sizeof body - 1));
  CHECK(tether_auth_renewed(auth, &token, &refresh, &expires_in_ms));
  CHECK(strcmp(token, "abc-123456") == 0 && strcmp(refresh, "newer-one") == 0 && expires_in_ms == 1800000);
  CHECK(!tether_auth_renewed(auth, &token, &refresh, &expires_in_ms));
  CHECK(tether_auth_ask(auth, 1000) == TETHER_AUTH_READY);
  CHECK(tether_auth_ask(auth, 1000 + 1800000 - 60000 - 1) == TETHER_AUTH_READY);
  CHECK(tether_auth_ask(auth, 1000 + 1800000 - 60000) == TETHER_AUTH_WANTED);
  tether_auth_free(auth);
}

static void a_failure_of_the_server_is_no_refusal(void) {
  static const struct {
    long status;
    tether_code code;
  } ends[] = {{400, TETHER_UNAUTHENTICATED}, {401, TETHER_UNAUTHENTICATED}, {404, TETHER_UNAUTHENTICATED},
              {429, TETHER_RATE_LIMITED},    {500, TETHER_SERVER_ERROR},    {503, TETHER_SERVER_ERROR}};
  static const char body[] = "{\"message\":\"of refresh-\\u0022quoted\\\" and \\n more\"}";
  for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
    tether_auth *auth = oauth(NULL);
    CHECK(!end(auth, ends[i].status, body, sizeof body - 1));
    const tether_error *problem = tether_auth_problem(auth);
    CHECK(problem->code == ends[i].code);
    CHECK(strstr(problem->text, " and ") && !strstr(problem->text, "quoted"));
    tether_auth_forgive(auth);
    CHECK(tether_auth_ask(auth, 0) == TETHER_AUTH_WANTED);
    tether_auth_free(auth);
  }
}

/* No token lasts longer than a year, whatever an answer says; one that says nothing of it is taken for good. */
static void a_token_lasts_a_year_at_most(void) {
  static const struct {
    const char *told;
    int64_t ms;
  } lives[] = {{"1800", 1800000},
               {"31622400", 31622400000},
               {"31622401", 31622400000},
               {"9223372036854775", 31622400000},
               {"null", 0},
               {"-5", 0},
               {"\"soon\"", 0}};
  for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
    char body[100];
    const char *token, *refresh;
    int64_t expires_in_ms;
    tether_auth *auth = oauth(NULL);
    snprintf(body, sizeof body, "{\"access_token\":\"abc-123456\",\"expires_in\":%s}", lives[i].told);
    CHECK(end(auth, 200, body, strlen(body)) && tether_auth_renewed(auth, &token, &refresh, &expires_in_ms));
    CHECK(expires_in_ms == lives[i].ms);
    tether_auth_free(auth);
  }
}

/* HubSpot words a refusal in `message`, others in `error_description` (wire.md, 12.2). */
static void a_refusal_is_told_in_its_own_words(void) {
  static const char *const bodies[] = {"{\"message\":\"missing or unknown\"}",
                                       "{\"error_description\":\"missing or unknown\"}",
                                       "{\"error_description\":\"other\",\"message\":\"missing or unknown\"}"};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    tether_auth *auth = oauth(NULL);
    CHECK(!end(auth, 400, bodies[i], strlen(bodies[i])));
    CHECK(strstr(tether_auth_problem(auth)->text, "missing or unknown"));
    tether_auth_free(auth);
  }
}

static void one_refusal_wants_one_token(void) {
  tether_error error;
  tether_auth *auth = oauth(TOKEN);
  uint32_t first = tether_auth_generation(auth);
  CHECK(tether_auth_refused(auth, first) && tether_auth_ask(auth, 0) == TETHER_AUTH_WANTED);
  CHECK(tether_auth_renew(auth, "another-token", 0, 0, &error));
  CHECK(tether_auth_refused(auth, first) && tether_auth_ask(auth, 0) == TETHER_AUTH_READY);
  tether_auth_free(auth);
  auth = tether_auth_new(&(tether_auth_options){.token = TOKEN}, 0, &error);
  CHECK(auth && !tether_auth_refused(auth, 1));
  tether_auth_free(auth);
}

/* The middle of a text is to be hidden, and nothing else of it. */
static void check_scrub(const tether_auth *auth, const char *before, const char *hidden, const char *after) {
  size_t first = strlen(before), last = first + strlen(hidden), length = last + strlen(after);
  char whole[200], *copy = malloc(length ? length : 1); /* without an end, so that a byte too many is found out */
  if (!copy) return;
  snprintf(whole, sizeof whole, "%s%s%s", before, hidden, after);
  memcpy(copy, whole, length);
  tether_auth_scrub(auth, copy, length);
  for (size_t i = 0; i < length; i++) CHECK(copy[i] == (i >= first && i < last ? '*' : whole[i]));
  free(copy);
}

static void secrets_are_hidden_however_they_are_written(void) {
  static const char *const harmless[] = {
      "", "p", "\\", "pat-na1-5f0c1a2b-3d4", "pat\\u002dna1-5f0c1a2b-3d4\\u00", "\\u", "client-of-it"};
  tether_error error;
  tether_auth *auth = oauth(TOKEN);
  for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) check_scrub(auth, harmless[i], "", "");
  check_scrub(auth, "p", TOKEN, ".");
  check_scrub(auth, " ", "pat\\u002Dna1\\-5f0c1a2b-3d4e", "\\");
  check_scrub(auth, "", "refresh-\\\"quoted\\u0022", " client");
  check_scrub(auth, "", "the secret of it", "");
  CHECK(tether_auth_renew(auth, "another-token", 0, 0, &error));
  check_scrub(auth, "", "another-token", " ");
  check_scrub(auth, "x", TOKEN, "x");
  tether_auth_free(auth);
  tether_auth_options options = {.token = TOKEN, .client_id = "client", .client_secret = "message"};
  auth = tether_auth_new(&options, 0, &error); /* a short text is no secret, and stands in many a word */
  check_scrub(auth, "{\"message\":\"no\"}", "", "");
  tether_auth_free(auth);
}

static void check_body(const tether_auth *auth, const char *wanted) {
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, 4096);
  CHECK(tether_auth_describe(auth, &body, &error));
  CHECK(holds(&body, wanted));
  tether_buffer_free(&body);
}

static void the_question_for_scopes_has_the_token(void) {
  tether_error error;
  char region[TETHER_REGION];
  tether_buffer body;
  tether_buffer_init(&body, 4096);
  tether_auth *auth = tether_auth_new(&(tether_auth_options){.token = "pat-eu1-\"\\"}, 0, &error);
  check_body(auth, "{\"tokenKey\":\"pat-eu1-\\\"\\\\\"}");
  tether_auth_region(auth, region);
  CHECK(strcmp(region, "eu1") == 0);
  tether_auth_free(auth);
  static const char *const nameless[] = {"pat-", "pat-x", "opaque", "pat--x", "pat-12345678-x"};
  for (size_t i = 0; i < sizeof nameless / sizeof *nameless; i++) {
    auth = tether_auth_new(&(tether_auth_options){.token = nameless[i]}, 0, &error);
    tether_auth_region(auth, region);
    CHECK(strcmp(region, "") == 0);
    tether_auth_free(auth);
  }
  auth = oauth(NULL);
  CHECK(!tether_auth_describe(auth, &body, &error) && error.code == TETHER_TOKEN_MISSING);
  CHECK(tether_auth_renew(auth, "a/b", 0, 0, &error));
  check_body(auth,
             "token_type_hint=access_token&token=a%2Fb&client_id=client-of-it&client_secret=the%20secret%20of%20it");
  tether_auth_free(auth);
}

int main(void) {
  an_answer_cut_anywhere_is_refused();
  a_failure_of_the_server_is_no_refusal();
  a_token_lasts_a_year_at_most();
  a_refusal_is_told_in_its_own_words();
  one_refusal_wants_one_token();
  secrets_are_hidden_however_they_are_written();
  the_question_for_scopes_has_the_token();
  return failed != 0;
}
