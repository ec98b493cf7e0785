/* tether.native.intake: rows of a file into links sets. */
#include "core/wire/intake.h"

#include <errno.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "binding/shared/binding.h"
#include "core/wire/jsonl.h"
#include "core/wire/labelcell.h"

#define INTAKE "tether.native.intake"

enum { PIECE = 64 << 10 }; /* bytes read at once */

typedef struct {
  tether_intake *intake; /* NULL: closed */
  tether_jsonl *jsonl;   /* NULL: the rows come from a CSV reader, the userdata's user value */
  lua_Integer columns[4];
  bool strict; /* what a primary column says must be yes or no */
  char separator;
  tether_buffer types; /* of the CSV row under way */
} intake_box;

/* -- intake -------------------------------------------------------------------------------------------------------- */

static intake_box *check_intake(lua_State *L) {
  intake_box *box = luaL_checkudata(L, 1, INTAKE);
  luaL_argcheck(L, box->intake, 1, "this intake is closed");
  return box;
}

static const char *text_field(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name); /* stays on the stack, so that the string lives */
  return lua_isnil(L, -1) ? NULL : tether_check_text(L, -1, name);
}

static void read_columns(lua_State *L, intake_box *box) {
  static const char *const names[] = {"from", "to", "label", "primary"};
  lua_getfield(L, 1, "columns");
  luaL_checktype(L, -1, LUA_TTABLE);
  for (int i = 0; i < 4; i++) {
    lua_getfield(L, -1, names[i]);
    box->columns[i] = luaL_optinteger(L, -1, 0);
    lua_pop(L, 1);
  }
}

/* native.intake{ csv = reader | nil, columns = { from =, to =, label =, primary = } (positions in a CSV row, keys of a
 *   JSON line), from =, to = (object types), label = (of rows without one), separator = (between labels
 *   of one cell, ";" unless told, "" for none), primary = true (a primary column must say yes or no) }
 * -> intake | nil, err */
static int intake_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  const char *from = text_field(L, 1, "from"), *to = text_field(L, 1, "to"), *label = text_field(L, 1, "label");
  const char *separator = text_field(L, 1, "separator");
  bool is_csv = lua_getfield(L, 1, "csv") != LUA_TNIL;
  intake_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  memset(box, 0, sizeof *box);
  tether_buffer_init(&box->types, 4 * TETHER_CEILING_FIELD);
  luaL_setmetatable(L, INTAKE);
  box->separator = separator ? *separator : ';';
  lua_getfield(L, 1, "primary");
  box->strict = lua_toboolean(L, -1);
  lua_pop(L, 1);
  int mine = lua_gettop(L);
  tether_error error = {.code = TETHER_NO_MEMORY, .text = "no memory to read rows"};
  tether_buffer_clear(&box->types);
  bool fine =
      !label || tether_typekey_add(&box->types, TETHER_ITEM_LABEL, (tether_slice){label, strlen(label)}, &error);
  if (fine) box->intake = tether_intake_new(&(tether_intake_options){from, to, {box->types.data, box->types.length}});
  if (box->intake && is_csv) {
    tether_check_csv(L, mine - 1);
    read_columns(L, box);
    lua_pushvalue(L, mine - 1);
    lua_setiuservalue(L, mine, 1);
  } else if (box->intake) {
    lua_getfield(L, 1, "columns");
    luaL_checktype(L, -1, LUA_TTABLE);
    int columns = lua_gettop(L);
    box->jsonl =
        tether_jsonl_new(&(tether_jsonl_names){text_field(L, columns, "from"), text_field(L, columns, "to"),
                                               text_field(L, columns, "label"), text_field(L, columns, "primary")});
  }
  if (!box->intake || (!is_csv && !box->jsonl)) return tether_push_error(L, &error);
  lua_settop(L, mine);
  return 1;
}

static int intake_close(lua_State *L) {
  intake_box *box = luaL_checkudata(L, 1, INTAKE);
  tether_intake_free(box->intake);
  tether_jsonl_free(box->jsonl);
  tether_buffer_free(&box->types);
  box->intake = NULL;
  box->jsonl = NULL;
  return 0;
}

typedef enum { ROW, MORE, END, FAULT, FAILED } event_kind;

static tether_slice cell(const tether_csv_row *row, lua_Integer column) {
  bool there = column > 0 && (lua_Unsigned)column <= row->count;
  return there ? row->fields[column - 1] : (tether_slice){"", 0};
}

/* Reads what a row says of the primary. A column of this name may be something else, unless it was asked for. */
static event_kind read_primary(const intake_box *box, tether_slice text, tether_intake_row *row, tether_error *error) {
  if (tether_yes_or_no(text, &row->primary) || !box->strict) return ROW;
  int shown = text.length > 40 ? 40 : (int)text.length;
  tether_fail_at(error, TETHER_INVALID, row->line, "line %lld: primary: true or false is needed, got \"%.*s\"",
                 (long long)row->line, shown, text.data);
  return FAULT;
}

static event_kind next_line(intake_box *box, tether_intake_row *row, tether_error *error) {
  static const event_kind kinds[] = {ROW, MORE, END, FAULT, FAILED};
  tether_jsonl_row line;
  tether_jsonl_event event = tether_jsonl_next(box->jsonl, &line, error);
  *row = (tether_intake_row){line.from, line.to, line.types, line.line, false};
  return event == TETHER_JSONL_ROW ? read_primary(box, line.primary, row, error) : kinds[event];
}

/* The next row of the file, whatever it is made of. */
static event_kind next_row(intake_box *box, tether_csv *csv, tether_intake_row *row, tether_error *error) {
  static const event_kind kinds[] = {ROW, MORE, END, FAULT, FAILED};
  if (box->jsonl) return next_line(box, row, error);
  tether_csv_row fields;
  tether_csv_event event = tether_csv_next(csv, &fields, error);
  tether_buffer_clear(&box->types);
  if (event == TETHER_CSV_ROW || event == TETHER_CSV_FAULT)
    *row = (tether_intake_row){
        cell(&fields, box->columns[0]), cell(&fields, box->columns[1]), {NULL, 0}, fields.line, false};
  if (event != TETHER_CSV_ROW) return kinds[event];
  if (!tether_labelcell_read(cell(&fields, box->columns[2]), box->separator, &box->types, error)) return FAILED;
  row->types = (tether_slice){box->types.data, box->types.length};
  return read_primary(box, cell(&fields, box->columns[3]), row, error);
}

/* Feeds what the file has next; false: it could not be read. A signal ends a read early, with what had come by then. */
static bool feed(intake_box *box, tether_csv *csv, FILE *file, bool *stopped, tether_error *error) {
  char piece[PIECE];
  errno = 0;
  size_t length = fread(piece, 1, sizeof piece, file);
  int problem = ferror(file) ? errno : 0;
  if (problem) clearerr(file);
  *stopped = problem == EINTR;
  if (problem && !*stopped) return tether_fail(error, TETHER_FILE_FAILED, "%s", strerror(problem));
  if (length)
    return box->jsonl ? tether_jsonl_feed(box->jsonl, piece, length, error)
                      : tether_csv_feed(csv, piece, length, error);
  if (!*stopped && box->jsonl) tether_jsonl_finish(box->jsonl);
  if (!*stopped && csv) tether_csv_finish(csv);
  return true;
}

/* "fault", err, { from =, to =, types = }: what was read of the row; err.final: nothing more can be read. */
static int push_fault(lua_State *L, event_kind kind, const tether_intake_row *row, const tether_error *error) {
  lua_pushliteral(L, "fault");
  tether_push_error(L, error);
  lua_remove(L, -2);
  if (kind == FAILED) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "final");
  }
  lua_createtable(L, 0, 3);
  lua_pushlstring(L, row->from.data ? row->from.data : "", row->from.length);
  lua_setfield(L, -2, "from");
  lua_pushlstring(L, row->to.data ? row->to.data : "", row->to.length);
  lua_setfield(L, -2, "to");
  tether_push_types(L, row->types);
  lua_setfield(L, -2, "types");
  return 3;
}

/* intake:read(file, most, first = 1) -> "full": the set under way has `most` rows | "end" | "stopped": a signal came |
 * "fault", err, what was read of the row: call again to go on, unless err.final | nil, err: the file cannot be read
 * Rows of lines before `first` are passed over. */
static int intake_read(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_Stream *stream = luaL_checkudata(L, 2, LUA_FILEHANDLE);
  lua_Integer most = luaL_checkinteger(L, 3), first = luaL_optinteger(L, 4, 1);
  luaL_argcheck(L, stream->closef, 2, "this file is closed");
  tether_csv *csv = NULL;
  if (!box->jsonl) {
    lua_getiuservalue(L, 1, 1);
    csv = tether_check_csv(L, -1);
  }
  tether_error error;
  while (tether_intake_rows(box->intake) < (size_t)most) {
    tether_intake_row row = {.line = 0};
    event_kind kind = next_row(box, csv, &row, &error);
    if (kind == END) return lua_pushliteral(L, "end"), 1;
    bool stopped = false;
    if (kind == MORE && !feed(box, csv, stream->f, &stopped, &error)) return tether_push_error(L, &error);
    if (stopped) return lua_pushliteral(L, "stopped"), 1;
    if (kind == FAULT && error.place < first) continue;
    if (kind == FAULT || kind == FAILED) return push_fault(L, kind, &row, &error);
    if (kind == ROW && row.line >= first && !tether_intake_add(box->intake, &row, &error))
      return push_fault(L, FAULT, &row, &error);
  }
  return lua_pushliteral(L, "full"), 1;
}

/* intake:feed(bytes) -> true | nil, err: bytes that were read before, of JSON lines */
static int intake_feed(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_argcheck(L, box->jsonl, 1, "bytes of CSV go to its reader");
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  tether_error error;
  if (!tether_jsonl_feed(box->jsonl, bytes, length, &error)) return tether_push_error(L, &error);
  return lua_pushboolean(L, 1), 1;
}

static tether_slice slice_field(lua_State *L, const char *name) {
  size_t length;
  lua_getfield(L, 2, name); /* stays on the stack, so that the string lives */
  const char *text = luaL_optlstring(L, -1, "", &length);
  return (tether_slice){text, lua_isnil(L, -1) ? 0 : length};
}

/* intake:add({ from =, to =, label =, primary = }, line) -> true | "fault", err, what was read: a row that was read
 * before */
static int intake_add(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Integer line = luaL_checkinteger(L, 3);
  tether_intake_row row = {slice_field(L, "from"), slice_field(L, "to"), {NULL, 0}, line, false};
  tether_slice label = slice_field(L, "label");
  tether_error error;
  tether_buffer_clear(&box->types);
  bool fine = tether_labelcell_read(label, box->separator, &box->types, &error);
  row.types = (tether_slice){box->types.data, box->types.length};
  fine = fine && read_primary(box, slice_field(L, "primary"), &row, &error) == ROW;
  if (!fine || !tether_intake_add(box->intake, &row, &error)) return push_fault(L, FAULT, &row, &error);
  return lua_pushboolean(L, 1), 1;
}

/* intake:pair() -> object types from, to | nil: nobody has named them yet */
static int intake_pair(lua_State *L) {
  const intake_box *box = check_intake(L);
  lua_pushstring(L, tether_intake_from(box->intake));
  lua_pushstring(L, tether_intake_to(box->intake));
  return 2;
}

static void push_keys(lua_State *L, const tether_intake *intake) {
  tether_intake_key key;
  lua_newtable(L);
  for (size_t i = 0; tether_intake_key_at(intake, i, &key); i++) {
    if (lua_rawgeti(L, -1, (lua_Integer)key.row + 1) == LUA_TNIL) {
      lua_pop(L, 1);
      lua_createtable(L, 0, 2);
      lua_pushvalue(L, -1);
      lua_rawseti(L, -3, (lua_Integer)key.row + 1);
    }
    lua_pushlstring(L, key.text.data, key.text.length);
    lua_setfield(L, -2, key.is_to ? "to" : "from");
    lua_pop(L, 1);
  }
}

static void push_lists(lua_State *L, const tether_intake *intake) {
  uint32_t index;
  tether_slice types;
  lua_newtable(L);
  for (size_t i = 0; tether_intake_types_at(intake, i, &index, &types); i++) {
    tether_push_types(L, types);
    lua_rawseti(L, -2, index);
  }
}

/* intake:take() -> links, lines, { row -> { from = key, to = key } }, { index -> list of types } | nil: no row */
static int intake_take(lua_State *L) {
  intake_box *box = check_intake(L);
  if (tether_intake_rows(box->intake) == 0) return lua_pushnil(L), 1;
  tether_links_box *links = lua_newuserdatauv(L, sizeof *links, 0);
  links->links = NULL;
  luaL_setmetatable(L, TETHER_LINKS_TYPE);
  tether_lines *lines = tether_push_lines(L);
  push_keys(L, box->intake);
  push_lists(L, box->intake);
  links->links = tether_intake_take(box->intake, lines);
  return 4;
}

void tether_open_intake(lua_State *L) {
  static const luaL_Reg intake_meta[] = {{"__gc", intake_close}, {"__close", intake_close}, {NULL, NULL}};
  static const luaL_Reg intake_methods[] = {{"read", intake_read}, {"feed", intake_feed}, {"add", intake_add},
                                            {"pair", intake_pair}, {"take", intake_take}, {"close", intake_close},
                                            {NULL, NULL}};
  static const luaL_Reg functions[] = {{"intake", intake_new}, {NULL, NULL}};
  luaL_newmetatable(L, INTAKE);
  luaL_setfuncs(L, intake_meta, 0);
  luaL_newlib(L, intake_methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_setfuncs(L, functions, 0);
}
