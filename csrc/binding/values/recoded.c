/* A file of another encoding as a file of UTF-8. It is a handle of Lua's io library, so that every reader of files can
 * read it. */
#define _GNU_SOURCE /* fopencookie */
#include <errno.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>

#include "binding/shared/binding.h"
#include "core/text/recode.h"

enum { PIECE = 32 << 10 };

typedef struct {
  luaL_Stream *inner; /* lives as long as the handle, whose user value it is; closed when its closef is NULL */
  tether_recode *recode;
  tether_buffer begun; /* bytes that were read of the file before */
  tether_buffer text;  /* UTF-8; what stands before `at` is read */
  size_t at;
  bool ended;
} recoded;

static int free_recoded(void *cookie) {
  recoded *self = cookie;
  tether_recode_free(self->recode);
  tether_buffer_free(&self->begun);
  tether_buffer_free(&self->text);
  free(self);
  return 0;
}

/* The next bytes of the file; 0 at its end; -1: errno says why, and a signal may be the reason. */
static ssize_t next_bytes(recoded *self, char *piece) {
  size_t begun = self->begun.length < PIECE ? self->begun.length : PIECE;
  if (begun) {
    memcpy(piece, self->begun.data, begun);
    tether_buffer_cut(&self->begun, 0, begun);
    return (ssize_t)begun;
  }
  if (!self->inner->closef) return errno = EBADF, -1;
  errno = 0;
  size_t length = fread(piece, 1, PIECE, self->inner->f);
  int problem = ferror(self->inner->f) ? errno : 0;
  if (problem) clearerr(self->inner->f);
  if (length || !problem) return (ssize_t)length;
  return errno = problem, -1;
}

static bool fill(recoded *self) {
  char piece[PIECE];
  tether_error error;
  while (self->at == self->text.length && !self->ended) {
    ssize_t length = next_bytes(self, piece);
    if (length < 0) return false;
    self->ended = length == 0;
    tether_buffer_clear(&self->text);
    self->at = 0;
    if (!tether_recode_add(self->recode, piece, (size_t)length, self->ended, &self->text, &error))
      return errno = ENOMEM, false;
  }
  return true;
}

static ssize_t read_recoded(void *cookie, char *out, size_t size) {
  recoded *self = cookie;
  if (!fill(self)) return -1;
  size_t left = self->text.length - self->at, length = left < size ? left : size;
  if (length) memcpy(out, self->text.data + self->at, length);
  self->at += length;
  return (ssize_t)length;
}

static recoded *new_recoded(luaL_Stream *inner, tether_encoding encoding, tether_slice begun, tether_error *error) {
  recoded *self = calloc(1, sizeof *self);
  if (!self) return tether_fail(error, TETHER_NO_MEMORY, "no memory to read a file"), NULL;
  self->inner = inner;
  tether_buffer_init(&self->begun, TETHER_CEILING_BODY);
  tether_buffer_init(&self->text, TETHER_CEILING_ROW);
  self->recode = tether_recode_new(encoding, error);
  if (self->recode && tether_buffer_add(&self->begun, begun.data, begun.length, error)) return self;
  if (self->recode)
    free_recoded(self);
  else
    free(self);
  return NULL;
}

static bool check_encoding(lua_State *L, int arg, tether_encoding *encoding, tether_error *error) {
  const char *name = tether_check_text(L, arg, "an encoding");
  return tether_encoding_find(name, encoding) ||
         tether_fail(error, TETHER_BAD_ARGUMENT,
                     "encoding: utf-8, utf-16, utf-16le, utf-16be or windows-1252, not %.60s", name);
}

/* native.recoded(file, encoding, begun) -> a file to read UTF-8 from | nil, err
 * `begun`: bytes that were read of the file before. The file stays open, and is read from. */
static int push_recoded(lua_State *L) {
  static const cookie_io_functions_t functions = {read_recoded, NULL, NULL, free_recoded};
  luaL_Stream *inner = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  tether_slice begun;
  begun.data = luaL_checklstring(L, 3, &begun.length);
  tether_error error;
  tether_encoding encoding;
  if (!check_encoding(L, 2, &encoding, &error)) return tether_push_error(L, &error);
  luaL_Stream *stream = tether_push_file(L);
  if (!stream) return luaL_error(L, "the io library is not open");
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  recoded *self = new_recoded(inner, encoding, begun, &error);
  if (!self) return tether_push_error(L, &error);
  FILE *file = fopencookie(self, "r", functions);
  if (!file) {
    free_recoded(self);
    return tether_push_error(L, &(tether_error){.code = TETHER_NO_MEMORY, .text = "no memory for a file"});
  }
  tether_open_file(stream, file);
  return 1;
}

/* native.encoding(name) -> "UTF-16LE" | nil, err */
static int encoding_named(lua_State *L) {
  tether_error error;
  tether_encoding encoding;
  if (!check_encoding(L, 1, &encoding, &error)) return tether_push_error(L, &error);
  return lua_pushstring(L, tether_encoding_name(encoding)), 1;
}

/* native.guess_encoding(bytes) -> "UTF-8" | "UTF-16LE" | "UTF-16BE" | "WINDOWS-1252" */
static int guess_encoding(lua_State *L) {
  size_t length;
  const char *bytes = luaL_checklstring(L, 1, &length);
  return lua_pushstring(L, tether_encoding_name(tether_encoding_guess(bytes, length))), 1;
}

void tether_open_recoded(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"recoded", push_recoded}, {"encoding", encoding_named}, {"guess_encoding", guess_encoding}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
