/* The only room with Lua in it, in seven modules: tether.native (values and bytes), tether.session.native (the
 * network), tether.portal.native (the server), tether.webhook.native (signatures), tether.archive.native (XLSX, ZIP,
 * gzip), tether.job.native (job files) and tether.redis.native (other machines), so that no program maps a library that
 * it does not use.
 *
 * Check the arguments, call the core, push what it answers: no decision is taken here.
 *
 * Functions that can fail for a reason of the world return nil and an error table { code, message, hint, place };
 * a wrong kind of argument raises, as in Lua's own libraries. Lua raises by a jump that frees nothing: so whatever C
 * has made must belong to a userdata before any call of Lua that may raise. */
#ifndef TETHER_BINDING_H
#define TETHER_BINDING_H
#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "core/files/csv.h"
#include "core/links/lines.h"
#include "core/links/links.h"
#include "core/links/rows.h"
#include "core/session/session.h"

/* -- what Lua owns (box.c) -- */

/* A box is a userdata that holds one thing of C; NULL: closed, or not made yet. tether_push_box pushes an empty one and
 * returns where the caller puts what it makes. tether_check_box is what the box at `arg` holds; raises "this WHAT is
 * closed". tether_empty_box takes out what the box at 1 holds, for the caller to free: so it can be closed twice. */
void **tether_push_box(lua_State *L, const char *type);
void *tether_check_box(lua_State *L, int arg, const char *type, const char *what);
void *tether_empty_box(lua_State *L, const char *type);

/* A box that only the process which made it may use: a forked child would read the same socket as its parent. It is
 * checked as another box, and raises in a child as well. */
typedef struct tether_own_box {
  void *held;     /* NULL: closed */
  unsigned forks; /* how many this process descended from (forks.c) */
} tether_own_box;
tether_own_box *tether_push_own(lua_State *L, const char *type);
void *tether_check_own(lua_State *L, const char *type, const char *what);
bool tether_is_own(const tether_own_box *box); /* false: in a child */

/* Makes the metatable of what can be closed: by its method `close`, by a variable that goes out of scope, and by the
 * collector. `methods`: the others. */
void tether_new_closable(lua_State *L, const char *type, lua_CFunction close, const luaL_Reg *methods);

/* Ends a binding that has made something: 1 for what is on top of the stack, or nil and NO_MEMORY for `what` when
 * `made` is NULL. */
int tether_pushed(lua_State *L, const void *made, const char *what);

/* Pushes an empty buffer that the collector frees, so that Lua may raise while it is filled; then its bytes. */
tether_buffer *tether_push_buffer(lua_State *L, size_t ceiling);
void tether_push_bytes(lua_State *L, const tether_buffer *buffer);

/* -- what Lua gives -- */

/* A text in a table, as tether_check_text; NULL: none. It stays on the stack, so that the text lives. */
const char *tether_text_field(lua_State *L, int table, const char *name);
bool tether_flag_field(lua_State *L, int table, const char *name);

/* Sets a field of the table on top of the stack; a text that is NULL sets none. */
void tether_set_text(lua_State *L, const char *name, const char *text);
void tether_set_integer(lua_State *L, const char *name, int64_t value);

/* Pushes nil and the error table; returns 2, so that a binding can end in one line. */
int tether_push_error(lua_State *L, const tether_error *error);

/* Ends a binding whose only answer is that it went well: pushes true, or nil and the error table. */
int tether_push_done(lua_State *L, bool fine, const tether_error *error);

/* A record id: an integer, or a string of decimal digits. False fills `error` with BAD_ID and what came. */
bool tether_check_id(lua_State *L, int arg, int64_t *id, tether_error *error);

/* Text that C will read to its first NUL; raises when there is one inside. */
const char *tether_check_text(lua_State *L, int index, const char *name);

/* The userdata that one file makes and another reads; NULL inside: closed. */
#define TETHER_LINKS_TYPE "tether.native.links"
#define TETHER_ROWS_TYPE "tether.native.rows"     /* holds a tether_rows */
#define TETHER_ANSWER_TYPE "tether.native.answer" /* a box */
typedef struct tether_links_box {
  tether_links *links;
} tether_links_box;

/* Grants that tether.redis.native makes and a session takes over. */
#define TETHER_GRANTS_TYPE "tether.native.grants" /* a box; empty: taken */

/* What such a userdata holds; raises when it is something else or closed. */
tether_links *tether_check_links(lua_State *L, int arg);
tether_rows tether_check_rows(lua_State *L, int arg);
const tether_answer *tether_check_answer(lua_State *L, int arg);
tether_csv *tether_check_csv(lua_State *L, int arg);

/* One of `count` places, which Lua counts from 1: counted from 0. */
size_t tether_check_place(lua_State *L, int arg, size_t count);

/* Pushes a closed links set and returns where the caller puts its set. tether_pushed_links then ends a binding: 1 for
 * the set on top of the stack, or nil and NO_MEMORY when `links` is NULL. */
tether_links **tether_push_links(lua_State *L);
int tether_pushed_links(lua_State *L, const tether_links *links);

/* Pushes an array of { category=, id= }. */
void tether_push_specs(lua_State *L, const tether_spec *types, size_t count);

/* Reads an array of { category=, id= } at `array` into `types` (room for TETHER_TYPES_MAX); false fills `error`. */
bool tether_check_specs(lua_State *L, int array, tether_spec *types, size_t *count, tether_error *error);

/* Reads { [index of a type set] = number } at `arg` into a list of `count` that Lua owns; one that is missing is
 * TETHER_UNMAPPED (algebra.c). */
const uint32_t *tether_check_numbers(lua_State *L, int arg, size_t count);

/* Pushes a typekey as the list that a script would have written (labelcell.c). */
void tether_push_types(lua_State *L, tether_slice key);

/* Pushes empty lines (lines.c). */
tether_lines *tether_push_lines(lua_State *L);

/* Pushes rows with room for `count` row numbers. The caller writes them to the returned list before any Lua call runs;
 * tether_rows_shrink says how many it wrote. */
uint32_t *tether_push_rows(lua_State *L, size_t count);
void tether_rows_shrink(lua_State *L, size_t count);

/* Pushes a closed file handle of Lua's io library with one user value; the caller opens it with `tether_open_file`,
 * which takes the FILE over: its fclose is what closing does. NULL: nobody has opened the io library. */
luaL_Stream *tether_push_file(lua_State *L);
void tether_open_file(luaL_Stream *stream, FILE *file);

/* Makes the metatable of a userdata with its methods; adds methods to one that another file has made. */
void tether_new_class(lua_State *L, const char *name, const luaL_Reg *metamethods, const luaL_Reg *methods);
void tether_add_methods(lua_State *L, const char *name, const luaL_Reg *methods);

/* Adds the functions of a file to the table on top of the stack, or methods to what another file has made. */
typedef void tether_opener(lua_State *L);

/* Those of tether.native. rows, algebra and relate are called behind links, whose methods they add. */
tether_opener tether_open_types, tether_open_wire, tether_open_links, tether_open_rows, tether_open_algebra,
    tether_open_relate, tether_open_outcome, tether_open_signals, tether_open_csv, tether_open_recoded,
    tether_open_intake, tether_open_cells, tether_open_labelcell, tether_open_lines, tether_open_stream,
    tether_open_interrupt, tether_open_terminal, tether_open_loading, tether_open_backup;

#endif
