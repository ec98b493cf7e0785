/* native.interrupt(): Ctrl-C, SIGTERM and a hangup as a count, so that a command can end in order, and at once when it
 * comes again.
 *
 * Calls that wait (epoll, a read of standard input) return early: the handler does not restart them. One at a time. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "binding/shared/binding.h"

#define INTERRUPT "tether.native.interrupt"

static volatile sig_atomic_t first, opened;

/* A signal that comes just before a call begins to wait would not end the wait. So from the first signal on another one
 * comes each second, until the command has noticed. */
static void nudge(int number) {
  (void)number;
  alarm(1);
}

/* The second signal does what it does to any program: it ends this one. Only a hangup does not, since a terminal that
 * closes sends one after Ctrl-C. */
static void handle(int number) {
  if (first && number == SIGHUP) return;
  if (first) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  first = number;
  alarm(1);
}

enum { WATCHED = 3 };

static const int watched[WATCHED] = {SIGINT, SIGTERM, SIGHUP};

typedef struct {
  struct sigaction before[WATCHED], before_alarm;
  bool open;
} interrupt_box;

/* native.interrupt() -> interrupt | nil, err */
static int interrupt_new(lua_State *L) {
  interrupt_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  memset(box, 0, sizeof *box);
  luaL_setmetatable(L, INTERRUPT);
  tether_error error;
  if (opened) {
    tether_fail(&error, TETHER_BAD_ARGUMENT, "signals are watched already");
    return tether_push_error(L, &error);
  }
  struct sigaction action = {.sa_handler = handle};
  sigemptyset(&action.sa_mask);
  first = 0;
  opened = 1;
  box->open = true;
  struct sigaction waking = {.sa_handler = nudge};
  sigemptyset(&waking.sa_mask);
  sigaction(SIGALRM, &waking, &box->before_alarm);
  for (int i = 0; i < WATCHED; i++) {
    sigaction(watched[i], NULL, &box->before[i]);
    if (box->before[i].sa_handler != SIG_IGN)
      sigaction(watched[i], &action, NULL); /* ignored, as in a job that a script runs in the background: it stays so */
  }
  return 1;
}

/* interrupt:came() -> "INT" | "TERM" | "HUP" | nil */
static int interrupt_came(lua_State *L) {
  luaL_checkudata(L, 1, INTERRUPT);
  if (!first) return lua_pushnil(L), 1;
  return lua_pushstring(L, first == SIGINT ? "INT" : first == SIGHUP ? "HUP" : "TERM"), 1;
}

static int interrupt_close(lua_State *L) {
  interrupt_box *box = luaL_checkudata(L, 1, INTERRUPT);
  if (!box->open) return 0;
  box->open = false;
  opened = 0;
  alarm(0);
  sigaction(SIGALRM, &box->before_alarm, NULL);
  for (int i = 0; i < WATCHED; i++) sigaction(watched[i], &box->before[i], NULL);
  return 0;
}

/* native.hangup_interrupts(): from now on SIGHUP does what SIGINT does, unless it is ignored, as nohup does it, or has
 * a handler of its own. The interpreter's handler of SIGINT ends a script with an error. */
static int hangup_interrupts(lua_State *L) {
  struct sigaction hangup, interrupt;
  (void)L;
  if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler == SIG_DFL && sigaction(SIGINT, NULL, &interrupt) == 0)
    sigaction(SIGHUP, &interrupt, NULL);
  return 0;
}

void tether_open_interrupt(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", interrupt_close}, {"__close", interrupt_close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {{"came", interrupt_came}, {"close", interrupt_close}, {NULL, NULL}};
  luaL_newmetatable(L, INTERRUPT);
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_pushcfunction(L, interrupt_new);
  lua_setfield(L, -2, "interrupt");
  lua_pushcfunction(L, hangup_interrupts);
  lua_setfield(L, -2, "hangup_interrupts");
}
