/* What is loaded without `require`: native.load_piece, a module out of the file of precompiled ones;
 * native.bind_lazily, a library before Lua maps it. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "binding/shared/binding.h"

enum { PART_MOST = 16 << 20 };

/* The last `from_end` bytes of a file, or all of it, but no more than `most` of them. */
typedef struct {
  const char *path;
  lua_Integer from_end; /* 0: from its beginning */
  lua_Integer most;
  char *data; /* out; the caller frees it */
  size_t length;
} part;

static bool read_open(int fd, part *piece) {
  struct stat facts;
  lua_Integer length, size;
  if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  size = facts.st_size;
  length = piece->from_end ? piece->from_end : size;
  if (length > piece->most) length = piece->most;
  if (length < 0 || length > PART_MOST || piece->from_end < 0 || piece->from_end > size) return false;
  piece->length = (size_t)length;
  piece->data = malloc(piece->length + 1);
  return piece->data &&
         pread(fd, piece->data, piece->length, piece->from_end ? size - piece->from_end : 0) == (ssize_t)piece->length;
}

static bool read_part(part *piece) {
  int fd = open(piece->path, O_RDONLY | O_CLOEXEC); /* not kept: a host may close it, or start programs */
  if (fd < 0) return false;
  bool fine = read_open(fd, piece);
  close(fd);
  return fine;
}

/* As add_sum of rockspec/bundle.lua. It notices damage and edits. It does not protect against forgers: they could
 * change a source as well. Each step can be undone, so one changed word always changes the sum. */
static uint64_t add_word(uint64_t sum, const char *data, size_t length) {
  uint64_t word = 0;
  memcpy(&word, data, length);
  sum = (sum ^ word) * 0x2545F4914F6CDD1D;
  return sum ^ sum >> 29;
}

static uint64_t add_sum(uint64_t sum, const part *piece) {
  size_t i = 0;
  for (; piece->length - i >= sizeof sum; i += sizeof sum) sum = add_word(sum, piece->data + i, sizeof sum);
  if (i < piece->length) sum = add_word(sum, piece->data + i, piece->length - i);
  return sum ^ piece->length;
}

/* native.load_piece(path, source, from_end, length, sum) -> the function of precompiled code that begins `from_end`
 * bytes before the end of a file; nil: it cannot be read, another Lua has made it, or it and the source are no longer
 * those whose sum this is. Precompiled code that is damaged must not run: Lua does not check it. */
static int load_piece(lua_State *L) {
  part code = {.path = luaL_checkstring(L, 1), .from_end = lua_tointeger(L, 3), .most = lua_tointeger(L, 4)};
  part source = {.path = luaL_checkstring(L, 2), .most = PART_MOST};
  bool fine = code.from_end > 0 && code.most > 0 && read_part(&source) && read_part(&code) &&
              add_sum(add_sum(0, &source), &code) == (uint64_t)lua_tointeger(L, 5) &&
              luaL_loadbufferx(L, code.data, code.length, "precompiled", "b") == LUA_OK; /* raises nothing */
  free(source.data);
  free(code.data);
  if (!fine) lua_pushnil(L);
  return 1;
}

/* native.bind_lazily(name): maps a library for good. Its functions are looked up when they are called. `require` has
 * all of them looked up, also those of the libraries beneath: libcurl has 33, and a twentieth of a short command's time
 * went there. A library that is not found under this name is left to `require`. */
static int bind_lazily(lua_State *L) {
  dlopen(luaL_checkstring(L, 1), RTLD_LAZY);
  return 0;
}

void tether_open_loading(lua_State *L) {
  static const luaL_Reg functions[] = {{"load_piece", load_piece}, {"bind_lazily", bind_lazily}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
