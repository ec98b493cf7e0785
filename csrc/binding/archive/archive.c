/* tether.archive.native: XLSX, ZIP and gzip files as files of text. It is a module of its own: only programs that read
 * such files map libarchive, expat and zlib. */
#include <errno.h>
#include <lualib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "binding/archive/text.h"
#include "core/sheet/workbook.h"

#define PACK "tether.archive.pack"
#define BOOK "tether.archive.book" /* a tether_workbook while it becomes a table */

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
  return tether_push_done(L, tether_pack_enter(pack, check_entry(L, pack, 2), &error), &error);
}

/* pack:check() -> the next bytes of the entry, "" at its end | nil, err: it is damaged */
static int pack_check(lua_State *L) {
  tether_bytes bytes = tether_pack_bytes(check_pack(L));
  char piece[TETHER_TEXT_PIECE];
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
  tether_set_text(L, "name", sheet->name);
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

static bool read_strings(tether_pack *pack, tether_text_box *box, size_t i, tether_error *error) {
  if (!tether_pack_enter(pack, i, error)) return false;
  box->strings = tether_strings_read(tether_pack_bytes(pack), tether_pack_name(pack, i), error);
  return box->strings;
}

/* pack:sheet(entry, strings = entry | nil) -> a file to read its rows from, as CSV | nil, err */
static int pack_sheet(lua_State *L) {
  tether_pack *pack = check_pack(L);
  size_t entry = check_entry(L, pack, 2), strings = lua_isnoneornil(L, 3) ? 0 : check_entry(L, pack, 3) + 1;
  tether_error error;
  tether_text_box *box = tether_push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  if (strings && !read_strings(pack, box, strings - 1, &error)) return tether_push_error(L, &error);
  if (!tether_pack_enter(pack, entry, &error)) return tether_push_error(L, &error);
  box->sheet = tether_worksheet_new(tether_pack_bytes(pack), tether_pack_name(pack, entry), box->strings, &error);
  if (!box->sheet) return tether_push_error(L, &error);
  box->bytes = tether_worksheet_text(box->sheet);
  return tether_push_handle(L, box);
}

/* pack:text({ entry, … }, { encoding, … }, keep_lines) -> a file to read these entries from, one behind the other, in
 * UTF-8 and, unless `keep_lines`, with one header line | nil, err */
static int pack_text(lua_State *L) {
  tether_pack *pack = check_pack(L);
  size_t count = luaL_len(L, 2) > 0 ? (size_t)luaL_len(L, 2) : 0;
  bool keep_lines = lua_toboolean(L, 4); /* before something else stands there */
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
  tether_text_box *box = tether_push_text(L);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  box->join = tether_join_new(pack, parts, count, keep_lines, &error);
  if (!box->join) return tether_push_error(L, &error);
  box->bytes = tether_join_text(box->join);
  return tether_push_handle(L, box);
}

__attribute__((visibility("default"))) int luaopen_tether_archive_native(lua_State *L);
int luaopen_tether_archive_native(lua_State *L) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  static const luaL_Reg book_meta[] = {{"__gc", book_gc}, {NULL, NULL}};
  static const luaL_Reg pack_meta[] = {{"__gc", pack_gc}, {NULL, NULL}};
  static const luaL_Reg pack_methods[] = {
      {"names", pack_names}, {"enter", pack_enter}, {"check", pack_check}, {"workbook", pack_workbook},
      {"sheet", pack_sheet}, {"text", pack_text},   {NULL, NULL}};
  static const luaL_Reg functions[] = {
      {"pack", pack_new}, {"gunzip", tether_gunzip_open}, {"problem", tether_text_problem}, {NULL, NULL}};
  luaL_checkversion(L);
  tether_open_text(L);
  tether_new_class(L, PACK, pack_meta, pack_methods);
  tether_new_class(L, BOOK, book_meta, none);
  luaL_newlib(L, functions);
  return 1;
}
