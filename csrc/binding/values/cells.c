/* tether.native: what a cell says, and how it is shown to people. */
#include "binding/shared/binding.h"
#include "core/text/blanks.h"
#include "core/text/cell.h"

/* native.counted() -> { { name =, text = }, … }: what the counts of a tally are called, for people */
static int counted(lua_State *L) {
  lua_createtable(L, TETHER_COUNTED_KINDS, 0);
  for (int kind = 0; kind < TETHER_COUNTED_KINDS; kind++) {
    lua_createtable(L, 0, 2);
    tether_set_text(L, "name", tether_counted_name((tether_counted)kind));
    tether_set_text(L, "text", tether_counted_text((tether_counted)kind));
    lua_rawseti(L, -2, kind + 1);
  }
  return 1;
}

/* native.cell_id(text) -> id | nil: the cell is empty | nil, why it is no id: a sentence, "" where the text says enough
 */
static int cell_id(lua_State *L) {
  tether_slice text;
  tether_cell cell;
  int64_t counts[TETHER_COUNTED_KINDS] = {0};
  const char *problem = "";
  text.data = luaL_checklstring(L, 1, &text.length);
  bool fine = tether_cell_read(text, &cell, counts, &problem);
  if (fine && cell.kind == TETHER_CELL_ID) return lua_pushinteger(L, cell.id), 1;
  lua_pushnil(L);
  if (fine && cell.kind == TETHER_CELL_NOTHING) return 1;
  return lua_pushstring(L, problem), 2;
}

/* native.show(text) -> text as a message can have it: invisible characters as \u{200B}, and its beginning alone */
static int show(lua_State *L) {
  char out[TETHER_SHOWN];
  tether_slice text;
  text.data = luaL_checklstring(L, 1, &text.length);
  lua_pushstring(L, tether_show(text, out));
  return 1;
}

void tether_open_cells(lua_State *L) {
  static const luaL_Reg functions[] = {{"counted", counted}, {"show", show}, {"cell_id", cell_id}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
}
