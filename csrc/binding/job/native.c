/* tether.job.native: opens the module. */
#include "binding/job/job.h"

__attribute__((visibility("default"))) int luaopen_tether_job_native(lua_State *L);
int luaopen_tether_job_native(lua_State *L) {
  luaL_checkversion(L);
  lua_newtable(L);
  tether_open_job(L);
  tether_open_batch(L);
  tether_open_batches(L);
  tether_open_parcel(L);
  tether_open_steps(L);
  tether_open_planner(L);
  return 1;
}
