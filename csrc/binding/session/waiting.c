/* What waiting needs beside a session: several descriptors waited for at once, and an alarm behind one of its own. */
#include <poll.h>

#include "binding/session/session.h"
#include "core/http/poller.h"

#define TIMER "tether.session.timer"

/* native.wait({ fd, … }, ms) -> true, as soon as one of them is readable, the time is over or a signal has come. ms -1:
 * no end. */
static int wait_readable(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer count = luaL_len(L, 1), ms = luaL_checkinteger(L, 2);
  luaL_argcheck(L, ms >= -1, 2, "-1 or more is needed");
  struct pollfd *list = lua_newuserdatauv(L, (size_t)count * sizeof *list, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_geti(L, 1, i + 1);
    list[i] = (struct pollfd){.fd = (int)luaL_checkinteger(L, -1), .events = POLLIN};
    lua_pop(L, 1);
  }
  poll(list, (nfds_t)count, ms > INT32_MAX ? INT32_MAX : (int)ms);
  lua_pushboolean(L, 1);
  return 1;
}

static tether_poller *check_timer(lua_State *L) { return tether_check_box(L, 1, TIMER, "timer"); }

/* native.timer() -> timer | nil, err: an alarm behind a descriptor, for hosts that have none */
static int timer_new(lua_State *L) {
  tether_error error;
  void **box = tether_push_box(L, TIMER);
  *box = tether_poller_new(&error);
  return *box ? 1 : tether_push_error(L, &error);
}

/* timer:fd() -> integer: readable when the alarm has run out */
static int timer_fd(lua_State *L) {
  lua_pushinteger(L, tether_poller_fd(check_timer(L)));
  return 1;
}

/* timer:set(ms): runs out after that; -1: not any more */
static int timer_set(lua_State *L) {
  if (!tether_poller_alarm(check_timer(L), TETHER_ALARM_HOST, luaL_checkinteger(L, 2)))
    return luaL_error(L, "the timer cannot be set");
  return 0;
}

/* timer:clear(): takes what made the descriptor readable */
static int timer_clear(lua_State *L) {
  tether_ready ready[1];
  tether_poller_wait(check_timer(L), 0, ready, 1);
  return 0;
}

static int timer_close(lua_State *L) {
  tether_poller_free(tether_empty_box(L, TIMER));
  return 0;
}

void tether_open_waiting(lua_State *L) {
  static const luaL_Reg methods[] = {{"fd", timer_fd}, {"set", timer_set}, {"clear", timer_clear}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"wait", wait_readable}, {"timer", timer_new}, {NULL, NULL}};
  tether_new_closable(L, TIMER, timer_close, methods);
  luaL_setfuncs(L, functions, 0);
}
