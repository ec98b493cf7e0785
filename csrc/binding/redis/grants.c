/* Redis as a session's source of grants: the quota is shared with other machines. */
#include "binding/redis/redis.h"
#include "core/purse/source.h"

static int grants_gc(lua_State *L) {
  tether_grants *grants = tether_empty_box(L, TETHER_GRANTS_TYPE);
  if (grants) grants->kind->free(grants, true);
  return 0;
}

/* native.grants{ as of open, lost = "alone" | "stop" } -> grants | nil, err: for native.open of a session, once */
static int grants_new(lua_State *L) {
  static const char *const choices[] = {"alone", "stop", NULL};
  const char *password_file;
  tether_redis_options options = tether_check_redis_options(L, &password_file);
  lua_getfield(L, 1, "lost");
  int lost = luaL_checkoption(L, -1, "alone", choices);
  void **box = tether_push_box(L, TETHER_GRANTS_TYPE);
  tether_error error;
  tether_redis *redis = tether_redis_open(&options, password_file, &error);
  if (redis) *box = tether_grants_of_redis(redis, lost == 1 ? TETHER_LOST_STOP : TETHER_LOST_ALONE, &error);
  return *box ? 1 : tether_push_error(L, &error);
}

void tether_open_redis_grants(lua_State *L) {
  static const luaL_Reg meta[] = {{"__gc", grants_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"grants", grants_new}, {NULL, NULL}};
  tether_new_class(L, TETHER_GRANTS_TYPE, meta, none);
  luaL_setfuncs(L, functions, 0);
}
