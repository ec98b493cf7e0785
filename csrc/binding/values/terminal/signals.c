/* native.signals(): SIGINT, SIGTERM and SIGHUP as something to wait for, so that a command can end in order.
 *
 * A SIGHUP that is ignored, as nohup does it, stays so. They are blocked while the object is open. Threads that are
 * started meanwhile inherit that, as they must. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "binding/shared/binding.h"

#define SIGNALS "tether.native.signals"

typedef struct {
  int fd; /* -1: closed */
  sigset_t before;
} signals_box;

static bool is_ignored(int number) {
  struct sigaction now;
  return sigaction(number, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

/* native.signals() -> signals | nil, err */
static int signals_new(lua_State *L) {
  signals_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->fd = -1;
  luaL_setmetatable(L, SIGNALS);
  sigset_t watched;
  sigemptyset(&watched);
  sigaddset(&watched, SIGINT);
  sigaddset(&watched, SIGTERM);
  if (!is_ignored(SIGHUP)) sigaddset(&watched, SIGHUP);
  if (pthread_sigmask(SIG_BLOCK, &watched, &box->before) == 0) box->fd = signalfd(-1, &watched, SFD_CLOEXEC);
  if (box->fd >= 0) return 1;
  tether_error error;
  tether_fail(&error, TETHER_FILE_FAILED, "cannot watch for signals: %s", strerror(errno));
  return tether_push_error(L, &error);
}

/* signals:wait(milliseconds = -1) -> "INT" | "TERM" | "HUP" | nil when the time is over */
static int signals_wait(lua_State *L) {
  const signals_box *box = luaL_checkudata(L, 1, SIGNALS);
  luaL_argcheck(L, box->fd >= 0, 1, "closed");
  struct pollfd watched = {.fd = box->fd, .events = POLLIN};
  struct signalfd_siginfo info;
  if (poll(&watched, 1, (int)luaL_optinteger(L, 2, -1)) != 1 || read(box->fd, &info, sizeof info) != sizeof info)
    return lua_pushnil(L), 1;
  return lua_pushstring(L, info.ssi_signo == SIGTERM ? "TERM" : info.ssi_signo == SIGHUP ? "HUP" : "INT"), 1;
}

/* Lets the signals do what they did before. */
static int signals_close(lua_State *L) {
  signals_box *box = luaL_checkudata(L, 1, SIGNALS);
  if (box->fd < 0) return 0;
  close(box->fd);
  box->fd = -1;
  pthread_sigmask(SIG_SETMASK, &box->before, NULL);
  return 0;
}

void tether_open_signals(lua_State *L) {
  static const luaL_Reg methods[] = {{"wait", signals_wait}, {NULL, NULL}};
  tether_new_closable(L, SIGNALS, signals_close, methods);
  lua_pushcfunction(L, signals_new);
  lua_setfield(L, -2, "signals");
}
