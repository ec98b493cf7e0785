/* Backups: writing and reading their files. */
#include <errno.h>
#include <string.h>

#include "binding/shared/binding.h"
#include "core/backup/frame.h"
#include "core/backup/swap.h"

#define WRITER "tether.native.backup"
#define READER "tether.native.backup_reader"

static FILE *open_file(lua_State *L, const char *mode, const char *verb, tether_error *error) {
  const char *path = tether_check_text(L, 1, "the path");
  FILE *file = fopen(path, mode);
  if (!file) tether_fail(error, TETHER_FILE_FAILED, "cannot %s %s: %s", verb, path, strerror(errno));
  return file;
}

/* -- writing ------------------------------------------------------------------------------------------------------- */

static tether_backup *check_writer(lua_State *L) { return tether_check_box(L, 1, WRITER, "backup"); }

/* native.backup(path) -> backup | nil, err */
static int backup_new(lua_State *L) {
  tether_error error;
  void **box = tether_push_box(L, WRITER);
  FILE *file = open_file(L, "wbe", "write", &error);
  if (file) *box = tether_backup_new(file, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

static int backup_close(lua_State *L) {
  tether_backup_free(tether_empty_box(L, WRITER));
  return 0;
}

static tether_block check_kind(lua_State *L, int arg) {
  static const char *const names[] = {"meta", "pair", "records", "keys", NULL};
  static const tether_block kinds[] = {TETHER_BLOCK_META, TETHER_BLOCK_PAIR, TETHER_BLOCK_RECORDS, TETHER_BLOCK_KEYS};
  return kinds[luaL_checkoption(L, arg, NULL, names)];
}

/* backup:text("meta" | "pair" | "records", text) -> true | nil, err */
static int backup_text(lua_State *L) {
  tether_backup *backup = check_writer(L);
  tether_block kind = check_kind(L, 2);
  tether_slice text;
  text.data = luaL_checklstring(L, 3, &text.length);
  tether_error error;
  return tether_push_done(L, tether_backup_text(backup, kind, text, &error), &error);
}

/* backup:links(links) -> true | nil, err */
static int backup_links(lua_State *L) {
  tether_backup *backup = check_writer(L);
  tether_error error;
  return tether_push_done(L, tether_backup_links(backup, tether_check_links(L, 2), &error), &error);
}

/* Appends the rows of { id, key, id, key, … } at `list`, which Lua keeps. */
static bool pack_keys(lua_State *L, int list, tether_buffer *bytes, tether_error *error) {
  bool fine = true;
  int64_t last = 0;
  for (lua_Integer i = 1, end = (lua_Integer)lua_rawlen(L, list); i < end && fine; i += 2) {
    lua_rawgeti(L, list, i);
    lua_rawgeti(L, list, i + 1);
    size_t length = 0;
    const char *key = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &length) : NULL;
    int64_t id = lua_tointeger(L, -2);
    if (!key || id <= last) fine = tether_fail(error, TETHER_BAD_ARGUMENT, "ids ascend, each with its key");
    fine = fine && tether_varint_add(bytes, (uint64_t)(id - last), error) && tether_varint_add(bytes, length, error) &&
           tether_buffer_add(bytes, length ? key : "", length, error);
    last = id;
    lua_pop(L, 2);
  }
  return fine;
}

/* backup:keys({ id, key, … }) -> true | nil, err: ids ascend */
static int backup_keys(lua_State *L) {
  tether_backup *backup = check_writer(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_checkstack(L, 4, NULL);
  tether_buffer bytes;
  tether_error error;
  tether_buffer_init(&bytes, TETHER_CEILING_ROW);
  bool fine = pack_keys(L, 2, &bytes, &error) &&
              tether_backup_text(backup, TETHER_BLOCK_KEYS, (tether_slice){bytes.data, bytes.length}, &error);
  tether_buffer_free(&bytes);
  return tether_push_done(L, fine, &error);
}

/* backup:finish() -> bytes of the file | nil, err */
static int backup_finish(lua_State *L) {
  tether_error error;
  int64_t size = tether_backup_end(check_writer(L), &error);
  if (size < 0) return tether_push_error(L, &error);
  lua_pushinteger(L, size);
  return 1;
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static tether_backup_reader *check_reader(lua_State *L) { return tether_check_box(L, 1, READER, "backup"); }

/* native.backup_reader(path) -> reader | nil, err */
static int reader_new(lua_State *L) {
  tether_error error;
  void **box = tether_push_box(L, READER);
  FILE *file = open_file(L, "rbe", "read", &error);
  if (file) *box = tether_backup_open(file, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

static int reader_close(lua_State *L) {
  tether_backup_close(tether_empty_box(L, READER));
  return 0;
}

static const char *name_of(tether_block kind) {
  switch (kind) {
  case TETHER_BLOCK_META:
    return "meta";
  case TETHER_BLOCK_PAIR:
    return "pair";
  case TETHER_BLOCK_RECORDS:
    return "records";
  case TETHER_BLOCK_KEYS:
    return "keys";
  case TETHER_BLOCK_LINKS:
    return "links";
  default:
    return "end";
  }
}

/* reader:read() -> "meta" | "pair" | "records" | "keys", text -> "links", links -> "end" | nil, err */
static int reader_read(lua_State *L) {
  tether_backup_reader *reader = check_reader(L);
  tether_links **links = tether_push_links(L);
  tether_block_read block;
  tether_error error;
  if (!tether_backup_read(reader, &block, &error)) return tether_push_error(L, &error);
  *links = block.links;
  lua_pushstring(L, name_of(block.kind));
  if (block.links)
    lua_insert(L, -2);
  else if (block.kind == TETHER_BLOCK_END)
    return 1;
  else
    lua_pushlstring(L, block.text.data, block.text.length);
  return 2;
}

/* native.backup_keys(text of a block) -> { id, key, id, key, … } | nil, err */
static int keys(lua_State *L) {
  tether_slice text, key;
  text.data = luaL_checklstring(L, 1, &text.length);
  size_t at = 0;
  int64_t id = 0;
  tether_error error;
  lua_newtable(L);
  for (lua_Integer i = 1; tether_backup_key(text, &at, &id, &key, &error); i += 2) {
    lua_pushinteger(L, id);
    lua_rawseti(L, -2, i);
    lua_pushlstring(L, key.data, key.length);
    lua_rawseti(L, -2, i + 1);
  }
  return error.code == TETHER_OK ? 1 : tether_push_error(L, &error);
}

/* native.change_ids(links, from ids, to ids) -> links, lost rows | nil, err */
static int change_ids(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1), *from = tether_check_links(L, 2),
                     *to = tether_check_links(L, 3);
  tether_error error;
  size_t lost;
  tether_links **changed = tether_push_links(L);
  if (!(*changed = tether_links_like(links))) return tether_pushed_links(L, NULL);
  if (!tether_links_change_ids(links, from, to, *changed, &lost, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, (lua_Integer)lost);
  return 2;
}

void tether_open_backup(lua_State *L) {
  static const luaL_Reg functions[] = {{"backup", backup_new},
                                       {"backup_reader", reader_new},
                                       {"backup_keys", keys},
                                       {"change_ids", change_ids},
                                       {NULL, NULL}};
  static const luaL_Reg writing[] = {
      {"text", backup_text}, {"links", backup_links}, {"keys", backup_keys}, {"finish", backup_finish}, {NULL, NULL}};
  static const luaL_Reg reading[] = {{"read", reader_read}, {NULL, NULL}};
  tether_new_closable(L, WRITER, backup_close, writing);
  tether_new_closable(L, READER, reader_close, reading);
  luaL_setfuncs(L, functions, 0);
}
