/* tether.redis.native: commands to a Redis server and their answers. A module of its own, so that only programs that
 * share with other machines map hiredis. */
#include "core/redis/client.h"

#include <pthread.h>
#include <string.h>

#include "binding/redis/redis.h"
#include "core/http/secret.h"
#include "core/purse/source.h"

#define SCRIPT "tether.redis.script"

enum {
  TIMEOUT_MS = 5000, /* of a command, when nobody says */
  WORDS_MOST = 4096, /* as in core/redis/command.c */
  DEPTH_MOST = 9     /* arrays in arrays of an answer, as hiredis reads them */
};

/* How many forks this process descends from. A child may not use a client that its parent has opened: both would read
 * the same socket. */
static unsigned forks;

static void count_fork(void) { forks++; }

static void watch_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

typedef struct {
  tether_redis *redis; /* NULL: closed */
  unsigned owner;
} client_box;

static tether_redis *check_client(lua_State *L) {
  client_box *box = luaL_checkudata(L, 1, TETHER_REDIS_TYPE);
  luaL_argcheck(L, box->redis, 1, "this connection is closed");
  luaL_argcheck(L, box->owner == forks, 1, "this connection is another process's");
  return box->redis;
}

/* -- opening ------------------------------------------------------------------------------------------------------- */

static const char *text_field(lua_State *L, const char *name) {
  lua_getfield(L, 1, name); /* stays on the stack, so that the string lives */
  return lua_isnil(L, -1) ? NULL : tether_check_text(L, -1, name);
}

tether_redis_options tether_check_redis_options(lua_State *L, const char **password_file) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkstack(L, 16, NULL);
  tether_redis_options options = {.url = text_field(L, "url"),
                                  .password = text_field(L, "password"),
                                  .authorities = {text_field(L, "ca_file"), text_field(L, "ca_folder")},
                                  .timeout_ms = TIMEOUT_MS};
  *password_file = text_field(L, "password_file");
  lua_getfield(L, 1, "timeout_ms");
  options.timeout_ms = luaL_optinteger(L, -1, TIMEOUT_MS);
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
  client_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->redis = NULL;
  box->owner = forks;
  luaL_setmetatable(L, TETHER_REDIS_TYPE);
  tether_error error;
  box->redis = tether_redis_open(&options, password_file, &error);
  return box->redis ? 1 : tether_push_error(L, &error);
}

static int grants_gc(lua_State *L) {
  tether_grants_box *box = luaL_checkudata(L, 1, TETHER_GRANTS_TYPE);
  if (box->grants) box->grants->kind->free(box->grants, true);
  box->grants = NULL;
  return 0;
}

/* native.grants{ as of open, lost = "alone" | "stop" } -> grants | nil, err: for native.open of a session, once */
static int grants_new(lua_State *L) {
  static const char *const choices[] = {"alone", "stop", NULL};
  const char *password_file;
  tether_redis_options options = tether_check_redis_options(L, &password_file);
  lua_getfield(L, 1, "lost");
  int lost = luaL_checkoption(L, -1, "alone", choices);
  tether_grants_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->grants = NULL;
  luaL_setmetatable(L, TETHER_GRANTS_TYPE);
  tether_error error;
  tether_redis *redis = tether_redis_open(&options, password_file, &error);
  if (redis) box->grants = tether_grants_of_redis(redis, lost == 1 ? TETHER_LOST_STOP : TETHER_LOST_ALONE, &error);
  return box->grants ? 1 : tether_push_error(L, &error);
}

/* native.script(text) -> script | nil, err */
static int script_new(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  tether_redis_script *script = lua_newuserdatauv(L, sizeof *script, 1);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1); /* the text lives as long */
  luaL_setmetatable(L, SCRIPT);
  tether_error error;
  return tether_redis_script_init(script, text, length, &error) ? 1 : tether_push_error(L, &error);
}

/* -- asking -------------------------------------------------------------------------------------------------------- */

/* Reads the array at `index` behind the `count` words that are there; its strings stay alive by the table. */
static int read_words(lua_State *L, int index, tether_slice *words, int count) {
  luaL_checktype(L, index, LUA_TTABLE);
  lua_Integer length = luaL_len(L, index);
  luaL_argcheck(L, length >= 0 && length + count <= WORDS_MOST, index, "too many words");
  for (lua_Integer i = 1; i <= length; i++) {
    lua_geti(L, index, i);
    luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, index, "words are strings");
    words[count].data = lua_tolstring(L, -1, &words[count].length);
    count++;
    lua_pop(L, 1);
  }
  return count;
}

static tether_slice *push_words(lua_State *L) {
  return lua_newuserdatauv(L, (WORDS_MOST + 1) * sizeof(tether_slice), 0);
}

static int ask(lua_State *L, tether_redis *redis, const tether_redis_question *question) {
  tether_error error;
  luaL_argcheck(L, question->timeout_ms > 0, lua_gettop(L), "a time-out above 0 is needed");
  int64_t ticket = tether_redis_ask(redis, question, &error);
  if (!ticket) return tether_push_error(L, &error);
  lua_pushinteger(L, ticket);
  return 1;
}

/* client:ask({ word, … }, timeout_ms = 5000, at_once = false) -> ticket | nil, err. At once: it fails when a try to
 * connect fails. */
static int client_ask(lua_State *L) {
  tether_redis *redis = check_client(L);
  tether_redis_question question = {.timeout_ms = luaL_optinteger(L, 3, TIMEOUT_MS), .at_once = lua_toboolean(L, 4)};
  tether_slice *words = push_words(L);
  question.words = words;
  question.count = read_words(L, 2, words, 0);
  return ask(L, redis, &question);
}

/* client:run(script, { key, … }, { argument, … }, timeout_ms = 5000) -> ticket | nil, err. The caller keeps the script
 * until the answer is there. */
static int client_run(lua_State *L) {
  tether_redis *redis = check_client(L);
  tether_redis_question question = {.script = luaL_checkudata(L, 2, SCRIPT),
                                    .timeout_ms = luaL_optinteger(L, 5, TIMEOUT_MS)};
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_pushinteger(L, luaL_len(L, 3));
  tether_slice *words = push_words(L);
  words[0].data = lua_tolstring(L, -2, &words[0].length);
  question.words = words;
  question.count = read_words(L, 4, words, read_words(L, 3, words, 1));
  return ask(L, redis, &question);
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
 * other texts strings, nil is false. Of an error reply err.reply is the text. */
static int client_take(lua_State *L) {
  tether_redis *redis = check_client(L);
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
  tether_redis_step(check_client(L), luaL_optinteger(L, 2, -1));
  return 0;
}

/* client:fd() -> integer: when readable, call step(0) */
static int client_fd(lua_State *L) {
  lua_pushinteger(L, tether_redis_fd(check_client(L)));
  return 1;
}

/* client:state() -> "connecting" | "ready" | "away", err | nil: why the last try failed */
static int client_state(lua_State *L) {
  static const char *const names[] = {"connecting", "ready", "away"};
  const tether_redis *redis = check_client(L);
  lua_pushstring(L, names[tether_redis_state_of(redis)]);
  if (tether_redis_problem(redis)->code == TETHER_OK) return 1;
  tether_push_error(L, tether_redis_problem(redis));
  lua_remove(L, -2);
  return 2;
}

/* client:facts() -> { version =, run_id =, name = } */
static int client_facts(lua_State *L) {
  const tether_redis *redis = check_client(L);
  lua_createtable(L, 0, 3);
  lua_pushstring(L, tether_redis_facts_of(redis)->version);
  lua_setfield(L, -2, "version");
  lua_pushstring(L, tether_redis_facts_of(redis)->run_id);
  lua_setfield(L, -2, "run_id");
  lua_pushstring(L, tether_redis_name(redis));
  lua_setfield(L, -2, "name");
  return 1;
}

static int client_close(lua_State *L) {
  client_box *box = luaL_checkudata(L, 1, TETHER_REDIS_TYPE);
  tether_redis_free(box->redis);
  box->redis = NULL;
  return 0;
}

__attribute__((visibility("default"))) int luaopen_tether_redis_native(lua_State *L);
int luaopen_tether_redis_native(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", client_close}, {"__close", client_close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"ask", client_ask},     {"run", client_run},     {"take", client_take},
                                     {"step", client_step},   {"fd", client_fd},       {"state", client_state},
                                     {"facts", client_facts}, {"close", client_close}, {NULL, NULL}};
  static const luaL_Reg answers[] = {{"__gc", answer_gc}, {NULL, NULL}}, grants[] = {{"__gc", grants_gc}, {NULL, NULL}},
                        none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"open", client_new}, {"grants", grants_new}, {"script", script_new}, {NULL, NULL}};
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  luaL_checkversion(L);
  tether_new_class(L, TETHER_REDIS_TYPE, metamethods, methods);
  tether_new_class(L, TETHER_REDIS_ANSWER_TYPE, answers, none);
  tether_new_class(L, SCRIPT, none, none);
  tether_new_class(L, TETHER_GRANTS_TYPE, grants, none);
  luaL_newlib(L, functions);
  return 1;
}
