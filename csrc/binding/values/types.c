/* The built-in object types and association types, for Lua. These are look-ups: they fail only for an unknown name. */
#include "data/types.h"
#include "binding/shared/binding.h"

static const tether_object_type *find_object(lua_State *L, int arg) {
  size_t length;
  const char *name = luaL_checklstring(L, arg, &length);
  return tether_object_type_find(name, length);
}

/* native.object_type(name) -> { id=, singular=, plural= }, or nil for one that is not built in */
static int object_type(lua_State *L) {
  const tether_object_type *type = find_object(L, 1);
  if (!type) return lua_pushnil(L), 1;
  lua_createtable(L, 0, 3);
  if (*type->id) {
    tether_set_text(L, "id", type->id);
  }
  tether_set_text(L, "singular", type->singular);
  tether_set_text(L, "plural", type->plural);
  return 1;
}

/* native.object_type_names() -> array of the singular and plural names */
static int object_type_names(lua_State *L) {
  size_t count;
  const tether_object_type *types = tether_object_types(&count);
  lua_createtable(L, (int)count * 2, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushstring(L, types[i].singular);
    lua_rawseti(L, -2, (lua_Integer)(2 * i + 1));
    lua_pushstring(L, types[i].plural);
    lua_rawseti(L, -2, (lua_Integer)(2 * i + 2));
  }
  return 1;
}

static void push_type(lua_State *L, const tether_type *type) {
  lua_createtable(L, 0, 7);
  tether_set_integer(L, "id", type->id);
  if (type->inverse) {
    tether_set_integer(L, "inverse", type->inverse);
  }
  lua_pushliteral(L, "HUBSPOT_DEFINED");
  lua_setfield(L, -2, "category");
  tether_set_text(L, "kind", tether_kind_name(type->kind));
  tether_set_text(L, "name", type->name);
  tether_set_text(L, "from", type->from->singular);
  tether_set_text(L, "to", type->to->singular);
}

static int push_types(lua_State *L, const tether_type *types, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_type(L, &types[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* native.types_of_pair(from, to) -> array of types; empty when the table has none or does not know the names */
static int types_of_pair(lua_State *L) {
  const tether_object_type *from = find_object(L, 1), *to = find_object(L, 2);
  size_t count = 0;
  const tether_type *types = from && to ? tether_types_of_pair(from, to, &count) : NULL;
  return push_types(L, types, count);
}

/* native.types() -> array of all built-in types */
static int all_types(lua_State *L) {
  size_t count;
  const tether_type *types = tether_types(&count);
  return push_types(L, types, count);
}

static int push_found(lua_State *L, const tether_type *type) {
  if (type)
    push_type(L, type);
  else
    lua_pushnil(L);
  return 1;
}

/* native.type_by_id(id) -> type or nil */
static int type_by_id(lua_State *L) { return push_found(L, tether_type_by_id(luaL_checkinteger(L, 1))); }

/* native.type_by_name(name) -> type or nil */
static int type_by_name(lua_State *L) {
  size_t length;
  const char *name = luaL_checklstring(L, 1, &length);
  return push_found(L, tether_type_by_name(name, length));
}

void tether_open_types(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"object_type", object_type},
      {"object_type_names", object_type_names},
      {"types", all_types},
      {"types_of_pair", types_of_pair},
      {"type_by_id", type_by_id},
      {"type_by_name", type_by_name},
      {NULL, NULL},
  };
  luaL_setfuncs(L, functions, 0);
}
