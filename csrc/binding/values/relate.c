/* Links that follow from other links: through a middle record, and the links of each record that are chosen. */
#include "core/relate/choose.h"
#include "core/relate/cycle.h"
#include "core/relate/join.h"

#include "binding/shared/binding.h"

static tether_links *push_like(lua_State *L, const tether_links *links) {
  tether_links **like = tether_push_links(L);
  return *like = tether_links_like(links);
}

/* A set whose records stand together, as the functions of this room need it. */
static const tether_links *check_sorted(lua_State *L, int arg) {
  const tether_links *links = tether_check_links(L, arg);
  tether_view rows = tether_links_view(links);
  for (size_t i = 1; i < rows.count; i++)
    luaL_argcheck(L, rows.from[i - 1] <= rows.from[i], arg, "a sorted set is needed");
  return links;
}

/* links:through(right, of left) -> for links m to a here and m to b there: a to b, with the types of right, or of this
 * set | nil, err */
static int links_through(lua_State *L) {
  const tether_links *left = check_sorted(L, 1), *right = check_sorted(L, 2);
  bool of_left = lua_toboolean(L, 3);
  tether_error error;
  tether_links *joined = push_like(L, of_left ? left : right);
  if (joined && !tether_links_through(left, right, of_left, joined, &error)) return tether_push_error(L, &error);
  return tether_pushed_links(L, joined);
}

/* links:by_count(least, most) -> the links of records that have so many, the others | nil, err */
static int links_by_count(lua_State *L) {
  const tether_links *links = check_sorted(L, 1);
  lua_Integer least = luaL_checkinteger(L, 2), most = luaL_checkinteger(L, 3);
  luaL_argcheck(L, least >= 0, 2, "a number of links is needed");
  luaL_argcheck(L, most >= 0, 3, "a number of links is needed");
  tether_error error;
  tether_links *within = push_like(L, links), *beyond = push_like(L, links);
  if (!within || !beyond) return tether_pushed_links(L, NULL);
  bool fine = tether_links_by_count(links, (size_t)least, (size_t)most, within, beyond, &error);
  return fine ? 2 : tether_push_error(L, &error);
}

/* links:by_record(others) -> the links of records that others has links of, the other links | nil, err */
static int links_by_record(lua_State *L) {
  const tether_links *links = check_sorted(L, 1), *others = check_sorted(L, 2);
  tether_error error;
  tether_links *among = push_like(L, links), *apart = push_like(L, links);
  if (!among || !apart) return tether_pushed_links(L, NULL);
  return tether_links_by_record(links, others, among, apart, &error) ? 2 : tether_push_error(L, &error);
}

/* links:best({ [index of a type set] = rank }) -> of each record the links of the lowest rank | nil, err */
static int links_best(lua_State *L) {
  const tether_links *links = check_sorted(L, 1);
  const uint32_t *ranks = tether_check_numbers(L, 2, tether_typesets_count(tether_links_sets(links)));
  tether_error error;
  tether_links *best = push_like(L, links);
  if (best && !tether_links_best(links, ranks, best, &error)) return tether_push_error(L, &error);
  return tether_pushed_links(L, best);
}

/* links:turned() -> the same links from their other side, with the same types | nil, err */
static int links_turned(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  tether_error error;
  tether_links *turned = push_like(L, links);
  if (turned && !tether_links_turned(links, turned, &error)) return tether_push_error(L, &error);
  return tether_pushed_links(L, turned);
}

/* links:cycle() -> the links of a cycle, in order; empty: there is none | nil, err */
static int links_cycle(lua_State *L) {
  const tether_links *links = check_sorted(L, 1);
  tether_error error;
  tether_links *cycle = push_like(L, links);
  if (cycle && !tether_links_cycle(links, cycle, &error)) return tether_push_error(L, &error);
  return tether_pushed_links(L, cycle);
}

void tether_open_relate(lua_State *L) {
  static const luaL_Reg methods[] = {{"through", links_through},
                                     {"by_count", links_by_count},
                                     {"by_record", links_by_record},
                                     {"best", links_best},
                                     {"turned", links_turned},
                                     {"cycle", links_cycle},
                                     {NULL, NULL}};
  tether_add_methods(L, TETHER_LINKS_TYPE, methods);
}
