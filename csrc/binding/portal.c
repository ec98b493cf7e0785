/* tether.portal.native: a module of its own, so that a production host maps no server. */
#include "binding/binding.h"
#include "portal/server.h"

#define PORTAL "tether.portal"

typedef struct {
  tether_portal *portal; /* NULL: closed */
} portal_box;

static tether_portal *check_portal(lua_State *L, int arg) {
  portal_box *box = luaL_checkudata(L, arg, PORTAL);
  luaL_argcheck(L, box->portal, arg, "this portal is closed");
  return box->portal;
}

static int push_error(lua_State *L, const tether_error *error) {
  lua_pushnil(L);
  lua_createtable(L, 0, 3);
  lua_pushstring(L, tether_code_name(error->code));
  lua_setfield(L, -2, "code");
  lua_pushstring(L, error->text);
  lua_setfield(L, -2, "message");
  lua_pushstring(L, tether_code_hint(error->code));
  lua_setfield(L, -2, "hint");
  return 2;
}

/* native.open(path, token or nil, port) -> portal, or nil and the error */
static int portal_open(lua_State *L) {
  const char *path = luaL_checkstring(L, 1), *token = luaL_optstring(L, 2, NULL);
  lua_Integer port = luaL_checkinteger(L, 3);
  luaL_argcheck(L, port >= 0 && port <= 65535, 3, "a port is 0 to 65535");
  tether_error error;
  portal_box *box = lua_newuserdatauv(L, sizeof *box, 0);
  box->portal = NULL;
  luaL_setmetatable(L, PORTAL);
  box->portal = tether_portal_open(path, token, (int)port, &error);
  return box->portal ? 1 : push_error(L, &error);
}

static int portal_close(lua_State *L) { /* :close, __gc, __close: may run twice */
  portal_box *box = luaL_checkudata(L, 1, PORTAL);
  tether_portal_close(box->portal);
  box->portal = NULL;
  return 0;
}

static int portal_url(lua_State *L) { return lua_pushstring(L, tether_portal_url(check_portal(L, 1))), 1; }

static int portal_token(lua_State *L) { return lua_pushstring(L, tether_portal_token(check_portal(L, 1))), 1; }

/* portal:seed(object_type, id) -> true, or nil and the error */
static int portal_seed(lua_State *L) {
  tether_portal *portal = check_portal(L, 1);
  const char *object_type = luaL_checkstring(L, 2);
  lua_Integer id = luaL_checkinteger(L, 3);
  luaL_argcheck(L, id > 0, 3, "an id is positive");
  tether_error error;
  if (!tether_portal_seed(portal, object_type, id, &error)) return push_error(L, &error);
  return lua_pushboolean(L, 1), 1;
}

static void push_entry(lua_State *L, const portal_log_entry *entry) {
  lua_createtable(L, 0, 5);
  lua_pushstring(L, entry->method);
  lua_setfield(L, -2, "method");
  lua_pushstring(L, entry->path);
  lua_setfield(L, -2, "path");
  lua_pushinteger(L, entry->status);
  lua_setfield(L, -2, "status");
  lua_pushstring(L, entry->headers);
  lua_setfield(L, -2, "headers");
  lua_pushlstring(L, entry->body, entry->body_length);
  lua_setfield(L, -2, "body");
}

/* portal:log() -> array of { method, path, status, headers = "name: value\n…", body } */
static int portal_log_read(lua_State *L) {
  portal_log *log = tether_portal_log(check_portal(L, 1));
  size_t count = portal_log_count(log);
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    push_entry(L, portal_log_at(log, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

static int portal_log_empty(lua_State *L) {
  portal_log_clear(tether_portal_log(check_portal(L, 1)));
  return 0;
}

__attribute__((visibility("default"))) int luaopen_tether_portal_native(lua_State *L);
int luaopen_tether_portal_native(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", portal_close}, {"__close", portal_close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"close", portal_close},
      {"url", portal_url},
      {"token", portal_token},
      {"seed", portal_seed},
      {"log", portal_log_read},
      {"clear_log", portal_log_empty},
      {NULL, NULL},
  };
  static const luaL_Reg functions[] = {{"open", portal_open}, {NULL, NULL}};
  luaL_checkversion(L);
  luaL_newmetatable(L, PORTAL);
  luaL_setfuncs(L, metamethods, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
