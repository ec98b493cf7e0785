/* The embedded portal: what no route does. No lock is held while Lua runs. */
#include "binding/portal/portal.h"

#include "portal/server/webhooks.h"

enum { SUBSCRIBED_MOST = 1000 }; /* by one call; hooks.c refuses more */

portal_server *tether_check_portal(lua_State *L) { return tether_check_box(L, 1, TETHER_PORTAL_TYPE, "portal"); }

/* native.open{ path =, token =, client_id =, client_secret =, code =, refresh_token =, scopes =, hosts = joined by
 * commas, targets = likewise, host =, port =, admin =, page = } -> portal | nil, err */
static int portal_open(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checkstack(L, 20, NULL);
  portal_options options = {
      .account = {.path = tether_text_field(L, 1, "path"),
                  .token = tether_text_field(L, 1, "token"),
                  .client_id = tether_text_field(L, 1, "client_id"),
                  .client_secret = tether_text_field(L, 1, "client_secret"),
                  .code = tether_text_field(L, 1, "code"),
                  .refresh_token = tether_text_field(L, 1, "refresh_token"),
                  .scopes = tether_text_field(L, 1, "scopes"),
                  .targets = tether_text_field(L, 1, "targets"),
                  .hosts = tether_text_field(L, 1, "hosts")},
      .host = tether_text_field(L, 1, "host"),
  };
  options.account.admin = tether_flag_field(L, 1, "admin");
  options.account.page = tether_flag_field(L, 1, "page");
  lua_getfield(L, 1, "port");
  lua_Integer port = luaL_checkinteger(L, -1);
  luaL_argcheck(L, port >= 0 && port <= UINT16_MAX, 1, "a port is needed");
  luaL_argcheck(L, options.account.path && options.account.token, 1, "path and token are needed");
  options.port = (uint16_t)port;
  void **box = tether_push_box(L, TETHER_PORTAL_TYPE);
  tether_error error = {.code = TETHER_OK};
  *box = portal_server_open(&options, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

static int portal_url(lua_State *L) {
  lua_pushstring(L, portal_server_url(tether_check_portal(L)));
  return 1;
}

/* portal:begin_seed() -> true | nil, err */
static int begin_seed(lua_State *L) {
  tether_error error;
  return tether_push_done(L, portal_server_seed_begin(tether_check_portal(L), &error), &error);
}

/* portal:add_seed(lines, number of the first) -> true | nil, err */
static int add_seed(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  size_t length;
  const char *lines = luaL_checklstring(L, 2, &length);
  tether_error error;
  return tether_push_done(L, portal_server_seed_add(server, lines, length, luaL_checkinteger(L, 3), &error), &error);
}

/* portal:end_seed(keep) -> true | nil, err; without `keep` it is taken back: true */
static int end_seed(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  bool keep = lua_toboolean(L, 2);
  tether_error error;
  return tether_push_done(L, portal_server_seed_end(server, keep, &error) || !keep, &error);
}

/* portal:seed(lines) -> true | nil, err */
static int portal_seed(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  size_t length;
  const char *lines = luaL_checklstring(L, 2, &length);
  tether_error error = {.code = TETHER_OK};
  return tether_push_done(L, portal_server_seed(server, lines, length, &error), &error);
}

/* portal:set(switch, value) -> true | nil, err */
static int set_switch(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  const char *name = tether_check_text(L, 2, "switch"), *value = tether_check_text(L, 3, "value");
  tether_error error = {.code = TETHER_OK};
  return tether_push_done(L, portal_server_set(server, name, value, &error), &error);
}

/* portal:fault(rule as JSON) -> true | nil, err */
static int portal_add_fault(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  size_t length;
  const char *rule = luaL_checklstring(L, 2, &length);
  tether_error error = {.code = TETHER_OK};
  return tether_push_done(L, portal_server_fault(server, rule, length, &error), &error);
}

static int portal_clear_faults(lua_State *L) {
  portal_server_faults_clear(tether_check_portal(L));
  return 0;
}

/* portal:clock([ms]) -> ms | nil, err */
static int portal_time(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  tether_error error;
  if (!lua_isnoneornil(L, 2) && !portal_server_clock_set(server, luaL_checkinteger(L, 2), &error))
    return tether_push_error(L, &error);
  lua_pushinteger(L, portal_server_clock(server));
  return 1;
}

/* Pushes what a function writes; a userdata owns the buffer while Lua allocates. */
static int push_text(lua_State *L, bool (*write)(portal_server *, tether_buffer *, tether_error *)) {
  portal_server *server = tether_check_portal(L);
  tether_buffer *text = tether_push_buffer(L, TETHER_CEILING_ANSWER);
  tether_error error = {.code = TETHER_OK};
  if (!write(server, text, &error)) return tether_push_error(L, &error);
  tether_push_bytes(L, text);
  return 1;
}

/* portal:reports() -> lines of JSON | nil, err */
static int portal_reports(lua_State *L) { return push_text(L, portal_server_reports); }

/* portal:dump() -> lines of JSON | nil, err */
static int portal_dump(lua_State *L) { return push_text(L, portal_server_dump); }

/* portal:reset() -> true | nil, err */
static int portal_reset_all(lua_State *L) {
  tether_error error = {.code = TETHER_OK};
  return tether_push_done(L, portal_server_reset(tether_check_portal(L), &error), &error);
}

/* portal:counters() -> JSON | nil, err */
static int portal_counted(lua_State *L) { return push_text(L, portal_server_counters); }

/* -- snapshots ---------------------------------------------------------------------------------------------------- */

/* portal:snapshot(name), :restore(name), :drop_snapshot(name) -> true | nil, err */
static int with_name(lua_State *L, bool (*work)(portal_server *, const char *, tether_error *)) {
  portal_server *server = tether_check_portal(L);
  const char *name = tether_check_text(L, 2, "snapshot");
  tether_error error = {.code = TETHER_OK};
  return tether_push_done(L, work(server, name, &error), &error);
}

static int keep_snapshot(lua_State *L) { return with_name(L, portal_server_snapshot); }
static int restore_snapshot(lua_State *L) { return with_name(L, portal_server_restore); }
static int drop_snapshot(lua_State *L) { return with_name(L, portal_server_snapshot_drop); }

/* portal:snapshots() -> JSON | nil, err */
static int list_snapshots(lua_State *L) { return push_text(L, portal_server_snapshots); }

/* portal:fork() -> portal | nil, err */
static int fork_portal(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  void **box = tether_push_box(L, TETHER_PORTAL_TYPE);
  tether_error error = {.code = TETHER_OK};
  *box = portal_server_fork(server, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

/* portal:subscribe(JSON) -> ids | nil, err */
static int portal_subscribe(lua_State *L) {
  portal_server *server = tether_check_portal(L);
  size_t length;
  const char *wanted = luaL_checklstring(L, 2, &length);
  tether_error error = {.code = TETHER_OK};
  json_t *ids = portal_server_subscribe(server, wanted, length, &error);
  if (!ids) return tether_push_error(L, &error);
  lua_Integer list[SUBSCRIBED_MOST];
  size_t count = json_array_size(ids);
  for (size_t i = 0; i < count; i++) list[i] = json_integer_value(json_array_get(ids, i));
  json_decref(ids); /* C owns nothing any more */
  lua_createtable(L, (int)count, 0);
  for (size_t i = 0; i < count; i++) {
    lua_pushinteger(L, list[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/* portal:webhooks() -> JSON; portal:deliveries() -> lines of JSON | nil, err */
static int portal_webhooks(lua_State *L) { return push_text(L, portal_server_webhooks); }
static int portal_deliveries_log(lua_State *L) { return push_text(L, portal_server_deliveries); }

static int clear_webhooks(lua_State *L) {
  portal_server_webhooks_clear(tether_check_portal(L));
  return 0;
}

static int clear_deliveries(lua_State *L) {
  portal_server_deliveries_clear(tether_check_portal(L));
  return 0;
}

static int portal_close(lua_State *L) {
  portal_server_close(tether_empty_box(L, TETHER_PORTAL_TYPE));
  return 0;
}

/* -- the class ---------------------------------------------------------------------------------------------------- */

static const luaL_Reg methods[] = {
    {"begin_seed", begin_seed},
    {"add_seed", add_seed},
    {"end_seed", end_seed},
    {"url", portal_url},
    {"seed", portal_seed},
    {"set", set_switch},
    {"clock", portal_time},
    {"dump", portal_dump},
    {"reset", portal_reset_all},
    {"fault", portal_add_fault},
    {"clear_faults", portal_clear_faults},
    {"reports", portal_reports},
    {"counters", portal_counted},
    {"snapshot", keep_snapshot},
    {"restore", restore_snapshot},
    {"drop_snapshot", drop_snapshot},
    {"snapshots", list_snapshots},
    {"fork", fork_portal},
    {"subscribe", portal_subscribe},
    {"webhooks", portal_webhooks},
    {"clear_webhooks", clear_webhooks},
    {"deliveries", portal_deliveries_log},
    {"clear_deliveries", clear_deliveries},
    {NULL, NULL},
};

void tether_open_portal(lua_State *L) {
  static const luaL_Reg functions[] = {{"open", portal_open}, {NULL, NULL}};
  tether_new_closable(L, TETHER_PORTAL_TYPE, portal_close, methods);
  luaL_setfuncs(L, functions, 0);
}
