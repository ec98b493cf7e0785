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

static void fetch_token(tether_session *session) {
  tether_error error;
  tether_buffer form;
  tether_buffer_init(&form, TETHER_CEILING_PATH * 4);
  tether_request request = {.method = "POST", .path = session->oauth_path, .body = &form, .operation = "oauth_token"};
  tether_call *call = NULL;
  if (tether_auth_begin(session->auth, &form, &error)) call = tether_call_new(&request, &error);
  if (form.data) explicit_bzero(form.data, form.capacity);
  tether_buffer_free(&form);
  if (!call) {
    tether_auth_fail(session->auth, &error);
    return;
  }
  call->internal = true;
  call->content = TETHER_FORM_CONTENT;
  call->history.repeat = TETHER_CONVERGES; /* the refresh token does not rotate (claim), and a newer one is kept */
  call->ticket = ++session->last_ticket;
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
