/* gzip files, unpacked while they are read from another file. */
#include <errno.h>
#include <lualib.h>
#include <string.h>

#include "binding/archive/text.h"

/* Reads more of the file below; `*ended` at its end. A signal leaves all as it is. */
static bool refill(tether_text_box *box, bool *ended, tether_error *error) {
  tether_buffer_clear(&box->piece);
  box->at = 0;
  if (!box->below->closef) return tether_fail(error, TETHER_CLOSED, "the file is closed");
  char *room = tether_buffer_room(&box->piece, TETHER_TEXT_PIECE, error);
  if (!room) return false;
  FILE *file = box->below->f;
  errno = 0;
  size_t length = fread(room, 1, TETHER_TEXT_PIECE, file);
  int failed = ferror(file) ? errno : 0;
  if (failed) clearerr(file);
  box->piece.length = length;
  *ended = length == 0 && !failed;
  return length || !failed || (errno = failed, tether_fail(error, TETHER_FILE_FAILED, "%s", strerror(failed)));
}

static bool read_gunzip(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  tether_text_box *box = self;
  for (;;) {
    tether_slice bytes = {box->piece.data + box->at, box->piece.length - box->at};
    bool fine = tether_gunzip_read(box->gunzip, &bytes, out, size, length, error), ended = false;
    box->at = box->piece.length - bytes.length;
    if (!fine || *length) return fine;
    if (!refill(box, &ended, error)) return false;
    if (ended) return tether_gunzip_finish(box->gunzip, error);
  }
}

/* native.gunzip(file, begun) -> a file to read what it unpacks to | nil, err
 * `begun`: bytes that were read of the file before. The file stays open, and is read from. */
int tether_gunzip_open(lua_State *L) {
  luaL_Stream *below = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  size_t length;
  const char *begun = luaL_checklstring(L, 2, &length);
  tether_error error;
  tether_text_box *box = tether_push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  box->below = below;
  box->gunzip = tether_gunzip_new(&error);
  if (!box->gunzip || !tether_buffer_add(&box->piece, begun, length, &error)) return tether_push_error(L, &error);
  box->bytes = (tether_bytes){box, read_gunzip};
  return tether_push_handle(L, box);
}
