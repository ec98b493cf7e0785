/* What every module of this room uses. */
#include <lualib.h>

#include "base/id.h"
#include "binding/shared/binding.h"

int tether_push_error(lua_State *L, const tether_error *error) {
  lua_pushnil(L);
  lua_createtable(L, 0, 4);
  tether_set_text(L, "code", tether_code_name(error->code));
  tether_set_text(L, "message", error->text);
  tether_set_text(L, "hint", tether_code_hint(error->code));
  if (error->place > 0) {
    tether_set_integer(L, "place", error->place);
  }
  return 2;
}

int tether_push_done(lua_State *L, bool fine, const tether_error *error) {
  if (!fine) return tether_push_error(L, error);
  lua_pushboolean(L, 1);
  return 1;
}

int tether_pushed(lua_State *L, const void *made, const char *what) {
  if (made) return 1;
  tether_error error;
  tether_fail(&error, TETHER_NO_MEMORY, "no memory for %s", what);
  return tether_push_error(L, &error);
}

bool tether_check_id(lua_State *L, int arg, int64_t *id, tether_error *error) {
  if (lua_isinteger(L, arg)) {
    *id = lua_tointeger(L, arg);
    if (*id > 0) return true;
  } else if (lua_type(L, arg) == LUA_TSTRING) {
    size_t length;
    const char *text = lua_tolstring(L, arg, &length);
    if (tether_id_parse(text, length, id)) return true;
  }
  const char *shown = luaL_tolstring(L, arg, NULL);
  tether_fail(error, TETHER_BAD_ID, "not a record id: %s %.60s", luaL_typename(L, arg), shown);
  lua_pop(L, 1);
  return false;
}

tether_links *tether_check_links(lua_State *L, int arg) {
  tether_links_box *box = luaL_checkudata(L, arg, TETHER_LINKS_TYPE);
  luaL_argcheck(L, box->links, arg, "this links set is closed");
  return box->links;
}

size_t tether_check_place(lua_State *L, int arg, size_t count) {
  lua_Integer place = luaL_checkinteger(L, arg);
  luaL_argcheck(L, place >= 1 && (lua_Unsigned)place <= count, arg, "no such place");
  return (size_t)place - 1;
}

tether_rows tether_check_rows(lua_State *L, int arg) {
  return *(tether_rows *)luaL_checkudata(L, arg, TETHER_ROWS_TYPE);
}

const tether_answer *tether_check_answer(lua_State *L, int arg) {
  return tether_check_box(L, arg, TETHER_ANSWER_TYPE, "answer");
}

tether_links **tether_push_links(lua_State *L) {
  tether_links_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->links = NULL;
  luaL_setmetatable(L, TETHER_LINKS_TYPE);
  return &box->links;
}

int tether_pushed_links(lua_State *L, const tether_links *links) { return tether_pushed(L, links, "a links set"); }

luaL_Stream *tether_push_file(lua_State *L) {
  if (luaL_getmetatable(L, LUA_FILEHANDLE) == LUA_TNIL) return NULL;
  luaL_Stream *stream = lua_newuserdatauv(L, sizeof *stream, 1);
  *stream = (luaL_Stream){NULL, NULL}; /* closed */
  lua_insert(L, -2);
  lua_setmetatable(L, -2);
  return stream;
}

static int close_file(lua_State *L) {
  luaL_Stream *stream = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(stream->f) == 0, NULL);
}

void tether_open_file(luaL_Stream *stream, FILE *file) { *stream = (luaL_Stream){file, close_file}; }
