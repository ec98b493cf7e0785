/* A Lua host with Tether linked in, for the sanitizers: host SCRIPT [ARGS] runs a script as lua5.4 does.
 *
 * Linked statically, so that leaks and faults are told with names and lines. With the linker's --wrap every allocation
 * of the core, the bindings and Lua itself passes through here, and can be made to fail: host.fail_from(n) lets the nth
 * allocation from now on this thread and all after it fail, host.fail_from(0) ends that and answers how many there
 * were. */
#include <lauxlib.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int luaopen_tether_native(lua_State *L);
int luaopen_tether_session_native(lua_State *L);
int luaopen_tether_portal_native(lua_State *L);
int luaopen_tether_webhook_native(lua_State *L);
int luaopen_tether_archive_native(lua_State *L);
int luaopen_tether_job_native(lua_State *L);
int luaopen_tether_redis_native(lua_State *L);

static const luaL_Reg modules[] = {
    {"tether.native", luaopen_tether_native},
    {"tether.session.native", luaopen_tether_session_native},
    {"tether.portal.native", luaopen_tether_portal_native},
    {"tether.webhook.native", luaopen_tether_webhook_native},
    {"tether.archive.native", luaopen_tether_archive_native},
    {"tether.job.native", luaopen_tether_job_native},
    {"tether.redis.native", luaopen_tether_redis_native},
};

/* -- allocations ------------------------------------------------------------------------------------------------- */

/* Of one thread: the portal, which answers from another one, is not drilled. */
static __thread long countdown, counted;

static bool gives_out(void) {
  if (countdown == 0) return false;
  counted++;
  if (countdown > 1) {
    countdown--;
    return false;
  }
  return true;
}

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size) { return gives_out() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return gives_out() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *old, size_t size) { return gives_out() ? NULL : __real_realloc(old, size); }
char *__wrap_strdup(const char *text) { return gives_out() ? NULL : __real_strdup(text); }
char *__wrap_strndup(const char *text, size_t length) { return gives_out() ? NULL : __real_strndup(text, length); }

/* Libraries stay mapped, so that what leaks in one of them is told with its name. */
int __wrap_dlclose(void *library);
int __wrap_dlclose(void *library) {
  (void)library;
  return 0;
}

static int fail_from(lua_State *L) {
  lua_Integer from = luaL_checkinteger(L, 1);
  lua_pushinteger(L, counted);
  counted = 0;
  countdown = from > 0 ? (long)from : 0;
  return 1;
}

/* -- the host ------------------------------------------------------------------------------------------------------ */

static lua_State *L; /* reachable to the end, whatever way the script ends */

static void open_modules(void) {
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  for (size_t i = 0; i < sizeof modules / sizeof *modules; i++) {
    lua_pushcfunction(L, modules[i].func);
    lua_setfield(L, -2, modules[i].name);
  }
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, fail_from);
  lua_setfield(L, -2, "fail_from");
  lua_setglobal(L, "host");
}

static int traced(lua_State *state) {
  luaL_traceback(state, state, lua_tostring(state, 1), 1);
  return 1;
}

int main(int count, char **arguments) {
  if (count < 2) return fprintf(stderr, "usage: host SCRIPT [ARGS]\n"), 2;
  L = luaL_newstate();
  if (!L) return 2;
  open_modules();
  lua_createtable(L, count, 0);
  for (int i = 1; i < count; i++) {
    lua_pushstring(L, arguments[i]);
    lua_rawseti(L, -2, i - 1);
  }
  lua_setglobal(L, "arg");
  lua_pushcfunction(L, traced);
  int failed = luaL_loadfile(L, arguments[1]) != LUA_OK || lua_pcall(L, 0, 0, 1) != LUA_OK;
  if (failed) fprintf(stderr, "%s\n", lua_tostring(L, -1));
  lua_close(L);
  L = NULL;
  return failed;
}
