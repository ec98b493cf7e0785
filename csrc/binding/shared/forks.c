#include <pthread.h>

#include "binding/shared/binding.h"

/* Counted, since asking for the process id would be a system call at each use. */
static unsigned forks;

static void count_fork(void) { forks++; }

static void watch(void) { pthread_atfork(NULL, NULL, count_fork); }

tether_own_box *tether_push_own(lua_State *L, const char *type) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch);
  tether_own_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = (tether_own_box){NULL, forks};
  luaL_setmetatable(L, type);
  return box;
}

bool tether_is_own(const tether_own_box *box) { return box->forks == forks; }

void *tether_check_own(lua_State *L, const char *type, const char *what) {
  tether_own_box *box = luaL_checkudata(L, 1, type);
  if (!box->held) luaL_argerror(L, 1, lua_pushfstring(L, "this %s is closed", what));
  if (!tether_is_own(box)) luaL_argerror(L, 1, lua_pushfstring(L, "this %s is another process's", what));
  return box->held;
}
