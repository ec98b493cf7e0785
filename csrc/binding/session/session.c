/* Requests in, settled answers out. No Lua call happens inside libcurl's callbacks: answers
 * queue in the core and are pushed by take. */
#include <string.h>

#include "binding/session/session.h"
#include "core/http/secret.h"
#include "core/wire/encode.h"

tether_session *tether_check_session(lua_State *L) { return tether_check_own(L, TETHER_SESSION_TYPE, "session"); }

/* session:lease(left_ms, least_ms): requests go out only within a lease; -1: no lease is needed */
static int session_lease(lua_State *L) {
  tether_session_lease(tether_check_session(L), luaL_checkinteger(L, 2), luaL_optinteger(L, 3, 0));
  return 0;
}

/* session:forked() -> boolean: this process is a child of the one that opened the session */
static int session_forked(lua_State *L) {
  lua_pushboolean(L, !tether_is_own(luaL_checkudata(L, 1, TETHER_SESSION_TYPE)));
  return 1;
}

static int64_t integer_field(lua_State *L, const char *name, int64_t most) {
  lua_getfield(L, 1, name);
  lua_Integer value = luaL_optinteger(L, -1, 0);
  if (value < 0 || value > most) luaL_error(L, "%s must lie between 0 and %I", name, (LUAI_UACINT)most);
  return value;
}

static tether_session_options read_options(lua_State *L) {
  static const char *const levels[] = {"off", "info", "debug", NULL};
  lua_getfield(L, 1, "log");
  int level = luaL_checkoption(L, -1, "off", levels);
  return (tether_session_options){
      .transport = {.url = tether_text_field(L, 1, "url"),
                    .authorities = {tether_text_field(L, 1, "ca_file"), tether_text_field(L, 1, "ca_folder")},
                    .plain_http = tether_flag_field(L, 1, "plain_http"),
                    .connect_timeout_ms = integer_field(L, "connect_timeout_ms", INT32_MAX),
                    .timeout_ms = integer_field(L, "timeout_ms", INT32_MAX)},
      .auth = {.token = tether_text_field(L, 1, "token"),
               .client_id = tether_text_field(L, 1, "client_id"),
               .client_secret = tether_text_field(L, 1, "client_secret"),
               .refresh_token = tether_text_field(L, 1, "refresh_token"),
               .expires_in_ms = integer_field(L, "expires_in_ms", INT32_MAX),
               .by_host = tether_flag_field(L, 1, "by_host")},
      .oauth_path = tether_text_field(L, 1, "oauth_path"),
      .concurrency = (int)integer_field(L, "concurrency", 1024),
      .retry_for_ms = integer_field(L, "retry_for_ms", INT32_MAX),
      .retry_pause_ms = integer_field(L, "retry_pause_ms", INT32_MAX),
      .daily_reserve = integer_field(L, "daily_reserve", INT32_MAX),
      .share = tether_text_field(L, 1, "share"),
      .unshared = tether_text_field(L, 1, "unshared"),
      .log = (tether_log_level)level,
      .log_fd = 2,
  };
}

/* native.open{ url=, token= | token_file=, … as tether_session_options names them } -> session | nil, err */
static int session_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkstack(L, 32, NULL);
  tether_session_options options = read_options(L);
  const char *token_file = tether_text_field(L, 1, "token_file");
  lua_getfield(L, 1, "grants");
  void **grants = lua_isnil(L, -1) ? NULL : luaL_checkudata(L, -1, TETHER_GRANTS_TYPE);
  tether_own_box *box = tether_push_own(L, TETHER_SESSION_TYPE);
  tether_error error;
  char *secret =
      token_file ? tether_secret_read(token_file, "token", &error) : NULL; /* no Lua call until it is freed */
  if (token_file) options.auth.token = secret;
  if (secret || !token_file) {
    if (grants) options.grants = *grants, *grants = NULL;
    box->held = tether_session_new(&options, &error);
  }
  tether_secret_free(secret);
  return box->held ? 1 : tether_push_error(L, &error);
}

static tether_lane check_lane(lua_State *L, int arg) {
  static const char *const lanes[] = {"single", "bulk", NULL};
  return luaL_checkoption(L, arg, "single", lanes) == 1 ? TETHER_BULK : TETHER_SINGLE;
}

int tether_push_ticket(lua_State *L, int64_t ticket, const tether_error *error) {
  if (!ticket) return tether_push_error(L, error);
  lua_pushinteger(L, ticket);
  return 1;
}

/* session:submit(method, path, body | nil, operation | nil, lane = "single", after | nil, reads_links = false)
 *   -> ticket | nil, err
 * `after`: an answer that could not be read: what follows is another attempt of the same request. `reads_links`: the
 * request is a batch read, and only links:read takes its answer. A large answer is read while it arrives, and
 * answer.body does not hold it. */
static int session_submit(lua_State *L) {
  tether_session *session = tether_check_session(L);
  size_t length = 0;
  const char *text = luaL_optlstring(L, 4, NULL, &length);
  tether_error error;
  tether_buffer body = {.ceiling = TETHER_CEILING_BODY};
  tether_request request = {.method = tether_check_text(L, 2, "method"),
                            .path = tether_check_text(L, 3, "path"),
                            .body = text ? &body : NULL,
                            .operation = luaL_optstring(L, 5, NULL),
                            .lane = check_lane(L, 6),
                            .after = lua_isnoneornil(L, 7) ? NULL : tether_check_answer(L, 7),
                            .reads_links = lua_toboolean(L, 8)};
  if (text && (!tether_buffer_room(&body, length, &error) || !tether_buffer_add(&body, text, length, &error)))
    return tether_push_error(L, &error);
  int64_t ticket = tether_session_submit(session, &request, &error);
  tether_buffer_free(&body);
  return tether_push_ticket(L, ticket, &error);
}

/* session:knock(method, path) -> ticket | nil, err: a request without token and body. Its answer tells whether the path
 * exists: 401 or 404 (wire.md, 1.2). */
static int session_knock(lua_State *L) {
  tether_session *session = tether_check_session(L);
  tether_request request = {.method = tether_check_text(L, 2, "method"),
                            .path = tether_check_text(L, 3, "path"),
                            .operation = "knock",
                            .bare = true};
  tether_error error;
  int64_t ticket = tether_session_submit(session, &request, &error);
  return tether_push_ticket(L, ticket, &error);
}

/* session:submit_rows(method, path, "typed" | "pairs" | "archive" | "ids", links, rows, operation | nil, after | nil,
 *   reads_links = false) -> ticket | nil, err
 * The body is written from the rows, which are free again when this returns. */
static int session_submit_rows(lua_State *L) {
  static bool (*const encoders[])(const tether_links *, tether_rows, tether_buffer *, tether_error *) = {
      tether_encode_typed, tether_encode_pairs, tether_encode_archive, tether_encode_ids};
  static const char *const shapes[] = {"typed", "pairs", "archive", "ids", NULL};
  tether_session *session = tether_check_session(L);
  tether_buffer body = {.data = NULL};
  tether_request request = {.method = tether_check_text(L, 2, "method"),
                            .path = tether_check_text(L, 3, "path"),
                            .body = &body,
                            .operation = luaL_optstring(L, 7, NULL),
                            .lane = TETHER_BULK,
                            .after = lua_isnoneornil(L, 8) ? NULL : tether_check_answer(L, 8),
                            .reads_links = lua_toboolean(L, 9)};
  int shape = luaL_checkoption(L, 4, NULL, shapes);
  const tether_links *links = tether_check_links(L, 5);
  tether_rows rows = tether_check_rows(L, 6);
  size_t known = tether_links_count(links);
  if (!rows.list) luaL_argcheck(L, rows.first + rows.count <= known, 6, "these rows are not all there");
  for (size_t i = 0; rows.list && i < rows.count; i++)
    luaL_argcheck(L, tether_rows_at(rows, i) < known, 6, "these rows are not all there");
  tether_error error;
  int64_t ticket = 0;
  body = tether_session_buffer(session); /* no Lua call from here to its end */
  if (encoders[shape](links, rows, &body, &error)) ticket = tether_session_submit(session, &request, &error);
  tether_buffer_free(&body);
  return tether_push_ticket(L, ticket, &error);
}

/* session:step(wait_ms = -1) -> true | nil, err */
static int session_step(lua_State *L) {
  tether_session *session = tether_check_session(L);
  tether_error error;
  return tether_push_done(L, tether_session_step(session, luaL_optinteger(L, 2, -1), &error), &error);
}

/* session:take() -> ticket, answer; ticket, nil, err when no answer came; nil when nothing is settled */
static int session_take(lua_State *L) {
  tether_session *session = tether_check_session(L);
  void **box = tether_push_box(L, TETHER_ANSWER_TYPE);
  tether_answer *answer = *box = tether_session_take(session);
  if (!answer) return lua_pushnil(L), 1;
  lua_pushinteger(L, answer->ticket);
  if (answer->error.code == TETHER_OK) {
    lua_pushvalue(L, -2);
    return 2;
  }
  tether_push_error(L, &answer->error);
  lua_pushboolean(L, answer->in_doubt);
  lua_setfield(L, -2, "in_doubt");
  tether_set_integer(L, "attempts", answer->attempts);
  return 3;
}

/* session:recycle(answer, freed = false): its memory is used again, or freed when it is large; the answer is closed */
static int session_recycle(lua_State *L) {
  tether_session *session = tether_check_session(L);
  void **box = luaL_checkudata(L, 2, TETHER_ANSWER_TYPE);
  if (*box && lua_toboolean(L, 3))
    tether_answer_free(*box);
  else if (*box)
    tether_session_recycle(session, *box);
  *box = NULL;
  return 0;
}

/* session:cancel(ticket) -> boolean */
static int session_cancel(lua_State *L) {
  lua_pushboolean(L, tether_session_cancel(tether_check_session(L), luaL_checkinteger(L, 2)));
  return 1;
}

/* session:cancel_all() -> boolean: as cancel, for all that are under way */
static int session_cancel_all(lua_State *L) {
  lua_pushboolean(L, tether_session_cancel_all(tether_check_session(L)));
  return 1;
}

/* session:fd() -> integer: when readable, call step(0) */
static int session_fd(lua_State *L) {
  lua_pushinteger(L, tether_session_fd(tether_check_session(L)));
  return 1;
}

/* session:timeout() -> milliseconds until step is due, -1: no need */
static int session_timeout(lua_State *L) {
  lua_pushinteger(L, tether_session_timeout_ms(tether_check_session(L)));
  return 1;
}

/* session:takes_all(): the host promises to take all that is settled after each step and each cancel */
static int session_takes_all(lua_State *L) {
  tether_session_takes_all(tether_check_session(L));
  return 0;
}

/* session:alarm(ms): the descriptor becomes readable after that, once; -1: not any more */
static int session_alarm(lua_State *L) {
  tether_session *session = tether_check_session(L);
  if (!tether_session_alarm(session, luaL_checkinteger(L, 2))) return luaL_error(L, "the timer cannot be set");
  return 0;
}

/* session:under_way() -> how many requests are queued or in flight */
static int session_under_way(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_session_under_way(tether_check_session(L)));
  return 1;
}

/* session:listen("request" | "response" | "retry" | "wait" | "share", boolean): keeps such events for session:event */
static int session_listen(lua_State *L) {
  tether_session *session = tether_check_session(L);
  const char *name = luaL_checkstring(L, 2);
  for (int moment = 0; moment < TETHER_MOMENTS; moment++) {
    if (strcmp(tether_moment_name((tether_moment)moment), name) != 0) continue;
    tether_watch_listen(tether_session_watch(session), (tether_moment)moment, lua_toboolean(L, 3));
    return 0;
  }
  return luaL_argerror(L, 2, "no such event");
}

/* session:event() -> table | nil when there is none */
static int session_event(lua_State *L) {
  tether_event event;
  if (!tether_watch_take(tether_session_watch(tether_check_session(L)), &event)) return lua_pushnil(L), 1;
  tether_push_event(L, &event);
  return 1;
}

/* session:sharing() -> "starting" | "shared" | "lost" | "alone", code of the loss: how it stands with those who share;
 * alone: nobody is to */
static int session_sharing(lua_State *L) {
  tether_sharing sharing = tether_session_sharing(tether_check_session(L));
  lua_pushstring(L, !sharing.through ? "alone" : sharing.starting ? "starting" : *sharing.problem ? "lost" : "shared");
  lua_pushstring(L, tether_code_name(sharing.code));
  return 2;
}

/* session:unshared() -> why the quota is not shared although it was to be | nil */
static int session_unshared(lua_State *L) {
  const char *why = tether_session_unshared(tether_check_session(L));
  if (*why) return lua_pushstring(L, why), 1;
  return lua_pushnil(L), 1;
}

static int session_close(lua_State *L) {
  tether_own_box *box = luaL_checkudata(L, 1, TETHER_SESSION_TYPE);
  if (tether_is_own(box))
    tether_session_free(box->held);
  else
    tether_session_abandon(box->held);
  box->held = NULL;
  return 0;
}

void tether_open_session(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"submit_rows", session_submit_rows},
      {"submit", session_submit},
      {"knock", session_knock},
      {"step", session_step},
      {"take", session_take},
      {"cancel", session_cancel},
      {"cancel_all", session_cancel_all},
      {"recycle", session_recycle},
      {"fd", session_fd},
      {"timeout", session_timeout},
      {"takes_all", session_takes_all},
      {"alarm", session_alarm},
      {"lease", session_lease},
      {"forked", session_forked},
      {"under_way", session_under_way},
      {"listen", session_listen},
      {"event", session_event},
      {"unshared", session_unshared},
      {"sharing", session_sharing},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {{"open", session_new}, {NULL, NULL}};
  tether_new_closable(L, TETHER_SESSION_TYPE, session_close, methods);
  luaL_setfuncs(L, functions, 0);
}
