/* native.interrupt(): Ctrl-C, SIGTERM and a hangup as a count, so that a command can end in order, and at once when it
 * comes again; native.interrupt("script"): Ctrl-C and a hangup end the Lua code that runs.
 *
 * Calls that wait (epoll, a read of standard input) return early: the handler does not restart them. One at a time. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "binding/shared/binding.h"

#define INTERRUPT "tether.native.interrupt"

/* A signal within this time of the first one counts as the same: timeout(1) sends each twice, to its child and to
 * the group. */
enum { SAME_MS = 100 };

/* A script that has not come back to Lua for so long after the signal is in a call that no signal ends, such as the
 * select of a host: the signal ends it as it ends any program. */
enum { DEAF_SECONDS = 3 };

/* A script that has caught the error gets more time, since it may be clearing up by slow calls. */
enum { DEAF_AFTER_SECONDS = 6 };

static volatile sig_atomic_t first, opened;
static volatile sig_atomic_t unheard; /* seconds since the script was last ended, or since the signal */
static volatile int64_t first_ms;
static pthread_t owner;   /* the thread that runs Lua: signals are meant for it */
static lua_State *script; /* the main coroutine of the script that is to be ended; NULL: signals are only counted */
static volatile sig_atomic_t caught, known; /* how often the script was ended; how often it was a second ago */

/* A system may choose any thread for a signal: a hook that another one sets breaks the state of Lua, and a wait of the
 * owner goes on. True: the owner has the signal now. */
static bool forward(int number) {
  if (pthread_equal(pthread_self(), owner)) return false;
  pthread_kill(owner, number);
  return true;
}

/* A signal that comes just before a call begins to wait would not end the wait. So after the first signal another one
 * comes each second, until the command has noticed. */
static void nudge(int number) {
  if (forward(number)) return;
  unheard = caught == known ? unheard + 1 : 0;
  known = caught;
  if (script && unheard >= (caught ? DEAF_AFTER_SECONDS : DEAF_SECONDS)) {
    signal(first, SIG_DFL);
    raise(first);
  }
  alarm(1);
}

enum { EVERYTHING = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT };

/* Ends the script by an error. A script that catches it, by a pcall of its own or of a library, is ended again: after
 * some time for what it has to clear up, then after less, and at last by each instruction. */
static void stop(lua_State *L, lua_Debug *at) {
  static const int grace[] = {100000, 10000, 1000, 100};
  enum { GRACES = sizeof grace / sizeof *grace };
  (void)at;
  lua_sethook(L, stop, LUA_MASKCOUNT, caught < GRACES ? grace[caught] : 1);
  caught++;
  luaL_error(L, "interrupted!"); /* the words of the interpreter's own handler */
}

/* The second signal does what it does to any program: it ends this one. Only a hangup does not, since a terminal that
 * closes sends one after Ctrl-C. */
static void handle(int number) {
  if (forward(number)) return;
  int64_t now_ms = tether_clock_ms();
  if (first && (number == SIGHUP || now_ms - first_ms < SAME_MS)) return;
  if (first) {
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  first = number;
  first_ms = now_ms;
  alarm(1);
  if (script) lua_sethook(script, stop, EVERYTHING, 1);
}

enum { WATCHED = 3, OF_SCRIPT = 2 };

static const int watched[WATCHED] = {SIGINT, SIGHUP, SIGTERM}; /* a script leaves the last one as it was */

typedef struct {
  struct sigaction before[WATCHED], before_alarm;
  int count;
  bool open;
} interrupt_box;

static lua_State *main_coroutine(lua_State *L) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, LUA_RIDX_MAINTHREAD);
  lua_State *main = lua_tothread(L, -1);
  lua_pop(L, 1);
  return main;
}

static void watch(interrupt_box *box) {
  struct sigaction action = {.sa_handler = handle}, waking = {.sa_handler = nudge};
  sigemptyset(&action.sa_mask);
  sigemptyset(&waking.sa_mask);
  sigaction(SIGALRM, &waking, &box->before_alarm);
  for (int i = 0; i < box->count; i++) {
    sigaction(watched[i], NULL, &box->before[i]);
    if (box->before[i].sa_handler != SIG_IGN)
      sigaction(watched[i], &action, NULL); /* ignored, as in a job that a script runs in the background: it stays so */
  }
}

/* native.interrupt(["script"]) -> interrupt | nil, err */
static int interrupt_new(lua_State *L) {
  static const char *const kinds[] = {"command", "script", NULL};
  bool of_script = luaL_checkoption(L, 1, "command", kinds) == 1;
  interrupt_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  memset(box, 0, sizeof *box);
  luaL_setmetatable(L, INTERRUPT);
  tether_error error;
  if (opened) {
    tether_fail(&error, TETHER_BAD_ARGUMENT, "signals are watched already");
    return tether_push_error(L, &error);
  }
  first = 0;
  caught = 0;
  known = 0;
  unheard = 0;
  opened = 1;
  owner = pthread_self();
  script = of_script ? main_coroutine(L) : NULL;
  box->open = true;
  box->count = of_script ? OF_SCRIPT : WATCHED;
  watch(box);
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
  for (int i = 0; i < box->count; i++) sigaction(watched[i], &box->before[i], NULL);
  if (script && lua_gethook(script) == stop) lua_sethook(script, NULL, 0, 0);
  script = NULL;
  return 0;
}

/* interrupt:calm(): the script has ended, and what clears up behind it is not ended any more. */
static int interrupt_calm(lua_State *L) {
  luaL_checkudata(L, 1, INTERRUPT);
  if (script && lua_gethook(script) == stop) lua_sethook(script, NULL, 0, 0);
  script = NULL;
  alarm(0);
  return 0;
}

void tether_open_interrupt(lua_State *L) {
  static const luaL_Reg methods[] = {{"came", interrupt_came}, {"calm", interrupt_calm}, {NULL, NULL}};
  tether_new_closable(L, INTERRUPT, interrupt_close, methods);
  lua_pushcfunction(L, interrupt_new);
  lua_setfield(L, -2, "interrupt");
}
