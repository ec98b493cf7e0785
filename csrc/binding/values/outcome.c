/* tether.native.outcome: what became of every row. */
#include <string.h>

#include "binding/shared/binding.h"
#include "core/links/merge.h"
#include "core/links/verify.h"
#include "core/wire/decode.h"

#define OUTCOME "tether.native.outcome"
#define REPORT "tether.native.report"

static const char *const states[TETHER_STATES + 1] = {"pending", "linked", "unchanged", "rejected", "unknown", NULL};

static tether_outcome *check_outcome(lua_State *L, int arg) { return tether_check_box(L, arg, OUTCOME, "outcome"); }

/* native.outcome(rows) -> outcome | nil, err */
static int outcome_new(lua_State *L) {
  lua_Integer rows = luaL_checkinteger(L, 1);
  luaL_argcheck(L, rows >= 0 && rows <= UINT32_MAX, 1, "a number of rows is needed");
  void **box = tether_push_box(L, OUTCOME);
  return tether_pushed(L, *box = tether_outcome_new((size_t)rows), "an outcome");
}

static int outcome_close(lua_State *L) {
  tether_outcome_free(tether_empty_box(L, OUTCOME));
  return 0;
}

static int outcome_len(lua_State *L) {
  lua_pushinteger(L, (lua_Integer)tether_outcome_rows(check_outcome(L, 1)));
  return 1;
}

/* outcome:count(state) -> integer */
static int outcome_count(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_state state = (tether_state)luaL_checkoption(L, 2, NULL, states);
  lua_pushinteger(L, (lua_Integer)tether_outcome_count(outcome, state));
  return 1;
}

/* outcome:state(row) -> "pending" | "linked" | "unchanged" | "rejected" | "unknown" */
static int outcome_state(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  lua_pushstring(L, states[tether_outcome_state(outcome, tether_check_place(L, 2, tether_outcome_rows(outcome)))]);
  return 1;
}

static void set_text(lua_State *L, const char *name, const char *text) {
  if (text && *text) tether_set_text(L, name, text);
}

static void set_number(lua_State *L, const char *name, int number) {
  if (number) tether_set_integer(L, name, number);
}

/* outcome:reason(row) -> { code=, message=, hint=, category=, sub_category=, correlation_id=, operation=, status=,
 * attempts= } | nil */
static int outcome_reason(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_reason reason;
  if (!tether_outcome_reason(outcome, tether_check_place(L, 2, tether_outcome_rows(outcome)), &reason))
    return lua_pushnil(L), 1;
  lua_createtable(L, 0, 9);
  set_text(L, "code", tether_code_name(reason.code));
  set_text(L, "message", *reason.message ? reason.message : tether_code_name(reason.code));
  set_text(L, "hint", tether_code_hint(reason.code));
  set_text(L, "category", reason.category);
  set_text(L, "sub_category", reason.sub_category);
  set_text(L, "correlation_id", reason.correlation_id);
  set_text(L, "operation", reason.operation);
  set_number(L, "status", reason.status);
  set_number(L, "attempts", reason.attempts);
  return 1;
}

/* outcome:next(state, row = 0) -> the first row behind `row` in that state | nil */
static int outcome_next(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_state state = (tether_state)luaL_checkoption(L, 2, NULL, states);
  lua_Integer row = luaL_optinteger(L, 3, 0);
  luaL_argcheck(L, row >= 0, 3, "a row is needed");
  for (size_t i = (size_t)row; i < tether_outcome_rows(outcome); i++) {
    if (tether_outcome_state(outcome, i) != state) continue;
    lua_pushinteger(L, (lua_Integer)i + 1);
    return 1;
  }
  return lua_pushnil(L), 1;
}

static void check_bounds(lua_State *L, size_t known, tether_rows rows, int arg) {
  if (!rows.list) luaL_argcheck(L, rows.first + rows.count <= known, arg, "these rows are not all there");
  for (size_t i = 0; rows.list && i < rows.count; i++)
    luaL_argcheck(L, tether_rows_at(rows, i) < known, arg, "these rows are not all there");
}

static const char *text_of(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name); /* stays on the stack, so that the string lives */
  return luaL_optstring(L, -1, "");
}

static int number_of(lua_State *L, int table, const char *name) {
  lua_getfield(L, table, name);
  int number = (int)luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  return number;
}

/* OK when no code has this name. */
static tether_code find_code(const char *name) {
  for (int code = TETHER_OK + 1; code < TETHER_CODE_COUNT; code++)
    if (strcmp(tether_code_name((tether_code)code), name) == 0) return (tether_code)code;
  return TETHER_OK;
}

/* An unknown name raises: it is a mistake of the caller, and any code in its place would hide the real reason. */
static tether_code code_of(lua_State *L, const char *name) {
  tether_code code = find_code(name);
  return code ? code : (tether_code)luaL_error(L, "no error has the code %s", name);
}

/* outcome:settle(rows, state, { code=, message=, … } | nil) -> true | nil, err */
static int outcome_settle(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_rows rows = tether_check_rows(L, 2);
  tether_state state = (tether_state)luaL_checkoption(L, 3, NULL, states);
  tether_reason reason, *given = NULL;
  tether_error error;
  check_bounds(L, tether_outcome_rows(outcome), rows, 2);
  if (lua_istable(L, 4)) {
    reason = (tether_reason){.category = text_of(L, 4, "category"),
                             .sub_category = text_of(L, 4, "sub_category"),
                             .message = text_of(L, 4, "message"),
                             .correlation_id = text_of(L, 4, "correlation_id"),
                             .operation = text_of(L, 4, "operation"),
                             .status = number_of(L, 4, "status"),
                             .attempts = number_of(L, 4, "attempts")};
    reason.code = code_of(L, text_of(L, 4, "code"));
    given = &reason;
  }
  return tether_push_done(L, tether_outcome_settle(outcome, rows, state, given, &error), &error);
}

/* An object type as the path has it: what is built in, and the type id where that is known. */
static const tether_object_type *object_type(lua_State *L, int arg, const char **id) {
  size_t length;
  const char *name = luaL_checklstring(L, arg, &length);
  const tether_object_type *found = tether_object_type_find(name, length);
  *id = found ? found->id : strncmp(name, "2-", 2) == 0 ? name : NULL;
  return found;
}

/* outcome:reconcile(links, rows, answer, from type, to type, "each" | "none", operation | nil) -> true | nil, err
 * `rows` are those that the request of this answer was written from. "each": the answer names each pair that is done;
 * "none": its success alone says so. */
static int outcome_reconcile(lua_State *L) {
  static const char *const confirmings[] = {"each", "none", NULL};
  tether_outcome *outcome = check_outcome(L, 1);
  const tether_links *links = tether_check_links(L, 2);
  tether_rows rows = tether_check_rows(L, 3);
  const tether_answer *answer = tether_check_answer(L, 4);
  tether_asked asked = {.body = {answer->sent.data, answer->sent.length}};
  asked.sides.from = object_type(L, 5, &asked.sides.from_id);
  asked.sides.to = object_type(L, 6, &asked.sides.to_id);
  tether_confirming confirming = (tether_confirming)luaL_checkoption(L, 7, NULL, confirmings);
  const char *operation = luaL_optstring(L, 8, NULL);
  check_bounds(L, tether_outcome_rows(outcome), rows, 3);
  check_bounds(L, tether_links_count(links), rows, 3);
  bool whole = answer->status >= 200 && answer->status < 300;
  tether_report report; /* no Lua call from here to its end */
  tether_error error;
  tether_report_init(&report);
  bool fine = tether_decode_answer(answer->body.data, answer->body.length, answer->status, asked, &report, &error);
  report.operation = operation;
  report.status = (int)answer->status;
  report.attempts = answer->attempts;
  fine = fine && tether_outcome_reconcile(outcome, links, rows, &report, confirming, whole, &error);
  tether_report_free(&report);
  return tether_push_done(L, fine, &error);
}

/* outcome:subtract_existing(wanted, current) -> true | nil, err: what current holds is unchanged, or added to what is
 * wanted */
static int outcome_subtract_existing(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_links *wanted = tether_check_links(L, 2), *current = tether_check_links(L, 3);
  luaL_argcheck(L, tether_links_count(wanted) == tether_outcome_rows(outcome), 2, "not the outcome's links set");
  tether_error error;
  return tether_push_done(L, tether_outcome_subtract_existing(outcome, wanted, current, &error), &error);
}

/* outcome:copy_from_leaders(leaders) -> true | nil, err: every row gets the state of its leader */
static int outcome_copy_from_leaders(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_rows leaders = tether_check_rows(L, 2);
  luaL_argcheck(L, leaders.list && leaders.count == tether_outcome_rows(outcome), 2, "what :unify gave is needed");
  check_bounds(L, tether_outcome_rows(outcome), leaders, 2);
  tether_error error;
  return tether_push_done(L, tether_outcome_copy_from_leaders(outcome, leaders.list + leaders.first, &error), &error);
}

/* outcome:select(rows, state) -> those of the rows that are in the state */
static int outcome_select(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_rows rows = tether_check_rows(L, 2);
  tether_state state = (tether_state)luaL_checkoption(L, 3, NULL, states);
  check_bounds(L, tether_outcome_rows(outcome), rows, 2);
  uint32_t *list = tether_push_rows(L, rows.count);
  tether_rows_shrink(L, tether_outcome_select(outcome, rows, state, list));
  return 1;
}

/* outcome:relabel(wanted, current, kept types, surplus) -> rows that lack a type, rows of the surplus | nil, err
 * `surplus` is an empty links set, which gets the surplus types as links. */
static int outcome_relabel(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_links *wanted = tether_check_links(L, 2), *current = tether_check_links(L, 3);
  tether_relabelling found = {.surplus = tether_check_links(L, 5)};
  size_t count = tether_links_count(wanted);
  luaL_argcheck(L, count == tether_outcome_rows(outcome), 2, "not the outcome's links set");
  tether_spec types[TETHER_TYPES_MAX];
  tether_kept kept = {types, 0};
  tether_error error;
  if (!tether_check_specs(L, 4, types, &kept.count, &error)) return tether_push_error(L, &error);
  found.missing = tether_push_rows(L, count);
  found.surplus_rows = tether_push_rows(L, count);
  if (!tether_outcome_relabel(outcome, wanted, current, kept, &found, &error)) return tether_push_error(L, &error);
  tether_rows_shrink(L, tether_links_count(found.surplus));
  lua_pushvalue(L, -2);
  tether_rows_shrink(L, found.missing_count);
  lua_insert(L, -2);
  return 2;
}

/* outcome:adopt(rows, other) -> true | nil, err: rows get what the other outcome says at their place */
static int outcome_adopt(lua_State *L) {
  tether_outcome *outcome = check_outcome(L, 1);
  tether_rows rows = tether_check_rows(L, 2);
  tether_outcome *other = check_outcome(L, 3);
  luaL_argcheck(L, tether_outcome_rows(other) >= rows.count, 3, "an outcome of these rows");
  check_bounds(L, tether_outcome_rows(outcome), rows, 2);
  tether_error error;
  return tether_push_done(L, tether_outcome_adopt(outcome, rows, other, &error), &error);
}

/* outcome:verify(links, current, "there" | "gone" | "without") -> rows that are unknown now | nil, err */
static int outcome_verify(lua_State *L) {
  static const char *const wishes[] = {"there", "gone", "without", NULL};
  tether_outcome *outcome = check_outcome(L, 1);
  const tether_links *links = tether_check_links(L, 2), *current = tether_check_links(L, 3);
  luaL_argcheck(L, tether_links_count(links) == tether_outcome_rows(outcome), 2, "not the outcome's links set");
  tether_wish wish = (tether_wish)luaL_checkoption(L, 4, NULL, wishes);
  size_t open;
  tether_error error;
  if (!tether_outcome_verify(outcome, links, current, wish, &open, &error)) return tether_push_error(L, &error);
  lua_pushinteger(L, (lua_Integer)open);
  return 1;
}

static void push_complaint(lua_State *L, const tether_report *report, const tether_complaint *complaint) {
  lua_createtable(L, 0, 5);
  set_text(L, "code", tether_code_name(complaint->code));
  set_text(L, "hint", tether_code_hint(complaint->code));
  const char *message = tether_report_text(report, complaint->message);
  set_text(L, "message", *message ? message : "the answer complains, and says not of what");
  set_text(L, "category", tether_report_text(report, complaint->category));
  set_text(L, "sub_category", tether_report_text(report, complaint->sub_category));
}

static int report_gc(lua_State *L) {
  tether_report_free(luaL_checkudata(L, 1, REPORT));
  return 0;
}

/* native.complaints(answer, sub_category | nil) -> { { code=, message=, … }, … } without those of this sub-category
 * | nil, err */
static int complaints(lua_State *L) {
  const tether_answer *answer = tether_check_answer(L, 1);
  const char *passed = luaL_optstring(L, 2, NULL);
  tether_error error;
  tether_report *report = lua_newuserdatauv(L, sizeof *report, 0);
  tether_report_init(report);
  luaL_setmetatable(L, REPORT);
  if (!tether_decode_answer(answer->body.data, answer->body.length, answer->status, (tether_asked){.body = {NULL, 0}},
                            report, &error))
    return tether_push_error(L, &error);
  lua_newtable(L);
  lua_Integer count = 0;
  for (size_t i = 0; i < report->complaint_count; i++) {
    const tether_complaint *complaint = &report->complaints[i];
    if (passed && strcmp(tether_report_text(report, complaint->sub_category), passed) == 0) continue;
    push_complaint(L, report, complaint);
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

/* native.problem_code(status, category, sub_category, policy, message) -> code */
static int problem_code(lua_State *L) {
  lua_pushstring(L, tether_code_name(tether_problem_code((long)luaL_checkinteger(L, 1), luaL_optstring(L, 2, ""),
                                                         luaL_optstring(L, 3, ""), luaL_optstring(L, 4, ""),
                                                         luaL_optstring(L, 5, ""))));
  return 1;
}

/* native.problem_about(code) -> "rows" | "account" | "transport" | "answer"; "rows" for a code of a script's own */
static int problem_about(lua_State *L) {
  static const char *const abouts[] = {"rows", "account", "transport", "answer"};
  lua_pushstring(L, abouts[tether_problem_about(find_code(luaL_checkstring(L, 1)))]);
  return 1;
}

void tether_open_outcome(lua_State *L) {
  static const luaL_Reg methods[] = {{"count", outcome_count},
                                     {"state", outcome_state},
                                     {"reason", outcome_reason},
                                     {"next", outcome_next},
                                     {"settle", outcome_settle},
                                     {"reconcile", outcome_reconcile},
                                     {"subtract_existing", outcome_subtract_existing},
                                     {"copy_from_leaders", outcome_copy_from_leaders},
                                     {"select", outcome_select},
                                     {"relabel", outcome_relabel},
                                     {"adopt", outcome_adopt},
                                     {"verify", outcome_verify},
                                     {NULL, NULL}};
  static const luaL_Reg functions[] = {{"outcome", outcome_new},
                                       {"problem_code", problem_code},
                                       {"problem_about", problem_about},
                                       {"complaints", complaints},
                                       {NULL, NULL}};
  tether_new_closable(L, OUTCOME, outcome_close, methods);
  luaL_getmetatable(L, OUTCOME);
  lua_pushcfunction(L, outcome_len);
  lua_setfield(L, -2, "__len");
  luaL_newmetatable(L, REPORT);
  lua_pushcfunction(L, report_gc);
  lua_setfield(L, -2, "__gc");
  lua_pop(L, 2);
  luaL_setfuncs(L, functions, 0);
}
