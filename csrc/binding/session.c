/* tether.session.native: requests in, settled answers out. No Lua call happens inside libcurl's callbacks: answers
 * queue in the core and are pushed by take. */
#include <string.h>

#include "binding/binding.h"
#include "core/session/transport.h"
#include "core/wire/encode.h"

#define SESSION "tether.session"

typedef struct {
  tether_transport *transport; /* NULL: closed */
} session_box;

static tether_transport *check_session(lua_State *L) {
  session_box *box = luaL_checkudata(L, 1, SESSION);
  luaL_argcheck(L, box->transport, 1, "this session is closed");
  return box->transport;
}

static const char *text_field(lua_State *L, const char *name) {
  lua_getfield(L, 1, name); /* stays on the stack, so that the string lives */
  return lua_isnil(L, -1) ? NULL : tether_check_text(L, -1, name);
}

static int64_t integer_field(lua_State *L, const char *name, int64_t most) {
  lua_getfield(L, 1, name);
  lua_Integer value = luaL_optinteger(L, -1, 0);
  if (value < 0 || value > most) luaL_error(L, "%s must lie between 0 and %I", name, (LUAI_UACINT)most);
  return value;
}

/* native.open{ url=, token=, ca_file=, concurrency=, connect_timeout_ms=, timeout_ms= } -> session | nil, err */
static int session_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  tether_transport_options options = {
      .url = text_field(L, "url"),
      .token = text_field(L, "token"),
      .ca_file = text_field(L, "ca_file"),
      .concurrency = (int)integer_field(L, "concurrency", 1024),
      .connect_timeout_ms = integer_field(L, "connect_timeout_ms", INT32_MAX),
      .timeout_ms = integer_field(L, "timeout_ms", INT32_MAX),
  };
  session_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->transport = NULL;
  luaL_setmetatable(L, SESSION);
  tether_error error;
  box->transport = tether_transport_new(&options, &error);
  return box->transport ? 1 : tether_push_error(L, &error);
}

/* session:submit(method, path, body | nil) -> ticket | nil, err */
static int session_submit(lua_State *L) {
  tether_transport *transport = check_session(L);
  const char *method = tether_check_text(L, 2, "method"), *path = tether_check_text(L, 3, "path");
  size_t length = 0;
  const char *text = luaL_optlstring(L, 4, NULL, &length);
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  if (text && !tether_buffer_add(&body, text, length, &error)) return tether_push_error(L, &error);
  int64_t ticket = tether_transport_submit(transport, method, path, text ? &body : NULL, &error);
  tether_buffer_free(&body);
  if (!ticket) return tether_push_error(L, &error);
  lua_pushinteger(L, ticket);
  return 1;
}

/* session:submit_rows(method, path, "typed" | "pairs" | "archive" | "ids", links, rows) -> ticket | nil, err
 * The body is written from the rows, which are free again when this returns. */
static int session_submit_rows(lua_State *L) {
  static bool (*const encoders[])(const tether_links *, tether_rows, tether_buffer *, tether_error *) = {
      tether_encode_typed, tether_encode_pairs, tether_encode_archive, tether_encode_ids};
  static const char *const shapes[] = {"typed", "pairs", "archive", "ids", NULL};
  tether_transport *transport = check_session(L);
  const char *method = tether_check_text(L, 2, "method"), *path = tether_check_text(L, 3, "path");
  int shape = luaL_checkoption(L, 4, NULL, shapes);
  const tether_links *links = tether_check_links(L, 5);
  tether_rows rows = tether_check_rows(L, 6);
  for (size_t i = 0; i < rows.count; i++)
    luaL_argcheck(L, tether_rows_at(rows, i) < tether_links_count(links), 6, "these rows are not all there");
  tether_error error;
  int64_t ticket = 0;
  tether_buffer body = tether_transport_buffer(transport); /* no Lua call from here to its end */
  if (encoders[shape](links, rows, &body, &error))
    ticket = tether_transport_submit(transport, method, path, &body, &error);
  tether_buffer_free(&body);
  if (!ticket) return tether_push_error(L, &error);
  lua_pushinteger(L, ticket);
  return 1;
}

/* session:step(wait_ms = -1) -> true | nil, err */
static int session_step(lua_State *L) {
  tether_transport *transport = check_session(L);
  tether_error error;
  if (!tether_transport_step(transport, luaL_optinteger(L, 2, -1), &error)) return tether_push_error(L, &error);
  lua_pushboolean(L, 1);
  return 1;
}

/* -- answers: read by field; the body becomes a Lua string only when it is asked for ------------------------------ */

static int answer_gc(lua_State *L) {
  tether_answer_box *box = luaL_checkudata(L, 1, TETHER_ANSWER_TYPE);
  tether_answer_free(box->answer);
  box->answer = NULL;
  return 0;
}

/* answer.status, .body, .correlation_id, .content_type, .elapsed_ms */
static int answer_index(lua_State *L) {
  static const char *const fields[] = {"status", "body", "correlation_id", "content_type", "elapsed_ms", NULL};
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
  default:
    return lua_pushinteger(L, answer->elapsed_ms), 1;
  }
}

/* session:take() -> ticket, answer; ticket, nil, err when no answer came; nil when nothing is settled */
static int session_take(lua_State *L) {
  tether_transport *transport = check_session(L);
  tether_answer_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->answer = NULL;
  luaL_setmetatable(L, TETHER_ANSWER_TYPE);
  box->answer = tether_transport_take(transport);
  if (!box->answer) return lua_pushnil(L), 1;
  lua_pushinteger(L, box->answer->ticket);
  if (box->answer->error.code != TETHER_OK) return 1 + tether_push_error(L, &box->answer->error);
  lua_pushvalue(L, -2);
  return 2;
}

/* session:recycle(answer): its memory is used again; the answer is closed */
static int session_recycle(lua_State *L) {
  tether_transport *transport = check_session(L);
  tether_answer_box *box = luaL_checkudata(L, 2, TETHER_ANSWER_TYPE);
  if (box->answer) tether_transport_recycle(transport, box->answer);
  box->answer = NULL;
  return 0;
}

/* session:cancel(ticket) -> boolean */
static int session_cancel(lua_State *L) {
  lua_pushboolean(L, tether_transport_cancel(check_session(L), luaL_checkinteger(L, 2)));
  return 1;
}

/* session:fd() -> integer: when readable, call step(0) */
static int session_fd(lua_State *L) {
  lua_pushinteger(L, tether_transport_fd(check_session(L)));
  return 1;
}

/* session:timeout() -> milliseconds until step is due, -1: no need */
static int session_timeout(lua_State *L) {
  lua_pushinteger(L, tether_transport_timeout_ms(check_session(L)));
  return 1;
}

/* session:under_way() -> how many requests are queued or in flight */
static int session_under_way(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_transport_under_way(check_session(L)));
  return 1;
}

static int session_close(lua_State *L) {
  session_box *box = luaL_checkudata(L, 1, SESSION);
  tether_transport_free(box->transport);
  box->transport = NULL;
  return 0;
}

__attribute__((visibility("default"))) int luaopen_tether_session_native(lua_State *L);
int luaopen_tether_session_native(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", session_close}, {"__close", session_close}, {NULL, NULL}};
  static const luaL_Reg answer_meta[] = {{"__gc", answer_gc}, {"__index", answer_index}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"submit_rows", session_submit_rows},
      {"submit", session_submit},
      {"step", session_step},
      {"take", session_take},
      {"cancel", session_cancel},
      {"recycle", session_recycle},
      {"fd", session_fd},
      {"timeout", session_timeout},
      {"close", session_close},
      {"under_way", session_under_way},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {{"open", session_new}, {NULL, NULL}};
  luaL_checkversion(L);
  luaL_newmetatable(L, SESSION);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  luaL_newmetatable(L, TETHER_ANSWER_TYPE);
  luaL_setfuncs(L, answer_meta, 0);
  lua_pop(L, 2);
  luaL_newlib(L, functions);
  return 1;
}
