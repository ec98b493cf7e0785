#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "core/session/inside.h"

tether_seen tether_session_seen(const tether_call *call, tether_moment moment) {
  return (tether_seen){.moment = moment,
                       .ticket = call->ticket,
                       .operation = call->operation,
                       .method = call->method,
                       .path = call->path,
                       .correlation_id = "",
                       .attempt = call->history.attempts,
                       .window_left = -1,
                       .daily_left = -1,
                       .sent = call->secret ? NULL : &call->body};
}

void tether_session_release_slot(tether_session *session, const tether_call *call, const tether_heard *heard) {
  tether_quota *quota = tether_share_lock(session->share);
  if (!quota) return; /* its deadline will free it */
  tether_quota_answered(quota, call->slot, heard, tether_clock_ms());
  tether_share_unlock(session->share);
}

void tether_session_settle(tether_session *session, tether_call *call, tether_answer *answer) {
  call->answer = answer;
  answer->attempts = call->history.attempts;
  answer->first_ms = call->history.first_ms;
  if (call->body.data && !call->secret) {
    answer->sent = call->body;
    tether_buffer_init(&call->body, answer->sent.ceiling);
  }
  tether_calls_move(&session->calls, call, TETHER_IN_SETTLED);
}

bool tether_session_give_up(tether_session *session, tether_call *call, tether_code code, const char *format, ...) {
  tether_answer *answer = calloc(1, sizeof *answer);
  if (!answer) return false;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(answer->error.text, sizeof answer->error.text, format, arguments);
  va_end(arguments);
  answer->error.code = code;
  answer->ticket = call->ticket;
  answer->in_doubt = call->history.in_doubt || (code == TETHER_CANCELLED && call->place == TETHER_IN_FLIGHT);
  tether_session_settle(session, call, answer);
  return true;
}

void tether_session_unshare(tether_session *session, const char *why) {
  if (*session->unshared) return;
  snprintf(session->unshared, sizeof session->unshared, "%s", why);
  tether_watch_say(session->watch, "the quota is not shared with other processes: ", session->unshared);
}

int64_t tether_session_day_end_wall(int64_t day_end_ms) {
  return (tether_clock_wall_ms() + day_end_ms - tether_clock_ms() + 500) / 1000 * 1000;
}
