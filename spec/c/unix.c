/* spec_unix: what a spec needs of the operating system and no Lua library of Debian's for 5.4 has. */
#include <lauxlib.h>
#include <lua.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* unix.in_child(function) -> what it returned in a forked child, as text. The child ends at once, without closing or
 * flushing what it has from its parent. */
static int in_child(lua_State *L) {
  int ends[2];
  if (pipe(ends) != 0) return luaL_error(L, "no pipe");
  pid_t child = fork();
  if (child < 0) return luaL_error(L, "no fork");
  if (child == 0) {
    alarm(120); /* no test waits for ever */
    lua_settop(L, 1);
    lua_pcall(L, 0, 1, 0);
    size_t length;
    const char *text = luaL_tolstring(L, -1, &length);
    _exit(write(ends[1], text, length) < 0);
  }
  close(ends[1]);
  luaL_Buffer said;
  luaL_buffinit(L, &said);
  char piece[4096];
  for (ssize_t got; (got = read(ends[0], piece, sizeof piece)) > 0;) luaL_addlstring(&said, piece, (size_t)got);
  close(ends[0]);
  waitpid(child, NULL, 0);
  luaL_pushresult(&said);
  return 1;
}

/* unix.thread_cpu_ms() -> milliseconds of processor time that this thread has had: what others do does not count */
static int thread_cpu_ms(lua_State *L) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  lua_pushnumber(L, (lua_Number)now.tv_sec * 1e3 + (lua_Number)now.tv_nsec / 1e6);
  return 1;
}

__attribute__((visibility("default"))) int luaopen_spec_unix(lua_State *L);
int luaopen_spec_unix(lua_State *L) {
  static const luaL_Reg functions[] = {{"in_child", in_child}, {"thread_cpu_ms", thread_cpu_ms}, {NULL, NULL}};
  luaL_newlib(L, functions);
  return 1;
}
