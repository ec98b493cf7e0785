/* What a stream of links needs beside one set: rows from set to set, tallies, lines of text, the pairs sent last. */
#include <stdlib.h>
#include <string.h>

#include "binding/shared/binding.h"
#include "core/files/rowtext.h"
#include "core/links/gather.h"
#include "core/links/recent.h"

#define RECENT "tether.native.recent"

static void check_bounds(lua_State *L, const tether_links *links, tether_rows rows, int arg) {
  size_t known = tether_links_count(links);
  if (!rows.list) luaL_argcheck(L, rows.first + rows.count <= known, arg, "these rows are not all there");
  for (size_t i = 0; rows.list && i < rows.count; i++)
    luaL_argcheck(L, tether_rows_at(rows, i) < known, arg, "these rows are not all there");
}

/* native.gather(links, other, rows) -> true | nil, err: appends rows of another set, whose types are known */
static int gather(lua_State *L) {
  tether_links *links = tether_check_links(L, 1), *other = tether_check_links(L, 2);
  luaL_argcheck(L, links != other, 2, "another set is needed");
  tether_rows rows = tether_check_rows(L, 3);
  check_bounds(L, other, rows, 3);
  tether_error error;
  return tether_push_done(L, tether_links_gather(links, other, rows, &error), &error);
}

static int compare_ids(const void *left, const void *right) {
  int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
  return (a > b) - (a < b);
}

/* The ids of a question mostly stand in order already. They are sorted only when they do not. */
static void sort_ids(int64_t *ids, size_t count) {
  size_t sorted = 1;
  while (sorted < count && ids[sorted - 1] <= ids[sorted]) sorted++;
  if (sorted < count) qsort(ids, count, sizeof *ids, compare_ids);
}

/* native.keep_from(links, first, asked, rows) -> true | nil, err: removes rows from `first` on: those whose from id no
 * row of `asked` has */
static int keep_from(lua_State *L) {
  tether_links *links = tether_check_links(L, 1), *asked = tether_check_links(L, 3);
  lua_Integer first = luaL_checkinteger(L, 2);
  tether_rows rows = tether_check_rows(L, 4);
  luaL_argcheck(L, first >= 1, 2, "a row is needed");
  check_bounds(L, asked, rows, 4);
  int64_t *ids = lua_newuserdatauv(L, (rows.count + 1) * sizeof *ids, 0);
  tether_view view = tether_links_view(asked);
  for (size_t i = 0; i < rows.count; i++) ids[i] = view.from[tether_rows_at(rows, i)];
  sort_ids(ids, rows.count);
  tether_error error;
  return tether_push_done(L, tether_links_keep_from(links, (size_t)first - 1, ids, rows.count, &error), &error);
}

/* native.selves(links) -> the rows whose from id equals the to id */
static int selves(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  size_t count = tether_links_selves(links, tether_push_rows(L, tether_links_count(links)));
  tether_rows_shrink(L, count);
  return 1;
}

/* native.except(links, { row, … } ascending) -> all other rows */
static int except(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Integer count = luaL_len(L, 2), before = 0;
  uint32_t *without = tether_push_rows(L, (size_t)count);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_geti(L, 2, i);
    lua_Integer row = luaL_checkinteger(L, -1);
    luaL_argcheck(L, row > before && (lua_Unsigned)row <= tether_links_count(links), 2, "ascending rows are needed");
    without[i - 1] = (uint32_t)((before = row) - 1);
    lua_pop(L, 1);
  }
  uint32_t *left = tether_push_rows(L, tether_links_count(links));
  tether_rows_shrink(L, tether_links_except(links, (tether_rows){without, 0, (size_t)count}, left));
  return 1;
}

/* native.unsent(leaders, sent) -> the rows whose leader is not among `sent`, which ascend */
static int unsent(lua_State *L) {
  tether_rows leaders = tether_check_rows(L, 1), sent = tether_check_rows(L, 2);
  uint32_t *left = tether_push_rows(L, leaders.count);
  uint8_t *mark = lua_newuserdatauv(L, leaders.count + 1, 0);
  memset(mark, 0, leaders.count + 1);
  size_t count = 0;
  for (size_t i = 0; i < sent.count; i++) {
    size_t row = tether_rows_at(sent, i);
    luaL_argcheck(L, row < leaders.count, 2, "these rows are not all there");
    mark[row] = 1;
  }
  for (size_t row = 0; row < leaders.count; row++) {
    size_t leader = tether_rows_at(leaders, row);
    luaL_argcheck(L, leader < leaders.count, 1, "leaders of this set are needed");
    if (!mark[leader]) left[count++] = (uint32_t)row;
  }
  lua_pop(L, 1);
  tether_rows_shrink(L, count);
  return 1;
}

/* native.tally(links) -> { index of types -> how many rows hold them } */
static int tally(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  size_t end = tether_links_types_end(links), *counts = lua_newuserdatauv(L, (end + 1) * sizeof *counts, 0);
  tether_links_tally(links, counts);
  lua_newtable(L);
  for (size_t types = 0; types < end; types++) {
    if (counts[types] == 0) continue;
    lua_pushinteger(L, (lua_Integer)counts[types]);
    lua_rawseti(L, -2, (lua_Integer)types);
  }
  return 1;
}

/* -- text ---------------------------------------------------------------------------------------------------------- */

/* Fills `behind` from the table at `arg`; the strings live as long as the table. */
static void read_behind(lua_State *L, int arg, tether_slice *behind, size_t count) {
  for (size_t i = 0; i < count; i++) {
    behind[i] = (tether_slice){NULL, 0};
    if (lua_rawgeti(L, arg, (lua_Integer)i) == LUA_TSTRING) behind[i].data = lua_tolstring(L, -1, &behind[i].length);
    lua_pop(L, 1);
  }
}

/* native.rowtext(links, rows, before, between, { index of types -> text behind }, exact) -> string | nil, err */
static int rowtext(lua_State *L) {
  const tether_links *links = tether_check_links(L, 1);
  tether_rows rows = tether_check_rows(L, 2);
  check_bounds(L, links, rows, 2);
  tether_rowtext shape = {.exact = lua_toboolean(L, 6)};
  shape.before.data = luaL_checklstring(L, 3, &shape.before.length);
  shape.between.data = luaL_checklstring(L, 4, &shape.between.length);
  luaL_checktype(L, 5, LUA_TTABLE);
  shape.behind_count = tether_links_types_end(links);
  tether_slice *behind = lua_newuserdatauv(L, (shape.behind_count + 1) * sizeof *behind, 0);
  read_behind(L, 5, behind, shape.behind_count);
  shape.behind = behind;
  tether_buffer *out = tether_push_buffer(L, TETHER_CEILING_ANSWER);
  tether_error error;
  if (!tether_rowtext_add(&shape, links, rows, out, &error)) return tether_push_error(L, &error);
  tether_push_bytes(L, out);
  tether_buffer_free(out); /* now, not when the collector comes */
  return 1;
}

/* -- recent -------------------------------------------------------------------------------------------------------- */

static tether_recent *check_recent(lua_State *L) { return tether_check_box(L, 1, RECENT, "list of pairs"); }

/* native.recent(pairs) -> recent | nil, err */
static int recent_new(lua_State *L) {
  lua_Integer pairs = luaL_checkinteger(L, 1);
  luaL_argcheck(L, pairs > 0 && pairs <= 1 << 24, 1, "1 to 2^24 pairs");
  void **box = tether_push_box(L, RECENT);
  return tether_pushed(L, *box = tether_recent_new((size_t)pairs), "the pairs sent last");
}

static int recent_close(lua_State *L) {
  tether_recent_free(tether_empty_box(L, RECENT));
  return 0;
}

/* recent:divide(links, rows, settled) -> rows that may be sent, rows whose pair is on its way | nil, err */
static int recent_divide(lua_State *L) {
  const tether_recent *recent = check_recent(L);
  tether_links *links = tether_check_links(L, 2);
  tether_rows rows = tether_check_rows(L, 3);
  check_bounds(L, links, rows, 3);
  lua_Integer settled = luaL_checkinteger(L, 4);
  tether_error error;
  tether_division division = {0};
  division.free_rows = tether_push_rows(L, rows.count);
  division.held = tether_push_rows(L, rows.count);
  if (!tether_recent_divide(recent, links, rows, (uint32_t)settled, &division, &error))
    return tether_push_error(L, &error);
  tether_rows_shrink(L, division.held_count);
  lua_pushvalue(L, -2);
  tether_rows_shrink(L, division.free_count);
  lua_insert(L, -2);
  return 2;
}

/* recent:add(links, rows, generation) -> true | nil, err */
static int recent_add(lua_State *L) {
  tether_recent *recent = check_recent(L);
  const tether_links *links = tether_check_links(L, 2);
  tether_rows rows = tether_check_rows(L, 3);
  check_bounds(L, links, rows, 3);
  tether_error error;
  return tether_push_done(L, tether_recent_add(recent, links, rows, (uint32_t)luaL_checkinteger(L, 4), &error), &error);
}

/* recent:forget(links, rows) */
static int recent_forget(lua_State *L) {
  tether_recent *recent = check_recent(L);
  const tether_links *links = tether_check_links(L, 2);
  tether_rows rows = tether_check_rows(L, 3);
  check_bounds(L, links, rows, 3);
  tether_recent_forget(recent, links, rows);
  return 0;
}

void tether_open_stream(lua_State *L) {
  static const luaL_Reg recent_methods[] = {
      {"divide", recent_divide}, {"add", recent_add}, {"forget", recent_forget}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"gather", gather},   {"keep_from", keep_from}, {"selves", selves},
                                       {"except", except},   {"unsent", unsent},       {"tally", tally},
                                       {"rowtext", rowtext}, {"recent", recent_new},   {NULL, NULL}};
  tether_new_closable(L, RECENT, recent_close, recent_methods);
  luaL_setfuncs(L, functions, 0);
}
