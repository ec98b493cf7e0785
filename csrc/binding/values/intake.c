/* tether.native.intake: rows of a file into links sets. */
#include "core/files/intake.h"

#include <errno.h>
#include <lualib.h>
#include <stdio.h>
#include <string.h>

#include "binding/shared/binding.h"
#include "core/files/csvrow.h"
#include "core/files/jsonl.h"
#include "core/text/blanks.h"

#define INTAKE "tether.native.intake"

enum { PIECE = 64 << 10 }; /* bytes read at once */

typedef struct {
  tether_intake *intake; /* NULL: closed */
  tether_jsonl *jsonl;   /* NULL: the rows come from a CSV reader, the userdata's user value */
  tether_csvrow_columns columns;
  tether_buffer types; /* of the CSV row under way */
} intake_box;

/* -- making one ---------------------------------------------------------------------------------------------------- */

static intake_box *check_intake(lua_State *L) {
  intake_box *box = luaL_checkudata(L, 1, INTAKE);
  luaL_argcheck(L, box->intake, 1, "this intake is closed");
  return box;
}

static tether_role check_role(lua_State *L, int arg) {
  const char *name = tether_check_text(L, arg, "role");
  tether_role role = tether_role_find(name);
  if (role == TETHER_ROLES) luaL_error(L, "there is no role %s", name);
  return role;
}

/* Reads the table role -> position on top of the stack, and tells the reader which columns are looked at. */
static void read_columns(lua_State *L, intake_box *box, tether_csv *csv) {
  luaL_checktype(L, -1, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, -2)) {
    lua_Integer column = luaL_checkinteger(L, -1);
    luaL_argcheck(L, column > 0 && column <= TETHER_CSV_FIELDS, 1, "a column is a position");
    lua_pop(L, 1);
    box->columns.column[check_role(L, -1)] = (uint32_t)column;
  }
  uint32_t asked[TETHER_ROLES];
  tether_csv_ask(csv, asked, tether_csvrow_asked(&box->columns, asked));
}

static char split_of(const char *text) { return !text ? TETHER_SPLIT_NONE : *text ? *text : TETHER_SPLIT_FOUND; }

static void read_sides(lua_State *L, tether_intake_options *options) {
  static const char *const names[2][3] = {{"from_name", "from_key", "from_split"}, {"to_name", "to_key", "to_split"}};
  for (int i = 0; i < 2; i++) {
    options->side[i].name = tether_text_field(L, 1, names[i][0]);
    options->side[i].key = tether_text_field(L, 1, names[i][1]);
    options->side[i].split = split_of(tether_text_field(L, 1, names[i][2]));
  }
}

/* Puts the labels of rows that name none into the box's types. */
static bool read_labels(lua_State *L, intake_box *box, tether_error *error) {
  tether_buffer_clear(&box->types);
  if (lua_getfield(L, 1, "labels") == LUA_TNIL) return true;
  luaL_checktype(L, -1, LUA_TTABLE);
  bool fine = true;
  for (lua_Integer i = 1; fine && lua_rawgeti(L, -1, i) != LUA_TNIL; i++) {
    const char *label = tether_check_text(L, -1, "labels");
    fine = tether_typekey_add(&box->types, TETHER_ITEM_LABEL, (tether_slice){label, strlen(label)}, error);
    lua_pop(L, 1);
  }
  return fine;
}

/* native.intake{ csv = reader, columns = { role = position, … } (both for CSV alone), from =, to = (object types),
 *   one_pair = boolean, primary = true (a primary column must say yes or no), labels = (of rows without one),
 *   separator = (between labels of one cell, ";" unless told, "" for none),
 *   from_name =, to_name = (what messages call the cells), from_key =, to_key = (a property whose values they are),
 *   from_split =, to_split = (between several ids of one cell, "" to find it out) } -> intake | nil, err */
static int intake_new(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  luaL_checkstack(L, 20, "options");
  intake_box *box = lua_newuserdatauv(L, sizeof *box, 1);
  memset(box, 0, sizeof *box);
  tether_buffer_init(&box->types, 4 * TETHER_CEILING_FIELD);
  luaL_setmetatable(L, INTAKE);
  tether_intake_options options = {.from = tether_text_field(L, 1, "from"), .to = tether_text_field(L, 1, "to")};
  const char *separator = tether_text_field(L, 1, "separator");
  box->columns.separator = separator ? *separator : ';';
  options.one_pair = tether_flag_field(L, 1, "one_pair");
  options.strict = tether_flag_field(L, 1, "primary");
  read_sides(L, &options);
  tether_error error = {.code = TETHER_NO_MEMORY, .text = "no memory to read rows"};
  if (!read_labels(L, box, &error)) return tether_push_error(L, &error);
  options.types = (tether_slice){box->types.data, box->types.length};
  bool is_csv = lua_getfield(L, 1, "csv") != LUA_TNIL;
  tether_csv *csv = is_csv ? tether_check_csv(L, -1) : NULL;
  lua_setiuservalue(L, 2, 1);
  lua_getfield(L, 1, "columns");
  if (csv) read_columns(L, box, csv);
  box->intake = tether_intake_new(&options);
  if (!csv) box->jsonl = tether_jsonl_new();
  if (!box->intake || (!csv && !box->jsonl)) return tether_push_error(L, &error);
  lua_settop(L, 2);
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

/* -- reading ------------------------------------------------------------------------------------------------------- */

typedef enum { ROW, MORE, END, FAULT, FAILED, KEYS } event_kind;

/* The row that was read last, and what a fault or new keys are about. */
typedef struct {
  tether_intake_row row;
  tether_slice raw, keys;
} read_row;

static event_kind next_jsonl(intake_box *box, read_row *read, tether_error *error) {
  static const event_kind kinds[] = {
      [TETHER_JSONL_ROW] = ROW,     [TETHER_JSONL_MORE] = MORE,     [TETHER_JSONL_END] = END,
      [TETHER_JSONL_FAULT] = FAULT, [TETHER_JSONL_FAILED] = FAILED, [TETHER_JSONL_KEYS] = KEYS};
  tether_jsonl_row line;
  tether_jsonl_event event = tether_jsonl_next(box->jsonl, &line, error);
  *read = (read_row){.row = {.end = {line.from, line.to},
                             .type = {line.from_type, line.to_type},
                             .types = line.types,
                             .primary = line.primary,
                             .line = line.line,
                             .last_line = line.line},
                     .raw = line.raw,
                     .keys = line.keys};
  return kinds[event];
}

static event_kind next_csv(intake_box *box, tether_csv *csv, read_row *read, tether_error *error) {
  static const event_kind kinds[] = {[TETHER_CSV_ROW] = ROW,
                                     [TETHER_CSV_MORE] = MORE,
                                     [TETHER_CSV_END] = END,
                                     [TETHER_CSV_FAULT] = FAULT,
                                     [TETHER_CSV_FAILED] = FAILED};
  tether_csv_row fields;
  tether_csv_event event = tether_csv_next(csv, &fields, error);
  if (event == TETHER_CSV_ROW && tether_csvrow_read(&box->columns, &fields, &box->types, &read->row, error)) return ROW;
  if (event == TETHER_CSV_MORE || event == TETHER_CSV_END) return kinds[event];
  *read = (read_row){.row = {.end = {tether_csvrow_cell(&box->columns, &fields, TETHER_ROLE_FROM),
                                     tether_csvrow_cell(&box->columns, &fields, TETHER_ROLE_TO)},
                             .line = fields.line},
                     .raw = event == TETHER_CSV_ROW ? tether_csvrow_cell(&box->columns, &fields, TETHER_ROLE_RAW)
                                                    : fields.raw};
  return event == TETHER_CSV_ROW ? FAULT : kinds[event];
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

static void set_slice(lua_State *L, const char *name, tether_slice text) {
  if (!text.data) return;
  lua_pushlstring(L, text.data, text.length);
  lua_setfield(L, -2, name);
}

/* "fault", err, { from =, to =, from_type =, to_type =, raw =, types =, primary = }: what was read of the row;
 * err.final: nothing more can be read. */
static int push_fault(lua_State *L, event_kind kind, const read_row *read, const tether_error *error) {
  lua_pushliteral(L, "fault");
  tether_push_error(L, error);
  lua_remove(L, -2);
  if (kind == FAILED) {
    lua_pushboolean(L, 1);
    lua_setfield(L, -2, "final");
  }
  lua_createtable(L, 0, 7);
  set_slice(L, "from", read->row.end[0].data ? read->row.end[0] : (tether_slice){"", 0});
  set_slice(L, "to", read->row.end[1].data ? read->row.end[1] : (tether_slice){"", 0});
  set_slice(L, "from_type", read->row.type[0]);
  set_slice(L, "to_type", read->row.type[1]);
  set_slice(L, "primary_ids", read->row.primary_ids);
  set_slice(L, "raw", read->raw);
  set_slice(L, "primary", read->row.primary);
  tether_push_types(L, read->row.types);
  lua_setfield(L, -2, "types");
  return 3;
}

static tether_csv *csv_of(lua_State *L, const intake_box *box) {
  if (box->jsonl) return NULL;
  lua_getiuservalue(L, 1, 1);
  return tether_check_csv(L, -1);
}

/* intake:read(file, most, first = 1) -> "full": the sets under way have `most` rows | "end" | "stopped": a signal came
 * | "fault", err, what was read of the row: call again to go on, unless err.final | "keys", those of a JSON row that
 * are new, with a NUL behind each: name them, and call again | nil, err: the file cannot be read Rows of lines before
 * `first` are passed over. */
static int intake_read(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_Stream *stream = luaL_checkudata(L, 2, LUA_FILEHANDLE);
  lua_Integer most = luaL_checkinteger(L, 3), first = luaL_optinteger(L, 4, 1);
  luaL_argcheck(L, stream->closef, 2, "this file is closed");
  tether_csv *csv = csv_of(L, box);
  tether_error error;
  const tether_intake_tally *tally = tether_intake_tell(box->intake);
  int64_t before = tally->links - (int64_t)tether_intake_rows(box->intake);
  while (tally->links - before < most) {
    read_row read = {.raw = {NULL, 0}};
    bool stopped = false;
    event_kind kind = csv ? next_csv(box, csv, &read, &error) : next_jsonl(box, &read, &error);
    if (kind == END) return lua_pushliteral(L, "end"), 1;
    if (kind == KEYS) {
      lua_pushliteral(L, "keys");
      lua_pushlstring(L, read.keys.data, read.keys.length);
      return 2;
    }
    if (kind == MORE && !feed(box, csv, stream->f, &stopped, &error)) return tether_push_error(L, &error);
    if (stopped) return lua_pushliteral(L, "stopped"), 1;
    if (kind == FAULT && error.place < first) continue;
    if (kind == FAULT || kind == FAILED) return push_fault(L, kind, &read, &error);
    if (kind == ROW && read.row.line >= first && !tether_intake_add(box->intake, &read.row, &error))
      return push_fault(L, FAULT, &read, &error);
  }
  return lua_pushliteral(L, "full"), 1;
}

/* intake:name(key, role) -> true | nil, err: what a key of JSON rows is for */
static int intake_name(lua_State *L) {
  intake_box *box = check_intake(L);
  size_t length;
  const char *key = luaL_checklstring(L, 2, &length);
  luaL_argcheck(L, box->jsonl, 1, "columns of CSV are named at once");
  tether_error error;
  if (!tether_jsonl_name(box->jsonl, (tether_slice){key, length}, check_role(L, 3), &error))
    return tether_push_error(L, &error);
  return lua_pushboolean(L, 1), 1;
}

/* intake:feed(bytes) -> true | nil, err: bytes that were read before, of JSON lines */
static int intake_feed(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_argcheck(L, box->jsonl, 1, "bytes of CSV go to its reader");
  size_t length;
  const char *bytes = luaL_checklstring(L, 2, &length);
  tether_error error;
  return tether_push_done(L, tether_jsonl_feed(box->jsonl, bytes, length, &error), &error);
}

/* intake:add({ field, … }, line) -> true | "fault", err, what was read: a row of CSV that was read before */
static int intake_add(lua_State *L) {
  intake_box *box = check_intake(L);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_Integer line = luaL_checkinteger(L, 3);
  size_t count = (size_t)lua_rawlen(L, 2);
  luaL_checkstack(L, 8, "fields");
  tether_slice *fields = lua_newuserdatauv(L, (count + 1) * sizeof *fields, 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    fields[i].data = luaL_checklstring(L, -1, &fields[i].length);
    lua_pop(L, 1); /* the table keeps the string */
  }
  tether_csv_row whole = {.fields = fields, .count = count, .line = line, .last_line = line};
  read_row read = {.raw = {NULL, 0}};
  tether_error error;
  if (!tether_csvrow_read(&box->columns, &whole, &box->types, &read.row, &error) ||
      !tether_intake_add(box->intake, &read.row, &error))
    return push_fault(L, FAULT, &read, &error);
  return lua_pushboolean(L, 1), 1;
}

/* intake:tally() -> { empty = rows without a link, long_rows =, long_first =, long_last =, counted = { name = count },
 * … }: what was met beside links so far */
static int intake_tally(lua_State *L) {
  const tether_intake_tally *tally = tether_intake_tell(check_intake(L)->intake);
  lua_createtable(L, 0, 5);
  tether_set_integer(L, "empty", tally->empty);
  tether_set_integer(L, "long_rows", tally->long_rows);
  tether_set_integer(L, "long_first", tally->long_first);
  tether_set_integer(L, "long_last", tally->long_last);
  lua_createtable(L, 0, TETHER_COUNTED_KINDS);
  for (int kind = 0; kind < TETHER_COUNTED_KINDS; kind++)
    if (tally->counted[kind]) tether_set_integer(L, tether_counted_name((tether_counted)kind), tally->counted[kind]);
  lua_setfield(L, -2, "counted");
  return 1;
}

static void push_keys(lua_State *L, const tether_rowset *set) {
  tether_rowset_key key;
  lua_newtable(L);
  for (size_t i = 0; tether_rowset_key_at(set, i, &key); i++) {
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

static void push_lists(lua_State *L, const tether_rowset *set) {
  uint32_t index;
  tether_slice types;
  lua_newtable(L);
  for (size_t i = 0; tether_rowset_types_at(set, i, &index, &types); i++) {
    tether_push_types(L, types);
    lua_rawseti(L, -2, index);
  }
}

/* intake:take() -> links, lines, { row -> { from = key, to = key } }, { index -> list of types }, object types from, to
 * | nil: no row. One set for each pair of object types: take until nil. */
static int intake_take(lua_State *L) {
  intake_box *box = check_intake(L);
  tether_rowset *set;
  size_t i = 0;
  while ((set = tether_intake_set(box->intake, i)) && tether_rowset_rows(set) == 0) i++;
  if (!set) return lua_pushnil(L), 1;
  tether_links **links = tether_push_links(L);
  tether_lines *lines = tether_push_lines(L);
  push_keys(L, set);
  push_lists(L, set);
  lua_pushstring(L, tether_rowset_from(set));
  lua_pushstring(L, tether_rowset_to(set));
  *links = tether_rowset_take(set, lines);
  return 6;
}

void tether_open_intake(lua_State *L) {
  static const luaL_Reg intake_methods[] = {{"read", intake_read}, {"feed", intake_feed},   {"add", intake_add},
                                            {"name", intake_name}, {"tally", intake_tally}, {"take", intake_take},
                                            {NULL, NULL}};
  static const luaL_Reg functions[] = {{"intake", intake_new}, {NULL, NULL}};
  tether_new_closable(L, INTAKE, intake_close, intake_methods);
  luaL_setfuncs(L, functions, 0);
}
