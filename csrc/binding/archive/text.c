#define _GNU_SOURCE /* fopencookie */
#include "binding/archive/text.h"

#include <errno.h>
#include <lualib.h>
#include <string.h>

#define TEXT "tether.archive.text"

tether_text_box *tether_push_text(lua_State *L) {
  tether_text_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  memset(box, 0, sizeof *box);
  tether_buffer_init(&box->piece, 2 * TETHER_TEXT_PIECE);
  tether_buffer_clear(&box->piece);
  luaL_setmetatable(L, TEXT);
  return box;
}

static void free_text(tether_text_box *box) {
  tether_worksheet_free(box->sheet);
  tether_strings_free(box->strings);
  tether_join_free(box->join);
  tether_gunzip_free(box->gunzip);
  tether_buffer_free(&box->piece);
  memset(box, 0, sizeof *box);
}

static int text_gc(lua_State *L) {
  free_text(luaL_checkudata(L, 1, TEXT));
  return 0;
}

static int close_text(void *cookie) {
  tether_error error = ((tether_text_box *)cookie)->error;
  free_text(cookie);
  ((tether_text_box *)cookie)->error = error;
  return 0;
}

static ssize_t read_text(void *cookie, char *out, size_t size) {
  tether_text_box *box = cookie;
  size_t length;
  if (!box->bytes.read) return errno = EBADF, -1;
  if (size == 0) return 0;
  errno = 0;
  if (box->bytes.read(box->bytes.self, out, size, &length, &box->error)) return (ssize_t)length;
  if (!box->gunzip || errno != EINTR) errno = EIO; /* a signal ends the wait for a pipe, and is no problem */
  return -1;
}

int tether_push_handle(lua_State *L, tether_text_box *box) {
  static const cookie_io_functions_t functions = {read_text, NULL, NULL, close_text};
  luaL_Stream *stream = tether_push_file(L);
  if (!stream) return luaL_error(L, "the io library is not open");
  lua_pushvalue(L, -2);
  lua_setiuservalue(L, -2, 1);
  FILE *file = fopencookie(box, "r", functions);
  if (!file) return tether_push_error(L, &(tether_error){.code = TETHER_NO_MEMORY, .text = "no memory for a file"});
  tether_open_file(stream, file);
  return 1;
}

/* native.problem(handle) -> err: why a read of it failed | nil */
int tether_text_problem(lua_State *L) {
  luaL_checkudata(L, 1, LUA_FILEHANDLE);
  tether_text_box *box = lua_getiuservalue(L, 1, 1) == LUA_TUSERDATA ? luaL_testudata(L, -1, TEXT) : NULL;
  if (!box || box->error.code == TETHER_OK) return lua_pushnil(L), 1;
  tether_push_error(L, &box->error);
  return 1;
}

void tether_open_text(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", text_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  tether_new_class(L, TEXT, meta, none);
}
