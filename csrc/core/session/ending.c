#define _GNU_SOURCE /* memmem */
#include <string.h>

#include "base/clock.h"
#include "core/session/inside.h"

static void tell_response(tether_session *session, const tether_call *call, const tether_answer *answer) {
  tether_seen seen = tether_session_seen(call, TETHER_ON_RESPONSE);
  seen.correlation_id = answer->correlation_id;
  seen.problem = answer->error.code == TETHER_OK ? NULL : answer->error.text;
  seen.status = answer->status;
  seen.elapsed_ms = answer->elapsed_ms;
  seen.window_left = answer->limits.window_left;
  seen.daily_left = answer->limits.daily_left;
  seen.received = call->secret ? NULL : &answer->body;
  seen.read_bytes = tether_arriving_taken(answer->arriving);
  tether_watch_tell(session->watch, &seen);
}

static bool holds(const tether_buffer *body, const char *text) {
  return body->length && memmem(body->data, body->length, text, strlen(text)) != NULL;
}

static tether_heard hear(const tether_answer *answer, bool search) {
  const tether_limits *limits = &answer->limits;
  tether_heard heard = {.window_ms = limits->window_ms,
                        .window_most = limits->window_most,
                        .window_left = limits->window_left,
                        .daily = limits->daily,
                        .daily_left = limits->daily_left,
                        .retry_after_ms = limits->retry_after_ms,
                        .round_trip_ms = answer->round_trip_ms,
                        .success = answer->status < 500 && answer->status != 429};
  if (answer->status != 429) return heard;
  bool day = holds(&answer->body, "\"DAILY\"") || holds(&answer->body, "daily limit");
  bool window = holds(&answer->body, "\"TEN_SECONDLY_ROLLING\""), second = holds(&answer->body, "\"SECONDLY\"");
  heard.refusal = day                             ? TETHER_LIMITED_DAY
                  : second || (search && !window) ? TETHER_LIMITED_SECOND
                                                  : TETHER_LIMITED_WINDOW;
  return heard;
}

/* Whether an operation of the table may succeed without a body: by 204 alone. Of other requests only this is known:
 * a read needs a body, and HEAD asks for none. */
static bool may_be_empty(const tether_call *call, long status) {
  return status == 204 || strcmp(call->method, "HEAD") == 0 ||
         (!tether_operation_find(call->operation) && call->history.repeat != TETHER_READS);
}

/* Whether a success has a body that cannot be what was asked for. The test is cheap. Operations are answered with an
 * object, so a body that does not end with a brace is cut off, or another server's page. An empty body is a proxy's.
 * Other requests may be answered with anything, and whoever reads the answer will find what is wrong. */
static bool is_broken(const tether_call *call, const tether_answer *answer) {
  if (answer->status < 200 || answer->status >= 300 || answer->error.code != TETHER_OK) return false;
  size_t length = answer->body.length;
  while (length && strchr(" \t\r\n", answer->body.data[length - 1])) length--;
  if (length && !call->secret && !tether_operation_find(call->operation)) return false;
  if (length) return answer->body.data[length - 1] != '}' && answer->body.data[length - 1] != ']';
  return !may_be_empty(call, answer->status);
}

static void note_clock(tether_session *session, const tether_answer *answer) {
  if (answer->limits.date_ms < 0) return;
  session->skew_ms = answer->limits.date_ms - tether_clock_wall_ms();
  session->skew_known = true;
}

/* Puts a call back into its lane, to wait for another token; false: another token would not help. */
static bool try_another_token(tether_session *session, tether_call *call, const tether_answer *answer) {
  if (answer->status != 401 || call->internal || call->bare || call->renewed) return false;
  if (!tether_auth_refused(session->auth, call->generation)) return false;
  call->renewed = true;
  tether_calls_return(&session->calls, call);
  return true;
}

static uint64_t next_random(tether_session *session) {
  session->random = session->random * 6364136223846793005u + 1442695040888963407u;
  return session->random >> 17;
}

tether_again tether_session_decide(tether_session *session, tether_history *history, const tether_end *end,
                                   int64_t *due_ms) {
  history->attempts++;
  return tether_retry_decide(&session->policy, &session->budget, end, history, tether_clock_ms(), next_random(session),
                             due_ms);
}

void tether_session_tell_retry(tether_session *session, const tether_call *call) {
  tether_seen seen = tether_session_seen(call, TETHER_ON_RETRY);
  int64_t wait_ms = call->due_ms - tether_clock_ms();
  seen.wait_ms = wait_ms > 0 ? wait_ms : 0;
  tether_watch_tell(session->watch, &seen);
}

static void pause(tether_session *session, tether_call *call) {
  tether_session_tell_retry(session, call);
  tether_calls_move(&session->calls, call, TETHER_IN_PAUSE);
}

/* Overwrites secrets in a refusal, since a server may repeat there what it was sent. The data of a success belong to
 * the account, and stay as they are. */
static void scrub(const tether_session *session, tether_answer *answer) {
  if (answer->status >= 400) tether_auth_scrub(session->auth, answer->body.data, answer->body.length);
  char *const texts[] = {answer->correlation_id, answer->content_type, answer->error.text};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    tether_auth_scrub(session->auth, texts[i], strlen(texts[i]));
}

void tether_session_ended(tether_session *session, tether_call *call, tether_answer *answer) {
  tether_heard heard = hear(answer, call->lane == TETHER_IN_SEARCHES);
  bool answered = answer->error.code == TETHER_OK;
  scrub(session, answer);
  if (!call->internal && !call->bare) tether_session_release_slot(session, call, answered ? &heard : NULL);
  note_clock(session, answer);
  tether_end end = {.status = answered ? answer->status : 0,
                    .code = answer->error.code,
                    .broken = is_broken(call, answer),
                    .day_over = heard.refusal == TETHER_LIMITED_DAY,
                    .retry_after_ms = answer->limits.retry_after_ms};
  /* The quota does not pace OAuth's own requests. Treated as a 503, such a request is sent again after a pause. */
  if (call->internal && end.status == 429) end.status = 503;
  tether_again again = tether_session_decide(session, &call->history, &end, &call->due_ms);
  tell_response(session, call, answer);
  if (answered && answer->status < 500) tether_budget_success(&session->budget);
  answer->in_doubt = again == TETHER_IN_DOUBT;
  answer->broken = end.broken;
  if (again == TETHER_SEND_AGAIN)
    pause(session, call);
  else if (call->internal)
    return tether_session_take_token(session, call, answer);
  else if (!try_another_token(session, call, answer))
    return tether_session_settle(session, call, answer);
  tether_transport_recycle(session->transport, answer);
}
