/* tether.redis.native: opens the module. */
#include "binding/redis/redis.h"

__attribute__((visibility("default"))) int luaopen_tether_redis_native(lua_State *L);
int luaopen_tether_redis_native(lua_State *L) {
  luaL_checkversion(L);
  lua_newtable(L);
  tether_open_redis(L);
  tether_open_redis_asking(L);
  tether_open_redis_grants(L);
  return 1;
}
