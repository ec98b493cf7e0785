/* What is loaded without `require`: native.load_piece, a module out of the file of precompiled ones;
 * native.bind_lazily, a library before Lua maps it. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding/shared/binding.h"

enum { PIECE_MOST = 16 << 20 };

/* A piece that begins `from_end` bytes before the end of a file, where the file still has its size. The caller frees
 * it; NULL: it cannot be read. */
static char *read_piece(const char *path, lua_Integer size, lua_Integer from_end, size_t length) {
  int fd = open(path, O_RDONLY | O_CLOEXEC); /* not kept: a host may close what it does not know, or start programs */
  struct stat facts;
  char *piece = NULL;
  if (fd < 0) return NULL;
  if (fstat(fd, &facts) == 0 && facts.st_size == size) piece = malloc(length);
  if (piece && pread(fd, piece, length, size - from_end) != (ssize_t)length) {
    free(piece);
    piece = NULL;
  }
  close(fd);
  return piece;
}

/* native.load_piece(path, size, from_end, length, name) -> the function of precompiled code that stands in a file; nil:
 * there is none, or another Lua has made it */
static int load_piece(lua_State *L) {
  const char *path = luaL_checkstring(L, 1), *name = luaL_checkstring(L, 5);
  lua_Integer size = luaL_checkinteger(L, 2), from_end = luaL_checkinteger(L, 3), length = luaL_checkinteger(L, 4);
  luaL_argcheck(L, from_end > 0 && from_end <= size, 3, "not inside the file");
  luaL_argcheck(L, length > 0 && length <= from_end && length <= PIECE_MOST, 4, "not inside the file");
  char *piece = read_piece(path, size, from_end, (size_t)length);
  int problem = piece ? luaL_loadbufferx(L, piece, (size_t)length, name, "b") : LUA_ERRFILE; /* raises nothing */
  free(piece);
  if (problem) lua_pushnil(L);
  return 1;
}

/* native.bind_lazily(name): maps a library for good, whose functions are looked up when they are called. `require` has
 * all of them looked up, also those of the libraries beneath: libcurl has 33, and a twentieth of a short command's time
 * went there. A library that is not found under this name is left to `require`. */
static int bind_lazily(lua_State *L) {
  dlopen(luaL_checkstring(L, 1), RTLD_LAZY);
  return 0;
}

void tether_open_loading(lua_State *L) {
  lua_pushcfunction(L, load_piece);
  lua_setfield(L, -2, "load_piece");
  lua_pushcfunction(L, bind_lazily);
  lua_setfield(L, -2, "bind_lazily");
}
