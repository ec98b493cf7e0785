/* Label cells, and lists of types as scripts have them. */
#include "core/text/labelcell.h"

#include <string.h>

#include "binding/shared/binding.h"
#include "core/links/typeset.h"

static void push_item(lua_State *L, tether_item_kind kind, tether_slice text) {
  const char *colon = kind == TETHER_ITEM_SPEC ? memchr(text.data, ':', text.length) : NULL;
  const char *digits = colon ? colon + 1 : text.data;
  lua_pushlstring(L, digits, text.length - (size_t)(digits - text.data));
  if (kind == TETHER_ITEM_LABEL) return;
  int is_number;
  lua_Integer id = lua_tointegerx(L, -1, &is_number);
  if (is_number) {
    lua_pop(L, 1);
    lua_pushinteger(L, id);
  }
  if (!colon) return;
  lua_createtable(L, 0, 2);
  lua_insert(L, -2);
  lua_setfield(L, -2, "id");
  lua_pushlstring(L, text.data, (size_t)(colon - text.data));
  lua_setfield(L, -2, "category");
}

void tether_push_types(lua_State *L, tether_slice types) {
  lua_newtable(L);
  tether_item_kind kind;
  tether_slice text;
  for (lua_Integer i = 1; tether_typekey_next(&types, &kind, &text); i++) {
    push_item(L, kind, text);
    lua_rawseti(L, -2, i);
  }
}

/* Adds the item on top of the stack, which is popped: a label, a type id, or { category =, id = }. */
static bool add_item(lua_State *L, tether_buffer *key, tether_error *error) {
  tether_item_kind kind = TETHER_ITEM_LABEL;
  size_t length;
  if (lua_isinteger(L, -1)) kind = TETHER_ITEM_ID;
  if (lua_istable(L, -1)) {
    kind = TETHER_ITEM_SPEC;
    lua_getfield(L, -1, "category");
    lua_getfield(L, -2, "id");
    lua_pushfstring(L, "%s:%I", luaL_checkstring(L, -2), (LUAI_UACINT)luaL_checkinteger(L, -1));
    lua_replace(L, -4);
    lua_pop(L, 2);
  }
  const char *text = luaL_checklstring(L, -1, &length);
  bool fine = length == 0 || tether_typekey_add(key, kind, (tether_slice){text, length}, error);
  lua_pop(L, 1);
  return fine;
}

static char check_separator(lua_State *L, int arg) { return *luaL_optstring(L, arg, ";"); }

/* native.label_cell(list of types, separator = ";") -> the cell that is read as this list | nil, err */
static int label_cell(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  char separator = check_separator(L, 2);
  tether_buffer *key = tether_push_buffer(L, TETHER_CEILING_ROW), *cell = tether_push_buffer(L, TETHER_CEILING_ROW);
  tether_error error;
  for (lua_Integer i = 1; lua_geti(L, 1, i) != LUA_TNIL; i++)
    if (!add_item(L, key, &error)) return tether_push_error(L, &error);
  if (!tether_labelcell_write((tether_slice){key->data, key->length}, separator, cell, &error))
    return tether_push_error(L, &error);
  tether_push_bytes(L, cell);
  return 1;
}

/* native.label_items(cell, separator = ";", "" for none) -> list of types as a script writes them | nil, err */
static int label_items(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  char separator = check_separator(L, 2);
  tether_buffer *key = tether_push_buffer(L, TETHER_CEILING_ROW);
  tether_error error;
  if (!tether_labelcell_read((tether_slice){text, length}, separator, key, &error)) return tether_push_error(L, &error);
  tether_push_types(L, (tether_slice){key->data, key->length});
  return 1;
}

/* native.is_nothing(text) -> whether programs write this text for a missing value */
static int is_nothing(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_pushboolean(L, tether_is_nothing((tether_slice){text, length}));
  return 1;
}

void tether_open_labelcell(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"label_cell", label_cell}, {"label_items", label_items}, {"is_nothing", is_nothing}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
