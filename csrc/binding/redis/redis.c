/* A connection to a Redis server: opening it, its answers, and what moves it. */
#include "core/redis/client.h"

#include <string.h>

#include "binding/redis/redis.h"
#include "core/http/secret.h"

enum {
  DEPTH_MOST = 9 /* arrays in arrays of an answer, as hiredis reads them */
};

tether_redis *tether_check_redis(lua_State *L) { return tether_check_own(L, TETHER_REDIS_TYPE, "connection"); }

/* -- opening ------------------------------------------------------------------------------------------------------- */

tether_redis_options tether_check_redis_options(lua_State *L, const char **password_file) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkstack(L, 16, NULL);
  tether_redis_options options = {
      .url = tether_text_field(L, 1, "url"),
      .password = tether_text_field(L, 1, "password"),
      .authorities = {tether_text_field(L, 1, "ca_file"), tether_text_field(L, 1, "ca_folder")},
      .timeout_ms = TETHER_REDIS_TIMEOUT_MS};
  *password_file = tether_text_field(L, 1, "password_file");
  lua_getfield(L, 1, "timeout_ms");
  options.timeout_ms = luaL_optinteger(L, -1, TETHER_REDIS_TIMEOUT_MS);
  luaL_argcheck(L, options.url, 1, "url is needed");
  luaL_argcheck(L, options.timeout_ms > 0 && options.timeout_ms <= INT32_MAX, 1, "timeout_ms is out of range");
  return options;
}

tether_redis *tether_redis_open(tether_redis_options *options, const char *password_file, tether_error *error) {
  char *secret = password_file ? tether_secret_read(password_file, "password", error) : NULL;
  if (password_file && !secret) return NULL;
  if (secret) options->password = secret;
  tether_redis *redis = tether_redis_new(options, error);
  tether_secret_free(secret);
  return redis;
}

/* native.open{ url=, password= | password_file=, ca_file=, ca_folder=, timeout_ms= } -> client | nil, err: it begins to
 * connect */
static int client_new(lua_State *L) {
  const char *password_file;
  tether_redis_options options = tether_check_redis_options(L, &password_file);
  tether_own_box *box = tether_push_own(L, TETHER_REDIS_TYPE);
  tether_error error;
  box->held = tether_redis_open(&options, password_file, &error);
  return box->held ? 1 : tether_push_error(L, &error);
}

/* -- answers ------------------------------------------------------------------------------------------------------- */

/* Nil within an array is false, so that arrays keep their length. */
static void push_reply(lua_State *L, const redisReply *reply) {
  switch (reply->type) {
  case REDIS_REPLY_INTEGER:
    lua_pushinteger(L, reply->integer);
    return;
  case REDIS_REPLY_NIL:
    lua_pushboolean(L, 0);
    return;
  case REDIS_REPLY_ARRAY:
    lua_createtable(L, (int)reply->elements, 0);
    for (size_t i = 0; i < reply->elements; i++) {
      push_reply(L, reply->element[i]);
      lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return;
  default:
    lua_pushlstring(L, reply->str, reply->len);
  }
}

typedef struct {
  tether_redis_answer answer;
} answer_box;

static int answer_gc(lua_State *L) {
  answer_box *box = lua_touserdata(L, 1);
  tether_redis_answer_free(&box->answer);
  return 0;
}

/* client:take() -> ticket, value; ticket, nil, err when it failed; nil when none is there. Integers are integers,
 * other texts strings, nil is false. After an error reply err.reply is its text. */
static int client_take(lua_State *L) {
  tether_redis *redis = tether_check_redis(L);
  luaL_checkstack(L, DEPTH_MOST + 8, NULL);
  answer_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = (answer_box){.answer = {.ticket = 0}};
  luaL_setmetatable(L, TETHER_REDIS_ANSWER_TYPE);
  if (!tether_redis_take(redis, &box->answer)) return lua_pushnil(L), 1;
  const redisReply *reply = box->answer.reply;
  lua_pushinteger(L, box->answer.ticket);
  if (box->answer.error.code == TETHER_OK) {
    push_reply(L, reply);
    return 2;
  }
  tether_push_error(L, &box->answer.error);
  if (reply) lua_pushlstring(L, reply->str, reply->len), lua_setfield(L, -2, "reply");
  return 3;
}

/* -- moving -------------------------------------------------------------------------------------------------------- */

/* client:step(wait_ms = -1) */
static int client_step(lua_State *L) {
  tether_redis_step(tether_check_redis(L), luaL_optinteger(L, 2, -1));
  return 0;
}

/* client:fd() -> integer: when readable, call step(0) */
static int client_fd(lua_State *L) {
  lua_pushinteger(L, tether_redis_fd(tether_check_redis(L)));
  return 1;
}

/* client:state() -> "connecting" | "ready" | "away", err | nil: why the last try failed */
static int client_state(lua_State *L) {
  static const char *const names[] = {"connecting", "ready", "away"};
  const tether_redis *redis = tether_check_redis(L);
  lua_pushstring(L, names[tether_redis_state_of(redis)]);
  if (tether_redis_problem(redis)->code == TETHER_OK) return 1;
  tether_push_error(L, tether_redis_problem(redis));
  lua_remove(L, -2);
  return 2;
}

/* client:facts() -> { version =, run_id =, name = } */
static int client_facts(lua_State *L) {
  const tether_redis *redis = tether_check_redis(L);
  lua_createtable(L, 0, 3);
  tether_set_text(L, "version", tether_redis_facts_of(redis)->version);
  tether_set_text(L, "run_id", tether_redis_facts_of(redis)->run_id);
  tether_set_text(L, "name", tether_redis_name(redis));
  return 1;
}

static int client_close(lua_State *L) {
  tether_own_box *box = luaL_checkudata(L, 1, TETHER_REDIS_TYPE);
  tether_redis_free(box->held);
  box->held = NULL;
  return 0;
}

void tether_open_redis(lua_State *L) {
  static const luaL_Reg methods[] = {{"take", client_take},   {"step", client_step},   {"fd", client_fd},
                                     {"state", client_state}, {"facts", client_facts}, {NULL, NULL}};
  static const luaL_Reg answers[] = {{"__gc", answer_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"open", client_new}, {NULL, NULL}};
  tether_new_closable(L, TETHER_REDIS_TYPE, client_close, methods);
  tether_new_class(L, TETHER_REDIS_ANSWER_TYPE, answers, none);
  luaL_setfuncs(L, functions, 0);
}
