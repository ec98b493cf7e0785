/* What makes links sets of links sets: order, slices, merge, compare, filter. */
#include "core/links/algebra.h"
#include "core/links/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "binding/shared/binding.h"

/* links:sort() -> true | nil, err */
static int links_sort(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_links_sort(tether_check_links(L, 1), &error), &error);
}

/* links:compact() -> true | nil, err */
static int links_compact(lua_State *L) {
  tether_error error;
  return tether_push_done(L, tether_links_compact(tether_check_links(L, 1), &error), &error);
}

/* links:is_compact() -> boolean */
static int links_is_compact(lua_State *L) {
  lua_pushboolean(L, tether_links_is_compact(tether_check_links(L, 1)));
  return 1;
}

/* links:copy() -> links | nil, err */
static int links_copy(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  tether_links **copy = tether_push_links(L);
  return tether_pushed_links(L, *copy = tether_links_copy(links));
}

static tether_links *push_like(lua_State *L, const tether_links *links) {
  tether_links **like = tether_push_links(L);
  return *like = tether_links_like(links);
}

/* links:like() -> an empty set with the same type sets | nil, err */
static int links_like(lua_State *L) { return tether_pushed_links(L, push_like(L, tether_check_links(L, 1))); }

/* links:slice(first, count) -> links | nil, err */
static int links_slice(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  lua_Integer first = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 3);
  size_t all = tether_links_count(links);
  luaL_argcheck(L, first >= 1 && (lua_Unsigned)first <= all + 1, 2, "no such row");
  luaL_argcheck(L, count >= 0 && (lua_Unsigned)count <= all - ((size_t)first - 1), 3, "not so many are left");
  tether_links **slice = tether_push_links(L);
  return tether_pushed_links(L, *slice = tether_links_slice(links, (size_t)first - 1, (size_t)count));
}

/* links:append(other, row) -> true | nil, err: adds one row of a set that this one is like */
static int links_append(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  const tether_links *other = tether_check_links(L, 2);
  size_t row = tether_check_place(L, 3, tether_links_count(other));
  luaL_argcheck(L, tether_links_at(other, row).types < tether_typesets_count(tether_links_sets(links)), 1,
                "this set is not like the other one");
  tether_error error;
  return tether_push_done(L, tether_links_append(links, other, row, 1, NULL, &error), &error);
}

/* -- type sets ----------------------------------------------------------------------------------------------------- */

/* links:sets() -> how many type sets there are; they are counted from 0 */
static int links_sets(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_typesets_count(tether_links_sets(tether_check_links(L, 1))));
  return 1;
}

/* links:set(index) -> { { category=, id= }, … }; one of category RESERVED stands for what :define will tell */
static int links_set(lua_State *L) {
  const tether_typesets *sets = tether_links_sets(tether_check_links(L, 1));
  lua_Integer index = luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && (lua_Unsigned)index < tether_typesets_count(sets), 2, "no such type set");
  size_t count;
  const tether_spec *types = tether_typesets_at(sets, (uint32_t)index, &count);
  tether_push_specs(L, types, count);
  return 1;
}

const uint32_t *tether_check_numbers(lua_State *L, int arg, size_t count) {
  luaL_checktype(L, arg, LUA_TTABLE);
  uint32_t *numbers = lua_newuserdatauv(L, (count ? count : 1) * sizeof *numbers, 0);
  for (size_t i = 0; i < count; i++) {
    numbers[i] = TETHER_UNMAPPED;
    if (lua_geti(L, arg, (lua_Integer)i) != LUA_TNIL) {
      lua_Integer number = luaL_checkinteger(L, -1);
      luaL_argcheck(L, number >= 0 && number < TETHER_UNMAPPED, arg, "a number is out of range");
      numbers[i] = (uint32_t)number;
    }
    lua_pop(L, 1);
  }
  return numbers;
}

static size_t sets_of(const tether_links *links) { return tether_typesets_count(tether_links_sets(links)); }

/* Reads { [index of other] = index here } at `arg`; nil: NULL. */
static const uint32_t *check_map(lua_State *L, int arg, const tether_links *links, const tether_links *other) {
  if (lua_isnoneornil(L, arg)) return NULL;
  const uint32_t *map = tether_check_numbers(L, arg, sets_of(other));
  for (size_t i = 0; i < sets_of(other); i++)
    luaL_argcheck(L, map[i] == TETHER_UNMAPPED || map[i] < sets_of(links), arg, "an index of this set is needed");
  return map;
}

/* links:merge(other, map | nil) -> true | nil, err: adds all rows of the other set */
static int links_merge(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  const tether_links *other = tether_check_links(L, 2);
  tether_error error;
  return tether_push_done(L, tether_links_merge(links, other, check_map(L, 3, links, other), &error), &error);
}

/* -- two sets ------------------------------------------------------------------------------------------------------ */

static void check_compact(lua_State *L, int arg) {
  luaL_argcheck(L, tether_links_is_compact(tether_check_links(L, arg)), arg, "a compact set is needed");
}

/* links:diff(other, meanings here, meanings there) -> only here, only there, changed here, changed there, how many are
 * the same | nil, err
 * The meanings are { [index of a type set] = number }; equal numbers mean the same. */
static int links_diff(lua_State *L) {
  const tether_links *left = tether_check_links(L, 1), *right = tether_check_links(L, 2);
  check_compact(L, 1);
  check_compact(L, 2);
  tether_meanings meanings = {tether_check_numbers(L, 3, sets_of(left)), tether_check_numbers(L, 4, sets_of(right))};
  tether_comparison result = {0};
  tether_error error;
  result.left_only = push_like(L, left);
  result.right_only = push_like(L, right);
  result.left_changed = push_like(L, left);
  result.right_changed = push_like(L, right);
  if (!result.left_only || !result.right_only || !result.left_changed || !result.right_changed)
    return tether_pushed_links(L, NULL);
  if (!tether_links_compare(left, right, &meanings, &result, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, (lua_Integer)result.same_count);
  return 5;
}

/* links:common(other) -> the rows whose pair is there as well | nil, err */
static int links_common(lua_State *L) {
  const tether_links *left = tether_check_links(L, 1), *right = tether_check_links(L, 2);
  tether_error error;
  check_compact(L, 1);
  check_compact(L, 2);
  tether_links *both = push_like(L, left);
  tether_comparison result = {.same = both, .left_changed = both};
  if (both && !tether_links_compare(left, right, NULL, &result, &error)) return tether_push_error(L, &error);
  return tether_pushed_links(L, both);
}

/* links:without(other) -> the rows whose pair is not there | nil, err */
static int links_without(lua_State *L) {
  const tether_links *left = tether_check_links(L, 1), *right = tether_check_links(L, 2);
  tether_error error;
  check_compact(L, 1);
  check_compact(L, 2);
  tether_comparison result = {.left_only = push_like(L, left)};
  if (result.left_only && !tether_links_compare(left, right, NULL, &result, &error))
    return tether_push_error(L, &error);
  return tether_pushed_links(L, result.left_only);
}

/* -- filter -------------------------------------------------------------------------------------------------------- */

static int compare_ids(const void *left, const void *right) {
  const int64_t *a = left, *b = right;
  return (*a > *b) - (*a < *b);
}

/* Reads an array of integers at `arg` into a sorted list that Lua owns; nil: NULL. */
static const int64_t *check_ids(lua_State *L, int arg, size_t *count) {
  if (lua_isnoneornil(L, arg)) return NULL;
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_Integer length = luaL_len(L, arg);
  luaL_argcheck(L, length >= 0, arg, "an array is needed");
  int64_t *ids = lua_newuserdatauv(L, (size_t)length * sizeof *ids, 0);
  for (lua_Integer i = 1; i <= length; i++) {
    lua_geti(L, arg, i);
    ids[i - 1] = luaL_checkinteger(L, -1);
    lua_pop(L, 1);
  }
  qsort(ids, (size_t)length, sizeof *ids, compare_ids);
  *count = (size_t)length;
  return ids;
}

/* Reads { [index of a type set] = true } at `arg`; nil: NULL. */
static const bool *check_sets(lua_State *L, int arg, const tether_links *links) {
  if (lua_isnoneornil(L, arg)) return NULL;
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_Integer count = (lua_Integer)tether_typesets_count(tether_links_sets(links));
  bool *sets = lua_newuserdatauv(L, (size_t)count * sizeof *sets, 0);
  for (lua_Integer i = 0; i < count; i++) {
    lua_geti(L, arg, i);
    sets[i] = lua_toboolean(L, -1);
    lua_pop(L, 1);
  }
  return sets;
}

/* links:filter({ from id, … } | nil, { to id, … } | nil, { [type set] = true } | nil, "links" | "count")
 * -> the rows for which all that is given holds, or how many they are | nil, err */
static int links_filter(lua_State *L) {
  static const char *const wishes[] = {"links", "count", NULL};
  const tether_links *links = tether_check_links(L, 1);
  bool count = luaL_checkoption(L, 5, NULL, wishes) == 1;
  tether_filter filter = {0};
  tether_error error;
  filter.from = check_ids(L, 2, &filter.from_count);
  filter.to = check_ids(L, 3, &filter.to_count);
  filter.sets = check_sets(L, 4, links);
  tether_links *passed = count ? NULL : push_like(L, links);
  if (!count && !passed) return tether_pushed_links(L, NULL);
  size_t found = tether_links_filter(links, &filter, passed, &error);
  if (found == SIZE_MAX) return tether_push_error(L, &error);
  if (count) lua_pushinteger(L, (lua_Integer)found);
  return 1;
}

/* -- two directions of one object type ----------------------------------------------------------------------------- */

/* links:has_mirrors() -> whether a pair of it stands both ways round | nil, err */
static int links_has_mirrors(lua_State *L) {
  bool found;
  tether_error error;
  if (!tether_links_has_mirrors(tether_check_links(L, 1), &found, &error)) return tether_push_error(L, &error);
  return lua_pushboolean(L, found), 1;
}

/* links:backward() -> { [index of a type set] = true }: those of rows from the larger id to the smaller */
static int links_backward(lua_State *L) {
  tether_view rows = tether_links_view(tether_check_links(L, 1));
  lua_newtable(L);
  for (size_t i = 0; i < rows.count; i++) {
    if (rows.from[i] <= rows.to[i]) continue;
    lua_pushboolean(L, 1);
    lua_rawseti(L, -2, (lua_Integer)rows.types[i]);
  }
  return 1;
}

/* links:fold({ [index of a type set] = its inverse's index }) -> true | nil, err: see tether_links_fold */
static int links_fold(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  const uint32_t *inverses = check_map(L, 2, links, links);
  luaL_argcheck(L, inverses, 2, "a table is needed");
  tether_error error;
  return tether_push_done(L, tether_links_fold(links, inverses, &error), &error);
}

void tether_open_algebra(lua_State *L) {
  static const luaL_Reg methods[] = {{"sort", links_sort},
                                     {"compact", links_compact},
                                     {"copy", links_copy},
                                     {"is_compact", links_is_compact},
                                     {"like", links_like},
                                     {"slice", links_slice},
                                     {"append", links_append},
                                     {"sets", links_sets},
                                     {"set", links_set},
                                     {"merge", links_merge},
                                     {"diff", links_diff},
                                     {"common", links_common},
                                     {"without", links_without},
                                     {"filter", links_filter},
                                     {"has_mirrors", links_has_mirrors},
                                     {"backward", links_backward},
                                     {"fold", links_fold},
                                     {NULL, NULL}};
  tether_add_methods(L, TETHER_LINKS_TYPE, methods);
}
