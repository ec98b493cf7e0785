#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
  session->grants->kind->answered(session->grants, call->slot, heard, tether_clock_ms());
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

/* Tells of a change, once: in the log, and to listeners. */
void tether_session_unshare(tether_session *session, const char *why) {
  if (strcmp(session->unshared, why) == 0) return;
  bool lasting = *session->unshared && *why;
  snprintf(session->unshared, sizeof session->unshared, "%s", why);
  if (lasting) return; /* the share was lost before; only the words differ */
  tether_watch_say(session->watch,
                   *why ? "the quota is not shared with other processes: " : "the quota is shared with other processes",
                   why);
  tether_watch_tell(session->watch, &(tether_seen){.moment = TETHER_ON_SHARE,
                                                   .operation = "",
                                                   .method = "",
                                                   .path = "",
                                                   .correlation_id = "",
                                                   .problem = *why ? session->unshared : NULL,
                                                   .window_left = -1,
                                                   .daily_left = -1});
}

void tether_session_tell_sharing(tether_session *session) {
  tether_sharing sharing;
  session->grants->kind->sharing(session->grants, &sharing);
  if (sharing.through) tether_session_unshare(session, sharing.problem);
}

int64_t tether_session_day_end_wall(int64_t day_end_ms) {
  return (tether_clock_wall_ms() + day_end_ms - tether_clock_ms() + 500) / 1000 * 1000;
}
