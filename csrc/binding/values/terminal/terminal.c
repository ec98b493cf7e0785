/* What the operating system knows: native.is_terminal(file), whether somebody looks at it, or a program reads it;
 * native.file_facts, what a file is; native.has_failed, whether a write was lost. */
#include <lualib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding/shared/binding.h"

/* native.is_terminal(file) -> boolean */
static int is_terminal(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  lua_pushboolean(L, stream->closef && isatty(fileno(stream->f)));
  return 1;
}

/* native.file_facts(path | file) -> "file" | "folder" | "other", a text that two names of one file share, a text that
 * is another one when it was written since; nil: none */
static int file_facts(lua_State *L) {
  struct stat facts;
  int failed = 0;
  if (lua_type(L, 1) == LUA_TSTRING) {
    failed = stat(lua_tostring(L, 1), &facts);
  } else {
    luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
    failed = stream->closef ? fstat(fileno(stream->f), &facts) : -1;
  }
  if (failed) return lua_pushnil(L), 1;
  lua_pushstring(L, S_ISREG(facts.st_mode) ? "file" : S_ISDIR(facts.st_mode) ? "folder" : "other");
  lua_pushfstring(L, "%I:%I", (LUAI_UACINT)facts.st_dev, (LUAI_UACINT)facts.st_ino);
  char stamp[64];
  snprintf(stamp, sizeof stamp, "%lld.%09ld %lld", (long long)facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec,
           (long long)facts.st_size);
  lua_pushstring(L, stamp);
  return 3;
}

/* native.has_failed(file) -> whether a write to it has failed since it was opened; true as well when it is closed. A
 * later flush does not tell: bytes that do not fit the buffer are lost when they are written */
static int has_failed(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  lua_pushboolean(L, !stream->closef || ferror(stream->f));
  return 1;
}

void tether_open_terminal(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"is_terminal", is_terminal}, {"file_facts", file_facts}, {"has_failed", has_failed}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
