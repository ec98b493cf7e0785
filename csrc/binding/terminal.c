/* native.is_terminal(file): whether somebody looks at it, or a program reads it. */
#include <lualib.h>
#include <stdio.h>
#include <unistd.h>

#include "binding/binding.h"

/* native.is_terminal(file) -> boolean */
static int is_terminal(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  lua_pushboolean(L, stream->closef && isatty(fileno(stream->f)));
  return 1;
}

void tether_open_terminal(lua_State *L) {
  lua_pushcfunction(L, is_terminal);
  lua_setfield(L, -2, "is_terminal");
}
