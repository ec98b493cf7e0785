/* tether.session: requests in, settled answers out. No Lua call happens inside libcurl's callbacks: answers queue in
 * the core and are pushed by take. */
#include <string.h>

#include "binding/binding.h"
#include "core/session/transport.h"

#define SESSION "tether.session"

typedef struct {
  tether_transport *transport; /* NULL: closed */
} session_box;

static tether_transport *check_session(lua_State *L) {
  session_box *box = luaL_checkudata(L, 1, SESSION);
  luaL_argcheck(L, box->transport, 1, "this session is closed");
  return box->transport;
}

/* Text that C will read to its first NUL: one inside would cut it unseen. */
static const char *whole_text(lua_State *L, int index, const char *name) {
  size_t length;
  const char *text = luaL_checklstring(L, index, &length);
  if (strlen(text) != length) luaL_error(L, "%s has a NUL byte in it", name);
  return text;
}

static const char *text_field(lua_State *L, const char *name) {
  lua_getfield(L, 1, name); /* stays on the stack, so that the string lives */
  return lua_isnil(L, -1) ? NULL : whole_text(L, -1, name);
}

static int64_t integer_field(lua_State *L, const char *name, int64_t most) {
  lua_getfield(L, 1, name);
  lua_Integer value = luaL_optinteger(L, -1, 0);
  if (value < 0 || value > most) luaL_error(L, "%s must lie between 0 and %I", name, (LUAI_UACINT)most);
  return value;
}

/* native.session{ url=, token=, ca_file=, concurrency=, connect_timeout_ms=, timeout_ms= } -> session | nil, err */
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
  const char *method = whole_text(L, 2, "method"), *path = whole_text(L, 3, "path");
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

/* session:step(wait_ms = -1) -> true | nil, err */
static int session_step(lua_State *L) {
  tether_transport *transport = check_session(L);
  tether_error error;
  if (!tether_transport_step(transport, luaL_optinteger(L, 2, -1), &error)) return tether_push_error(L, &error);
  lua_pushboolean(L, 1);
  return 1;
}

typedef struct {
  tether_answer *answer;
} answer_box;

static int answer_gc(lua_State *L) {
  answer_box *box = lua_touserdata(L, 1);
  tether_answer_free(box->answer);
  box->answer = NULL;
  return 0;
}

static void push_answer(lua_State *L, const tether_answer *answer) {
  lua_createtable(L, 0, 5);
  lua_pushinteger(L, answer->status);
  lua_setfield(L, -2, "status");
  lua_pushlstring(L, answer->body.data ? answer->body.data : "", answer->body.length);
  lua_setfield(L, -2, "body");
  lua_pushstring(L, answer->correlation_id);
  lua_setfield(L, -2, "correlation_id");
  lua_pushstring(L, answer->content_type);
  lua_setfield(L, -2, "content_type");
  lua_pushinteger(L, answer->elapsed_ms);
  lua_setfield(L, -2, "elapsed_ms");
}

/* session:take() -> ticket, { status=, body=, correlation_id=, content_type=, elapsed_ms= }; ticket, nil, err when no
 * answer came; nil when nothing is settled */
static int session_take(lua_State *L) {
  tether_transport *transport = check_session(L);
  answer_box *box = lua_newuserdatauv(L, sizeof *box, 0); /* owns the answer while Lua may raise */
  box->answer = NULL;
  luaL_setmetatable(L, SESSION ".answer");
  box->answer = tether_transport_take(transport);
  if (!box->answer) return lua_pushnil(L), 1;
  lua_pushinteger(L, box->answer->ticket);
  int pushed = 2;
  if (box->answer->error.code == TETHER_OK)
    push_answer(L, box->answer);
  else
    pushed = 1 + tether_push_error(L, &box->answer->error);
  tether_answer_free(box->answer);
  box->answer = NULL;
  return pushed;
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

void tether_open_session(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", session_close}, {"__close", session_close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"submit", session_submit},
      {"step", session_step},
      {"take", session_take},
      {"cancel", session_cancel},
      {"fd", session_fd},
      {"timeout", session_timeout},
      {"close", session_close},
      {"under_way", session_under_way},
      {NULL, NULL},
  };
  luaL_newmetatable(L, SESSION);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  luaL_newmetatable(L, SESSION ".answer");
  lua_pushcfunction(L, answer_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 2);
  lua_pushcfunction(L, session_new);
  lua_setfield(L, -2, "session");
}
