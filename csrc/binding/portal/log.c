/* The request log of a portal, an entry at a time. */
#include <ctype.h>
#include <string.h>

#include "binding/portal/portal.h"

#define ENTRY "tether.portal.entry"

static int entry_gc(lua_State *L) {
  portal_entry_free(luaL_checkudata(L, 1, ENTRY));
  return 0;
}

/* Header names come in any case and are looked up in lower case. */
static void push_lower(lua_State *L, const char *text, size_t length) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < length; i++) luaL_addchar(&buffer, (char)tolower((unsigned char)text[i]));
  luaL_pushresult(&buffer);
}

static void push_headers(lua_State *L, const char *lines) {
  lua_newtable(L);
  while (*lines) {
    const char *end = strchr(lines, '\n'), *colon = strstr(lines, ": ");
    if (!end || !colon || colon > end) return;
    push_lower(L, lines, (size_t)(colon - lines));
    lua_pushlstring(L, colon + 2, (size_t)(end - colon - 2));
    lua_rawset(L, -3);
    lines = end + 1;
  }
}

/* portal:entry(i) -> { method, path, status, … } | nil; a userdata owns the copy while Lua allocates */
static int log_entry(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  lua_Integer i = luaL_checkinteger(L, 2);
  portal_entry *entry = lua_newuserdatauv(L, sizeof *entry, 0);
  memset(entry, 0, sizeof *entry);
  luaL_setmetatable(L, ENTRY);
  if (i < 1 || !portal_server_log_copy(server, (size_t)i - 1, entry)) return lua_pushnil(L), 1;
  const struct {
    const char *name, *text;
  } texts[] = {{"operation", entry->operation}, {"method", entry->method}, {"path", entry->target}};
  lua_createtable(L, 0, 8);
  for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
    tether_set_text(L, texts[k].name, texts[k].text);
  }
  tether_set_integer(L, "number", entry->number);
  tether_set_integer(L, "at_ms", entry->at_ms);
  tether_set_integer(L, "status", entry->status);
  lua_pushlstring(L, entry->body, entry->length);
  lua_setfield(L, -2, "body");
  push_headers(L, entry->headers);
  lua_setfield(L, -2, "headers");
  return 1;
}

static int log_entries(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)portal_server_log_count(tether_check_portal(L)));
  return 1;
}

static int clear_log(lua_State *L) {
  portal_server_log_clear(tether_check_portal(L));
  return 0;
}

void tether_open_portal_log(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", entry_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  static const luaL_Reg methods[] = {
      {"entry", log_entry}, {"entries", log_entries}, {"clear_log", clear_log}, {NULL, NULL}};
  tether_new_class(L, ENTRY, meta, none);
  tether_add_methods(L, TETHER_PORTAL_TYPE, methods);
}
