/* What a session hands out: answers, events, counters. */
#include "binding/session/session.h"

/* -- answers: read by field; the body becomes a Lua string only when it is asked for ------------------------------ */

static int answer_gc(lua_State *L) {
  tether_answer_free(tether_empty_box(L, TETHER_ANSWER_TYPE));
  return 0;
}

/* answer.status, .body, .correlation_id, .content_type, .elapsed_ms, .attempts, .in_doubt, .broken */
static int answer_index(lua_State *L) {
  static const char *const fields[] = {
      "status", "body", "correlation_id", "content_type", "elapsed_ms", "attempts", "in_doubt", "broken", NULL};
  const tether_answer *answer = tether_check_answer(L, 1);
  switch (luaL_checkoption(L, 2, NULL, fields)) {
  case 0:
    return lua_pushinteger(L, answer->status), 1;
  case 1:
    return lua_pushlstring(L, answer->body.data ? answer->body.data : "", answer->body.length), 1;
  case 2:
    return lua_pushstring(L, answer->correlation_id), 1;
  case 3:
    return lua_pushstring(L, answer->content_type), 1;
  case 4:
    return lua_pushinteger(L, answer->elapsed_ms), 1;
  case 5:
    return lua_pushinteger(L, answer->attempts), 1;
  case 6:
    return lua_pushboolean(L, answer->in_doubt), 1;
  default:
    return lua_pushboolean(L, answer->broken), 1;
  }
}

void tether_open_answer(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", answer_gc}, {"__index", answer_index}, {NULL, NULL}};
  luaL_newmetatable(L, TETHER_ANSWER_TYPE);
  luaL_setfuncs(L, meta, 0);
  lua_pop(L, 1);
}

/* -- events and counters ------------------------------------------------------------------------------------------- */

/* Sets a field of the table on top of the stack, unless the text is empty. */
static void set_text(lua_State *L, const char *name, const char *text) {
  if (*text) tether_set_text(L, name, text);
}

static void set_number(lua_State *L, const char *name, int64_t number, int64_t least) {
  if (number >= least) tether_set_integer(L, name, number);
}

void tether_push_event(lua_State *L, const tether_event *event) {
  lua_createtable(L, 0, 14);
  set_text(L, "event", tether_moment_name(event->moment));
  set_text(L, "operation", event->operation);
  set_text(L, "method", event->method);
  set_text(L, "path", event->path);
  set_text(L, "correlation_id", event->correlation_id);
  set_text(L, "problem", event->problem);
  set_number(L, "ticket", event->ticket, 1);
  set_number(L, "status", event->status, 1);
  set_number(L, "attempt", event->attempt, 1);
  set_number(L, "at_ms", event->at_ms, 0);
  if (event->moment == TETHER_ON_RESPONSE) set_number(L, "elapsed_ms", event->elapsed_ms, 0);
  if (event->moment == TETHER_ON_RETRY || event->moment == TETHER_ON_WAIT) set_number(L, "wait_ms", event->wait_ms, 0);
  set_number(L, "window_left", event->window_left, 0);
  set_number(L, "daily_left", event->daily_left, 0);
}

/* Of a quota that is shared by Redis. */
static void set_sharing(lua_State *L, const tether_sharing *sharing) {
  if (!sharing->through) return;
  set_text(L, "through", sharing->through);
  set_text(L, "where", sharing->where);
  set_number(L, "sharers", sharing->owners, 1);
  if (!sharing->asks) return;
  set_number(L, "asks", sharing->asks, 0);
  set_number(L, "losses", sharing->losses, 0);
}

static void push_quota(lua_State *L, tether_session *session, const tether_standing *standing) {
  tether_sharing sharing = tether_session_sharing(session);
  lua_createtable(L, 0, 12);
  set_sharing(L, &sharing);
  lua_pushboolean(L, tether_session_is_shared(session));
  lua_setfield(L, -2, "shared");
  if (*tether_session_unshared(session)) set_text(L, "unshared", tether_session_unshared(session));
  set_number(L, "window_ms", standing->window_ms, 0);
  set_number(L, "window_most", standing->window_most, 0);
  set_number(L, "window_left", standing->window_left, 0);
  set_number(L, "daily", standing->daily, 0);
  set_number(L, "daily_left", standing->daily_left, 0);
  set_number(L, "day_ends_ms", standing->day_ends_ms, 0);
}

void tether_push_stats(lua_State *L, tether_session *session) {
  const tether_counters *counters = tether_watch_counters(tether_session_watch(session));
  tether_standing standing = tether_session_standing(session);
  const struct {
    const char *name;
    int64_t value;
  } fields[] = {{"requests", counters->requests},
                {"answers", counters->answers},
                {"retries", counters->retries},
                {"lost", counters->lost},
                {"refused", counters->refused},
                {"rate_limited", counters->rate_limited},
                {"waits", counters->waits},
                {"waited_ms", counters->waited_ms},
                {"sent_bytes", counters->sent_bytes},
                {"received_bytes", counters->received_bytes},
                {"dropped_events", counters->dropped_events},
                {"under_way", (int64_t)tether_session_under_way(session)},
                {"round_trip_ms", standing.round_trip_ms}};
  lua_createtable(L, 0, 16);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) set_number(L, fields[i].name, fields[i].value, 0);
  if (standing.skew_known) set_number(L, "skew_ms", standing.skew_ms, INT64_MIN);
  push_quota(L, session, &standing);
  lua_setfield(L, -2, "quota");
}
