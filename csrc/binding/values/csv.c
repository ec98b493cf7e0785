/* tether.native.csv: the CSV reader. Bytes in, rows out; which column is which, Lua knows. */
#include "core/files/csv.h"

#include "binding/shared/binding.h"

#define CSV "tether.native.csv"

tether_csv *tether_check_csv(lua_State *L, int arg) { return tether_check_box(L, arg, CSV, "CSV reader"); }

/* native.csv() -> csv | nil, err */
static int csv_new(lua_State *L) {
  void **box = tether_push_box(L, CSV);
  return tether_pushed(L, *box = tether_csv_new(), "a CSV reader");
}

/* csv:feed(bytes) -> true | nil, err */
static int csv_feed(lua_State *L) {
  tether_csv *csv = tether_check_csv(L, 1);
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  tether_error error;
  return tether_push_done(L, tether_csv_feed(csv, bytes, length, &error), &error);
}

/* csv:finish(): nothing follows */
static int csv_finish(lua_State *L) {
  tether_csv_finish(tether_check_csv(L, 1));
  return 0;
}

/* csv:count_rows(): a line break inside a field counts no line */
static int csv_count_rows(lua_State *L) {
  tether_csv_count_rows(tether_check_csv(L, 1));
  return 0;
}

static void push_fields(lua_State *L, const tether_csv_row *row) {
  lua_createtable(L, (int)row->count, 0);
  for (size_t i = 0; i < row->count; i++) {
    lua_pushlstring(L, row->fields[i].data, row->fields[i].length);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

/* csv:row() -> { field, … }, line | nil: feed more, or the end when it is finished | nil, err
 * A faulty row: err.fields is what was read of it, and the next call goes on behind it, unless err.final. */
static int csv_row(lua_State *L) {
  tether_csv *csv = tether_check_csv(L, 1);
  tether_csv_row row;
  tether_error error;
  tether_csv_event event = tether_csv_next(csv, &row, &error);
  if (event == TETHER_CSV_MORE || event == TETHER_CSV_END) {
    lua_pushnil(L);
    return 1;
  }
  if (event == TETHER_CSV_ROW) {
    push_fields(L, &row);
    lua_pushinteger(L, row.line);
    return 2;
  }
  tether_push_error(L, &error);
  if (event == TETHER_CSV_FAULT)
    push_fields(L, &row);
  else
    lua_pushboolean(L, 1);
  lua_setfield(L, -2, event == TETHER_CSV_FAULT ? "fields" : "final");
  return 2;
}

/* csv:begin_at(line): lines above it are titles */
static int csv_begin_at(lua_State *L) {
  tether_csv_begin_at(tether_check_csv(L, 1), luaL_checkinteger(L, 2));
  return 0;
}

/* csv:unchecked(): no field is checked for being text, until somebody says which ones are looked at */
static int csv_unchecked(lua_State *L) {
  tether_csv_ask(tether_check_csv(L, 1), NULL, 0);
  return 0;
}

/* csv:separator() -> "," | ";" | "\t" | nil: not known yet */
static int csv_separator(lua_State *L) {
  char separator = tether_csv_separator(tether_check_csv(L, 1));
  if (separator)
    lua_pushlstring(L, &separator, 1);
  else
    lua_pushnil(L);
  return 1;
}

static int csv_close(lua_State *L) {
  tether_csv_free(tether_empty_box(L, CSV));
  return 0;
}

void tether_open_csv(lua_State *L) {
  static const luaL_Reg methods[] = {{"feed", csv_feed},
                                     {"finish", csv_finish},
                                     {"row", csv_row},
                                     {"separator", csv_separator},
                                     {"begin_at", csv_begin_at},
                                     {"unchecked", csv_unchecked},
                                     {"count_rows", csv_count_rows},
                                     {NULL, NULL}};
  tether_new_closable(L, CSV, csv_close, methods);
  lua_pushcfunction(L, csv_new);
  lua_setfield(L, -2, "csv");
}
