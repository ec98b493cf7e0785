/* A C program that hosts Lua with Tether in it, with a ceiling on Lua's memory:
 *   cc host.c -o host $(pkg-config --cflags --libs lua5.4) && ./host SCRIPT [MEGABYTES] */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
  size_t used, most;
} budget;

/* Lua's allocator, which gives no more than the budget has. Lua then raises "not enough memory", which is caught below.
 * What the C core of Tether holds (links, bodies) is not counted here. */
static void *allocate(void *user, void *block, size_t old_size, size_t new_size) {
  budget *own = user;
  size_t before = block ? old_size : 0;
  if (new_size == 0) {
    own->used -= before;
    free(block);
    return NULL;
  }
  if (new_size > before && own->used + (new_size - before) > own->most) return NULL;
  void *moved = realloc(block, new_size);
  if (moved) own->used += new_size - before;
  return moved;
}

/* The text of an error, whatever was raised: Tether's errors are tables with a __tostring. */
static int to_text(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  return 1;
}

static int run(lua_State *L, const char *script) {
  lua_pushcfunction(L, to_text);
  if (luaL_loadfile(L, script) == LUA_OK && lua_pcall(L, 0, 0, -2) == LUA_OK) return 0;
  fprintf(stderr, "host: %s\n", lua_tostring(L, -1));
  return 1;
}

int main(int count, char **words) {
  if (count < 2) {
    fprintf(stderr, "usage: host SCRIPT [MEGABYTES]\n");
    return 2;
  }
  budget own = {0, (size_t)(count > 2 ? atoi(words[2]) : 64) << 20};
  lua_State *L = lua_newstate(allocate, &own);
  if (!L) {
    fprintf(stderr, "host: no memory for a Lua state\n");
    return 1;
  }
  luaL_openlibs(L);
  int failed = run(L, words[1]);
  lua_close(L); /* closes hubs that the script has left open */
  printf("host: %zu bytes left\n", own.used);
  return failed || own.used != 0;
}
