/* What is asked of Redis: commands and scripts. */
#include "binding/redis/redis.h"

#define SCRIPT "tether.redis.script"

enum { WORDS_MOST = 4096 }; /* as in core/redis/command.c */

/* native.script(text) -> script | nil, err */
static int script_open(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  tether_redis_script *script = lua_newuserdatauv(L, sizeof *script, 1);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1); /* the text lives as long */
  luaL_setmetatable(L, SCRIPT);
  tether_error error;
  return tether_redis_script_init(script, text, length, &error) ? 1 : tether_push_error(L, &error);
}

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
  tether_redis *redis = tether_check_redis(L);
  tether_redis_question question = {.timeout_ms = luaL_optinteger(L, 3, TETHER_REDIS_TIMEOUT_MS),
                                    .at_once = lua_toboolean(L, 4)};
  tether_slice *words = push_words(L);
  question.words = words;
  question.count = read_words(L, 2, words, 0);
  return ask(L, redis, &question);
}

/* client:run(script, { key, … }, { argument, … }, timeout_ms = 5000) -> ticket | nil, err. The caller keeps the script
 * until the answer is there. */
static int client_run(lua_State *L) {
  tether_redis *redis = tether_check_redis(L);
  tether_redis_question question = {.script = luaL_checkudata(L, 2, SCRIPT),
                                    .timeout_ms = luaL_optinteger(L, 5, TETHER_REDIS_TIMEOUT_MS)};
  luaL_checktype(L, 3, LUA_TTABLE);
  lua_pushinteger(L, luaL_len(L, 3));
  tether_slice *words = push_words(L);
  words[0].data = lua_tolstring(L, -2, &words[0].length);
  question.words = words;
  question.count = read_words(L, 4, words, read_words(L, 3, words, 1));
  return ask(L, redis, &question);
}

void tether_open_redis_asking(lua_State *L) {
  static const luaL_Reg methods[] = {{"ask", client_ask}, {"run", client_run}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"script", script_open}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  tether_new_class(L, SCRIPT, none, none);
  tether_add_methods(L, TETHER_REDIS_TYPE, methods);
  luaL_setfuncs(L, functions, 0);
}
