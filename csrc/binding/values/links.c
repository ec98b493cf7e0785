/* A links set: its rows, and answers that are read into it. What joins two sets stands in algebra.c. */
#include "binding/shared/binding.h"
#include "core/wire/reading.h"

#define READING "tether.native.reading"

/* native.links() -> links | nil, err */
static int links_new(lua_State *L) {
  tether_links **links = tether_push_links(L);
  return tether_pushed_links(L, *links = tether_links_new());
}

/* __gc and __close: rows that a slice shares live on in it. */
static int links_drop(lua_State *L) {
  tether_links_box *box = luaL_checkudata(L, 1, TETHER_LINKS_TYPE);
  tether_links_free(box->links);
  box->links = NULL;
  return 0;
}

/* links:close() -> true | nil, err: LENT while a copy or a slice holds the same rows */
static int links_close(lua_State *L) {
  tether_links_box *box = luaL_checkudata(L, 1, TETHER_LINKS_TYPE);
  tether_error error;
  if (box->links && tether_links_is_lent(box->links)) {
    tether_fail(&error, TETHER_LENT, "rows of this set are lent to a slice or a copy of it");
    return tether_push_error(L, &error);
  }
  links_drop(L);
  lua_pushboolean(L, 1);
  return 1;
}

static int push_index(lua_State *L, bool fine, uint32_t index, const tether_error *error) {
  if (!fine) return tether_push_error(L, error);
  lua_pushinteger(L, index);
  return 1;
}

/* links:intern({ { category=, id= }, … }) -> index | nil, err */
static int links_intern(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  tether_spec types[TETHER_TYPES_MAX];
  tether_error error;
  size_t count;
  uint32_t index = 0;
  bool fine =
      tether_check_specs(L, 2, types, &count, &error) && tether_links_intern(links, types, count, &index, &error);
  return push_index(L, fine, index, &error);
}

/* links:reserve() -> index of types that :define will tell | nil, err */
static int links_reserve(lua_State *L) {
  tether_error error;
  uint32_t index = 0;
  bool fine = tether_links_reserve(tether_check_links(L, 1), &index, &error);
  return push_index(L, fine, index, &error);
}

/* links:define(index, { { category=, id= }, … }) -> index | nil, err */
static int links_define(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  lua_Integer index = luaL_checkinteger(L, 2);
  luaL_argcheck(L, index >= 0 && index <= UINT32_MAX, 2, "an index that :reserve gave is needed");
  tether_spec types[TETHER_TYPES_MAX];
  tether_error error;
  size_t count;
  bool fine = tether_check_specs(L, 3, types, &count, &error) &&
              tether_links_define(links, (uint32_t)index, types, count, &error);
  return push_index(L, fine, (uint32_t)index, &error);
}

/* links:add(from, to, index = 0) -> true | nil, err */
static int links_add(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  tether_error error;
  int64_t from, to;
  lua_Integer types = luaL_optinteger(L, 4, 0);
  luaL_argcheck(L, types >= 0 && types <= UINT32_MAX, 4, "an index that :intern gave is needed");
  bool fine = tether_check_id(L, 2, &from, &error) && tether_check_id(L, 3, &to, &error) &&
              tether_links_add(links, from, to, (uint32_t)types, &error);
  return tether_push_done(L, fine, &error);
}

static int links_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_links_count(tether_check_links(L, 1)));
  return 1;
}

/* links:row(i) -> from, to, index of its types */
static int links_row(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  tether_link link = tether_links_at(links, tether_check_place(L, 2, tether_links_count(links)));
  lua_pushinteger(L, link.from);
  lua_pushinteger(L, link.to);
  lua_pushinteger(L, link.types);
  return 3;
}

/* links:types(i) -> { { category=, id= }, … } of row i */
static int links_types(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  size_t count;
  const tether_spec *types = tether_links_types(links, tether_check_place(L, 2, tether_links_count(links)), &count);
  tether_push_specs(L, types, count);
  return 1;
}

/* -- reading answers into a set ------------------------------------------------------------------------------------ */

static int reading_gc(lua_State *L) {
  tether_reading_free(luaL_checkudata(L, 1, READING));
  return 0;
}

static void push_reading(lua_State *L, const tether_reading *reading) {
  lua_createtable(L, (int)reading->cursor_count, 0);
  for (size_t i = 0; i < reading->cursor_count; i++) {
    lua_createtable(L, 0, 2);
    tether_set_integer(L, "id", reading->cursors[i].from);
    tether_set_text(L, "after", tether_reading_text(reading, reading->cursors[i].after));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_createtable(L, (int)reading->label_count, 0);
  for (size_t i = 0; i < reading->label_count; i++) {
    tether_push_specs(L, &reading->labels[i].type, 1);
    lua_geti(L, -1, 1);
    tether_set_text(L, "label", tether_reading_text(reading, reading->labels[i].text));
    lua_rawseti(L, -3, (lua_Integer)i + 1);
    lua_pop(L, 1);
  }
}

/* What an answer says that is held whole; NULL fills `error`. The reading is a userdata on top of the stack. */
static const tether_reading *read_whole(lua_State *L, const tether_answer *answer, int64_t from, tether_links *links,
                                        tether_error *error) {
  tether_reading *reading = lua_newuserdatauv(L, sizeof *reading, 0);
  tether_reading_init(reading, links);
  luaL_setmetatable(L, READING);
  const char *data = answer->body.data ? answer->body.data : "";
  bool fine = from ? tether_decode_list(data, answer->body.length, from, reading, error)
                   : tether_decode_batch_read(data, answer->body.length, reading, error);
  return fine ? reading : NULL;
}

/* links:read(answer, from | nil) -> { { id=, after= }, … }, { { category=, id=, label= }, … }, says more, bytes | nil,
 * err `from` is the record whose list was asked for; without it the answer is a batch read, from which links that were
 * read while it came are taken, once. "says more": it has errors or is not complete, see native.complaints; "bytes":
 * how much was held for it. */
static int links_read(lua_State *L) {
  tether_links *links = tether_check_links(L, 1);
  const tether_answer *answer = tether_check_answer(L, 2);
  int64_t from = 0;
  tether_error error;
  if (!lua_isnoneornil(L, 3) && !tether_check_id(L, 3, &from, &error)) return tether_push_error(L, &error);
  size_t held = answer->body.length + tether_arriving_held(answer->arriving);
  const tether_reading *reading = !from && tether_arriving_taken(answer->arriving)
                                      ? tether_arriving_read(answer->arriving, &answer->body, links, &error)
                                      : read_whole(L, answer, from, links, &error);
  if (!reading) return tether_push_error(L, &error);
  push_reading(L, reading);
  lua_pushboolean(L, reading->says_more);
  lua_pushinteger(L, (lua_Integer)held);
  return 4;
}

void tether_open_links(lua_State *L) {
  static const luaL_Reg links_meta[] = {
      {"__gc", links_drop}, {"__close", links_drop}, {"__len", links_len}, {NULL, NULL}};
  static const luaL_Reg links_methods[] = {
      {"add", links_add},       {"reserve", links_reserve}, {"define", links_define},
      {"intern", links_intern}, {"row", links_row},         {"types", links_types},
      {"read", links_read},     {"close", links_close},     {NULL, NULL}};
  static const luaL_Reg reading_meta[] = {{"__gc", reading_gc}, {NULL, NULL}}, none[] = {{NULL, NULL}};
  static const luaL_Reg functions[] = {{"links", links_new}, {NULL, NULL}};
  tether_new_class(L, TETHER_LINKS_TYPE, links_meta, links_methods);
  tether_new_class(L, READING, reading_meta, none);
  luaL_setfuncs(L, functions, 0);
}
