/* What the modules of values and of jobs take and push: types of links, rows of links sets. The others need no core. */
#include "binding/shared/binding.h"

static bool read_spec(lua_State *L, int array, lua_Integer i, tether_spec *spec, tether_error *error) {
  if (lua_geti(L, array, i) != LUA_TTABLE) luaL_argerror(L, array, "an array of { category=, id= } is needed");
  lua_getfield(L, -1, "category");
  lua_getfield(L, -2, "id");
  const char *category = lua_tostring(L, -2);
  int is_integer;
  lua_Integer id = lua_tointegerx(L, -1, &is_integer);
  bool fine = category && tether_category_find(category, &spec->category) && is_integer && id > 0 && id <= INT32_MAX;
  spec->id = (int32_t)id;
  if (!fine) tether_fail(error, TETHER_BAD_ARGUMENT, "type %d has no known category or no type id", (int)i);
  lua_pop(L, 3);
  return fine;
}

bool tether_check_specs(lua_State *L, int array, tether_spec *types, size_t *count, tether_error *error) {
  luaL_checktype(L, array, LUA_TTABLE);
  lua_Integer length = luaL_len(L, array);
  if (length < 0 || length > TETHER_TYPES_MAX)
    return tether_fail(error, TETHER_BAD_ARGUMENT, "%d types on one link, at most %d", (int)length, TETHER_TYPES_MAX);
  for (lua_Integer i = 1; i <= length; i++)
    if (!read_spec(L, array, i, &types[i - 1], error)) return false;
  *count = (size_t)length;
  return true;
}

void tether_push_specs(lua_State *L, const tether_spec *types, size_t count) {
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_createtable(L, 0, 2);
    tether_set_text(L, "category", tether_category_name(types[i].category));
    tether_set_integer(L, "id", types[i].id);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* The list lives in the userdata itself. */
uint32_t *tether_push_rows(lua_State *L, size_t count) {
  tether_rows *box = lua_newuserdatauv(L, sizeof *box + count * sizeof(uint32_t), 1);
  uint32_t *list = (uint32_t *)(box + 1);
  *box = (tether_rows){list, 0, 0};
  luaL_setmetatable(L, TETHER_ROWS_TYPE);
  return list;
}

void tether_rows_shrink(lua_State *L, size_t count) { ((tether_rows *)lua_touserdata(L, -1))->count = count; }
