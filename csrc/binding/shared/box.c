/* Userdata that own one thing of C, a box of a pointer or a buffer; and classes of them. */
#include "binding/shared/binding.h"

void **tether_push_box(lua_State *L, const char *type) {
  void **box = lua_newuserdatauv(L, sizeof *box, 0);
  *box = NULL;
  luaL_setmetatable(L, type);
  return box;
}

void *tether_check_box(lua_State *L, int arg, const char *type, const char *what) {
  void **box = luaL_checkudata(L, arg, type);
  if (!*box) luaL_argerror(L, arg, lua_pushfstring(L, "this %s is closed", what));
  return *box;
}

void *tether_empty_box(lua_State *L, const char *type) {
  void **box = luaL_checkudata(L, 1, type), *held = *box;
  *box = NULL;
  return held;
}

/* -- classes ------------------------------------------------------------------------------------------------------- */

void tether_new_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  lua_newtable(L);
  luaL_setfuncs(L, methods, 0);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

void tether_add_methods(lua_State *L, const char *name, const luaL_Reg *methods) {
  luaL_getmetatable(L, name);
  lua_getfield(L, -1, "__index");
  luaL_setfuncs(L, methods, 0);
  lua_pop(L, 2);
}

void tether_new_closable(lua_State *L, const char *type, lua_CFunction close, const luaL_Reg *methods) {
  const luaL_Reg metamethods[] = {{"__gc", close}, {"__close", close}, {NULL, NULL}};
  const luaL_Reg closing[] = {{"close", close}, {NULL, NULL}};
  tether_new_class(L, type, metamethods, methods);
  tether_add_methods(L, type, closing);
}

/* -- a buffer ------------------------------------------------------------------------------------------------------ */

#define BUFFER "tether.native.buffer"

static int buffer_gc(lua_State *L) {
  tether_buffer_free(lua_touserdata(L, 1));
  return 0;
}

tether_buffer *tether_push_buffer(lua_State *L, size_t ceiling) {
  tether_buffer *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
  tether_buffer_init(buffer, ceiling);
  if (luaL_newmetatable(L, BUFFER)) {
    lua_pushcfunction(L, buffer_gc);
    lua_setfield(L, -2, "__gc");
  }
  lua_setmetatable(L, -2);
  return buffer;
}

void tether_push_bytes(lua_State *L, const tether_buffer *buffer) {
  lua_pushlstring(L, buffer->data ? buffer->data : "", buffer->length);
}
