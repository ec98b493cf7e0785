/* tether.archive.native: XLSX, ZIP and gzip files as files of text. A module of its own, so that only programs that
 * read such files map libarchive, expat and zlib. */
#define _GNU_SOURCE /* fopencookie */
#include <errno.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "binding/shared/binding.h"
#include "core/sheet/gunzip.h"
#include "core/sheet/join.h"
#include "core/sheet/workbook.h"
#include "core/sheet/worksheet.h"

#define PACK "tether.archive.pack"
#define BOOK "tether.archive.book" /* a tether_workbook while it becomes a table */
#define TEXT "tether.archive.text"

enum { PIECE = 64 << 10 };

/* -- text: what a file handle reads -------------------------------------------------------------------------------- */

/* Whatever a handle reads from. Its user value keeps alive what it borrows: a pack, or the file below a gzip file. */
typedef struct {
  tether_bytes bytes; /* read is NULL: closed */
  tether_worksheet *sheet;
  tether_strings *strings;
  tether_join *join;
  tether_gunzip *gunzip;
  luaL_Stream *below; /* of the gzip file; closed when its closef is NULL */
  tether_buffer piece;
  size_t at;          /* in `piece` */
  tether_error error; /* why a read failed */
} text_box;

static text_box *push_text(lua_State *L) {
  text_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  memset(box, 0, sizeof *box);
  tether_buffer_init(&box->piece, 2 * PIECE);
  tether_buffer_clear(&box->piece);
  luaL_setmetatable(L, TEXT);
  return box;
}

static void free_text(text_box *box) {
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
  tether_error error = ((text_box *)cookie)->error;
  free_text(cookie);
  ((text_box *)cookie)->error = error;
  return 0;
}

static ssize_t read_text(void *cookie, char *out, size_t size) {
  text_box *box = cookie;
  size_t length;
  if (!box->bytes.read) return errno = EBADF, -1;
  if (size == 0) return 0;
  errno = 0;
  if (box->bytes.read(box->bytes.self, out, size, &length, &box->error)) return (ssize_t)length;
  if (!box->gunzip || errno != EINTR) errno = EIO; /* a signal ends the wait for a pipe, and is no problem */
  return -1;
}

/* Pushes the handle that reads the text box on top of the stack, in its place. */
static int push_handle(lua_State *L, text_box *box) {
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
static int problem(lua_State *L) {
  luaL_checkudata(L, 1, LUA_FILEHANDLE);
  text_box *box = lua_getiuservalue(L, 1, 1) == LUA_TUSERDATA ? luaL_testudata(L, -1, TEXT) : NULL;
  if (!box || box->error.code == TETHER_OK) return lua_pushnil(L), 1;
  tether_push_error(L, &box->error);
  return 1;
}

/* -- gzip ---------------------------------------------------------------------------------------------------------- */

/* Reads more of the file below; `*ended` at its end. A signal leaves all as it is. */
static bool refill(text_box *box, bool *ended, tether_error *error) {
  tether_buffer_clear(&box->piece);
  box->at = 0;
  if (!box->below->closef) return tether_fail(error, TETHER_CLOSED, "the file is closed");
  char *room = tether_buffer_room(&box->piece, PIECE, error);
  if (!room) return false;
  FILE *file = box->below->f;
  errno = 0;
  size_t length = fread(room, 1, PIECE, file);
  int failed = ferror(file) ? errno : 0;
  if (failed) clearerr(file);
  box->piece.length = length;
  *ended = length == 0 && !failed;
  return length || !failed || (errno = failed, tether_fail(error, TETHER_FILE_FAILED, "%s", strerror(failed)));
}

static bool read_gunzip(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  text_box *box = self;
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
static int gunzip(lua_State *L) {
  luaL_Stream *below = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  size_t length;
  const char *begun = luaL_checklstring(L, 2, &length);
  tether_error error;
  text_box *box = push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  box->below = below;
  box->gunzip = tether_gunzip_new(&error);
  if (!box->gunzip || !tether_buffer_add(&box->piece, begun, length, &error)) return tether_push_error(L, &error);
  box->bytes = (tether_bytes){box, read_gunzip};
  return push_handle(L, box);
}

/* -- pack ---------------------------------------------------------------------------------------------------------- */

typedef struct {
  tether_pack *pack; /* NULL: closed */
  int fd;            /* -1: none */
} pack_box;

static tether_pack *check_pack(lua_State *L) {
  pack_box *box = luaL_checkudata(L, 1, PACK);
  luaL_argcheck(L, box->pack, 1, "this ZIP file is closed");
  return box->pack;
}

static size_t check_entry(lua_State *L, const tether_pack *pack, int arg) {
  lua_Integer i = luaL_checkinteger(L, arg);
  luaL_argcheck(L, i >= 1 && (lua_Unsigned)i <= tether_pack_count(pack), arg, "there is no such entry");
  return (size_t)i - 1;
}

static int pack_gc(lua_State *L) {
  pack_box *box = luaL_checkudata(L, 1, PACK);
  tether_pack_free(box->pack);
  if (box->fd >= 0) close(box->fd);
  *box = (pack_box){NULL, -1};
  return 0;
}

/* native.pack(file) -> pack: the entries of a ZIP file on a disk | nil, err */
static int pack_new(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  luaL_argcheck(L, stream->closef, 1, "this file is closed");
  tether_error error;
  pack_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = (pack_box){NULL, -1};
  luaL_setmetatable(L, PACK);
  fflush(stream->f);
  box->fd = dup(fileno(stream->f));
  if (box->fd < 0)
    tether_fail(&error, TETHER_FILE_FAILED, "%s", strerror(errno));
  else
    box->pack = tether_pack_open(box->fd, &error);
  return box->pack ? 1 : tether_push_error(L, &error);
}

/* pack:names() -> { name, … } */
static int pack_names(lua_State *L) {
  const tether_pack *pack = check_pack(L);
  size_t count = tether_pack_count(pack);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushstring(L, tether_pack_name(pack, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* pack:enter(i) -> true | nil, err: begins to unpack an entry, for `check` */
static int pack_enter(lua_State *L) {
  tether_pack *pack = check_pack(L);
  tether_error error;
  if (!tether_pack_enter(pack, check_entry(L, pack, 2), &error)) return tether_push_error(L, &error);
  return lua_pushboolean(L, 1), 1;
}

/* pack:check() -> the next bytes of the entry, "" at its end | nil, err: it is damaged */
static int pack_check(lua_State *L) {
  tether_bytes bytes = tether_pack_bytes(check_pack(L));
  char piece[PIECE];
  size_t length;
  tether_error error;
  if (!bytes.read(bytes.self, piece, sizeof piece, &length, &error)) return tether_push_error(L, &error);
  return lua_pushlstring(L, piece, length), 1;
}

/* Pushes the number of an entry by its name; nil: there is none. */
static void push_entry(lua_State *L, const tether_pack *pack, const char *name) {
  size_t i;
  if (name && tether_pack_find(pack, name, &i))
    lua_pushinteger(L, (lua_Integer)i + 1);
  else
    lua_pushnil(L);
}

static void push_sheet(lua_State *L, const tether_pack *pack, const tether_workbook_sheet *sheet) {
  lua_createtable(L, 0, 3);
  lua_pushstring(L, sheet->name);
  lua_setfield(L, -2, "name");
  lua_pushboolean(L, sheet->hidden);
  lua_setfield(L, -2, "hidden");
  push_entry(L, pack, sheet->part);
  lua_setfield(L, -2, "entry");
}

static int book_gc(lua_State *L) {
  tether_workbook_free(luaL_checkudata(L, 1, BOOK));
  return 0;
}

/* pack:workbook() -> { { name =, hidden =, entry = nil: it has no cells }, …, strings = entry } | nil, err */
static int pack_workbook(lua_State *L) {
  tether_pack *pack = check_pack(L);
  tether_error error;
  tether_workbook *book = lua_newuserdatauv(L, sizeof *book, 0);
  *book = (tether_workbook){NULL, 0, NULL};
  luaL_setmetatable(L, BOOK);
  if (!tether_workbook_read(pack, book, &error)) return tether_push_error(L, &error);
  lua_createtable(L, (int)book->count, 1);
  for (size_t i = 0; i < book->count; i++) {
    push_sheet(L, pack, &book->sheets[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  push_entry(L, pack, book->strings);
  lua_setfield(L, -2, "strings");
  tether_workbook_free(book);
  return 1;
}

static bool read_strings(tether_pack *pack, text_box *box, size_t i, tether_error *error) {
  if (!tether_pack_enter(pack, i, error)) return false;
  box->strings = tether_strings_read(tether_pack_bytes(pack), tether_pack_name(pack, i), error);
  return box->strings;
}

/* pack:sheet(entry, strings = entry | nil) -> a file to read its rows from, as CSV | nil, err */
static int pack_sheet(lua_State *L) {
  tether_pack *pack = check_pack(L);
  size_t entry = check_entry(L, pack, 2), strings = lua_isnoneornil(L, 3) ? 0 : check_entry(L, pack, 3) + 1;
  tether_error error;
  text_box *box = push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  if (strings && !read_strings(pack, box, strings - 1, &error)) return tether_push_error(L, &error);
  if (!tether_pack_enter(pack, entry, &error)) return tether_push_error(L, &error);
  box->sheet = tether_worksheet_new(tether_pack_bytes(pack), tether_pack_name(pack, entry), box->strings, &error);
  if (!box->sheet) return tether_push_error(L, &error);
  box->bytes = tether_worksheet_text(box->sheet);
  return push_handle(L, box);
}

/* pack:text({ entry, … }, { encoding, … }, keep_lines) -> a file to read these entries from, one behind the other, in
 * UTF-8 and, unless `keep_lines`, with one header line | nil, err */
static int pack_text(lua_State *L) {
  tether_pack *pack = check_pack(L);
  size_t count = luaL_len(L, 2) > 0 ? (size_t)luaL_len(L, 2) : 0;
  luaL_argcheck(L, count <= tether_pack_count(pack), 2, "more entries than there are");
  tether_join_part *parts = lua_newuserdatauv(L, (count + 1) * sizeof *parts, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    lua_rawgeti(L, 3, (lua_Integer)i + 1);
    parts[i].entry = check_entry(L, pack, -2);
    luaL_argcheck(L, tether_encoding_find(luaL_checkstring(L, -1), &parts[i].encoding), 3, "no encoding");
    lua_pop(L, 2);
  }
  tether_error error;
  text_box *box = push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  box->join = tether_join_new(pack, parts, count, lua_toboolean(L, 4), &error);
  if (!box->join) return tether_push_error(L, &error);
  box->bytes = tether_join_text(box->join);
  return push_handle(L, box);
}

__attribute__((visibility("default"))) int luaopen_tether_archive_native(lua_State *L);
int luaopen_tether_archive_native(lua_State *L) {
  static const luaL_Reg text_meta[] = {{"__gc", text_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  static const luaL_Reg book_meta[] = {{"__gc", book_gc}, {NULL, NULL}};
  static const luaL_Reg pack_meta[] = {{"__gc", pack_gc}, {NULL, NULL}};
  static const luaL_Reg pack_methods[] = {
      {"names", pack_names}, {"enter", pack_enter}, {"check", pack_check}, {"workbook", pack_workbook},
      {"sheet", pack_sheet}, {"text", pack_text},   {NULL, NULL}};
  static const luaL_Reg functions[] = {{"pack", pack_new}, {"gunzip", gunzip}, {"problem", problem}, {NULL, NULL}};
  luaL_checkversion(L);
  tether_new_class(L, TEXT, text_meta, none);
  tether_new_class(L, PACK, pack_meta, pack_methods);
  tether_new_class(L, BOOK, book_meta, none);
  luaL_newlib(L, functions);
  return 1;
}
