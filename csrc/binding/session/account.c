/* What a session knows of its account and its token: methods of the native session. */
#include <string.h>

#include "binding/session/session.h"

/* session:stats() -> table */
static int session_stats(lua_State *L) {
  tether_push_stats(L, tether_check_session(L));
  return 1;
}

/* session:day_ends(ms since 1970): the account's midnight */
static int session_day_ends(lua_State *L) {
  tether_session *session = tether_check_session(L);
  tether_session_day_ends(session, luaL_checkinteger(L, 2));
  return 0;
}

/* session:day_is_low() -> boolean: few calls of the day are left, so the session should learn when the day ends */
static int session_day_is_low(lua_State *L) {
  lua_pushboolean(L, tether_session_day_is_low(tether_check_session(L)));
  return 1;
}

/* session:wants_token() -> boolean: session:renew or session:refuse is expected */
static int session_wants_token(lua_State *L) {
  lua_pushboolean(L, tether_session_wants_token(tether_check_session(L)));
  return 1;
}

/* session:renew(token, expires_in_ms = 0) -> true | nil, err */
static int session_renew(lua_State *L) {
  tether_session *session = tether_check_session(L);
  const char *token = tether_check_text(L, 2, "token");
  int64_t expires_in_ms = luaL_optinteger(L, 3, 0);
  tether_error error;
  return tether_push_done(L, tether_session_renew(session, token, expires_in_ms, &error), &error);
}

/* session:refuse(message): there is no other token; the requests that wait for it fail with UNAUTHENTICATED */
static int session_refuse(lua_State *L) {
  tether_session *session = tether_check_session(L);
  tether_error error;
  tether_fail(&error, TETHER_UNAUTHENTICATED, "%s", luaL_checkstring(L, 2));
  tether_session_refuse(session, &error);
  return 0;
}

/* session:renewed() -> token, refresh token | nil, seconds; nothing when OAuth has brought no new ones */
static int session_renewed(lua_State *L) {
  const char *token, *refresh_token;
  int64_t expires_in_ms;
  if (!tether_auth_renewed(tether_session_auth(tether_check_session(L)), &token, &refresh_token, &expires_in_ms))
    return 0;
  lua_pushstring(L, token);
  lua_pushstring(L, refresh_token);
  lua_pushinteger(L, expires_in_ms / 1000);
  return 3;
}

/* session:ask_scopes() -> ticket | nil, err: the answer tells the scopes of the token */
static int session_ask_scopes(lua_State *L) {
  tether_error error;
  return tether_push_ticket(L, tether_session_ask_scopes(tether_check_session(L), &error), &error);
}

/* session:region() -> "eu1" | nil: what the token's prefix names */
static int session_region(lua_State *L) {
  char region[TETHER_REGION];
  tether_auth_region(tether_session_auth(tether_check_session(L)), region);
  if (!*region) return lua_pushnil(L), 1;
  lua_pushstring(L, region);
  return 1;
}

/* session:hide(text) -> text: without the token and the secrets */
static int session_hide(lua_State *L) {
  tether_session *session = tether_check_session(L);
  size_t length;
  const char *text = luaL_checklstring(L, 2, &length);
  luaL_Buffer buffer;
  char *copy = luaL_buffinitsize(L, &buffer, length);
  memcpy(copy, text, length);
  tether_auth_scrub(tether_session_auth(session), copy, length);
  luaL_pushresultsize(&buffer, length);
  return 1;
}

void tether_open_account(lua_State *L) {
  static const luaL_Reg methods[] = {
      {"stats", session_stats},
      {"day_ends", session_day_ends},
      {"day_is_low", session_day_is_low},
      {"wants_token", session_wants_token},
      {"renew", session_renew},
      {"refuse", session_refuse},
      {"renewed", session_renewed},
      {"ask_scopes", session_ask_scopes},
      {"region", session_region},
      {"hide", session_hide},
      {NULL, NULL},
  };
  tether_add_methods(L, TETHER_SESSION_TYPE, methods);
}
