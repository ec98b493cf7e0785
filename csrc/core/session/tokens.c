#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "core/session/inside.h"

/* -- tokens -------------------------------------------------------------------------------------------------------- */

static void settle_unauthenticated(tether_session *session) {
  static const tether_place lanes[] = {TETHER_IN_SINGLES, TETHER_IN_SEARCHES, TETHER_IN_BULK, TETHER_IN_PAUSE};
  const tether_error *problem = tether_auth_problem(session->auth);
  for (size_t i = 0; i < sizeof lanes / sizeof *lanes; i++)
    while (session->calls.first[lanes[i]] &&
           tether_session_give_up(session, session->calls.first[lanes[i]], problem->code, "%s", problem->text)) {
    }
  tether_auth_forgive(session->auth);
}

void tether_session_lose_token(tether_session *session, tether_call *call, const tether_error *error) {
  tether_auth_fail(session->auth, error);
  tether_calls_remove(&session->calls, call);
  tether_call_free(call);
}

static void wipe(tether_buffer *body) {
  if (body->data) explicit_bzero(body->data, body->capacity);
  tether_buffer_free(body);
}

/* Takes the body over, which has secrets in it, even on failure. */
static tether_call *secret_call(tether_session *session, const char *path, const char *operation, tether_buffer *body,
                                tether_error *error) {
  tether_request request = {.method = "POST", .path = path, .body = body, .operation = operation};
  tether_call *call = tether_call_new(&request, tether_call_history(&request), error);
  wipe(body);
  if (!call) return NULL;
  call->secret = true;
  call->history.repeat = TETHER_CONVERGES; /* the refresh token does not rotate (wire.md, 9), and a newer one is kept */
  call->ticket = ++session->last_ticket;
  if (tether_auth_is_oauth(session->auth)) call->content = TETHER_FORM_CONTENT;
  return call;
}

enum { SECRETS_MOST = TETHER_CEILING_PATH * 4 }; /* bytes of OAuth's form: four values, percent-encoded */

static void fetch_token(tether_session *session) {
  tether_error error;
  tether_buffer form;
  tether_buffer_init(&form, SECRETS_MOST);
  tether_call *call = NULL;
  if (tether_auth_begin(session->auth, &form, &error))
    call = secret_call(session, session->oauth_path, "oauth_token", &form, &error);
  else
    wipe(&form);
  if (!call) {
    tether_auth_fail(session->auth, &error);
    return;
  }
  call->internal = true;
  tether_calls_add(&session->calls, call, TETHER_IN_FLIGHT);
  if (!tether_session_start(session, call, 0, &error)) tether_session_lose_token(session, call, &error);
}

bool tether_session_has_token(tether_session *session, int64_t now_ms) {
  bool anybody = session->calls.first[TETHER_IN_SINGLES] || session->calls.first[TETHER_IN_SEARCHES] ||
                 session->calls.first[TETHER_IN_BULK];
  if (!anybody) return false;
  tether_auth_state state = tether_auth_ask(session->auth, now_ms);
  if (state == TETHER_AUTH_WANTED && tether_auth_is_oauth(session->auth)) {
    fetch_token(session);
    state = tether_auth_ask(session->auth, now_ms);
  }
  if (state == TETHER_AUTH_FAILED) settle_unauthenticated(session);
  return state == TETHER_AUTH_READY;
}

void tether_session_take_token(tether_session *session, tether_call *call, tether_answer *answer) {
  int64_t now_ms = tether_clock_ms();
  if (answer->error.code != TETHER_OK)
    tether_auth_fail(session->auth, &answer->error);
  else
    tether_auth_end(session->auth, answer->status, answer->body.data, answer->body.length, now_ms);
  if (answer->body.data) explicit_bzero(answer->body.data, answer->body.capacity);
  tether_answer_free(answer);
  tether_calls_remove(&session->calls, call);
  tether_call_free(call);
}

bool tether_session_take_over(tether_session *session, const char *token, int64_t expires_in_ms, tether_error *error) {
  if (!tether_auth_renew(session->auth, token, expires_in_ms, tether_clock_ms(), error)) return false;
  if (!session->shares_nothing) return true;
  if (!session->grants->kind->join(session->grants, session->url, token, error)) return false;
  session->shares_nothing = false;
  return true;
}

int64_t tether_session_queue_scopes(tether_session *session, tether_error *error) {
  static const char private_app[] = "/oauth/v2/private-apps/get/access-token-info";
  char path[128];
  tether_buffer body;
  tether_buffer_init(&body, SECRETS_MOST);
  if (session->oauth_path)
    snprintf(path, sizeof path, "%.100s/introspect", session->oauth_path);
  else
    snprintf(path, sizeof path, "%s", private_app);
  if (!tether_auth_describe(session->auth, &body, error)) {
    wipe(&body);
    return 0;
  }
  tether_call *call = secret_call(session, path, "token_scopes", &body, error);
  if (!call) return 0;
  int64_t ticket = call->ticket;
  tether_calls_add(&session->calls, call, call->lane);
  return ticket;
}
