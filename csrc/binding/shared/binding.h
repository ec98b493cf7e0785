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
#define TETHER_ROWS_TYPE "tether.native.rows" /* holds a tether_rows */
#define TETHER_ANSWER_TYPE "tether.native.answer"
#define TETHER_BUFFER_TYPE "tether.native.buffer" /* a tether_buffer, freed by the collector (wire.c) */
typedef struct tether_links_box {
  tether_links *links;
} tether_links_box;
typedef struct tether_answer_box {
  tether_answer *answer;
} tether_answer_box;

/* Grants that tether.redis.native makes and a session takes over. */
#define TETHER_GRANTS_TYPE "tether.native.grants"
typedef struct tether_grants_box {
  tether_grants *grants; /* NULL: taken */
} tether_grants_box;

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

/* Each adds the functions of its file to the table on top of the stack. */
void tether_open_types(lua_State *L);
void tether_open_wire(lua_State *L);
void tether_open_links(lua_State *L);
void tether_open_rows(lua_State *L);    /* behind links */
void tether_open_algebra(lua_State *L); /* behind links */
void tether_open_relate(lua_State *L);  /* behind links */
void tether_open_outcome(lua_State *L);
void tether_open_signals(lua_State *L);
void tether_open_csv(lua_State *L);
void tether_open_recoded(lua_State *L);
void tether_open_intake(lua_State *L);
void tether_open_cells(lua_State *L);
void tether_open_labelcell(lua_State *L);
void tether_open_lines(lua_State *L);
void tether_open_stream(lua_State *L);
void tether_open_interrupt(lua_State *L);
void tether_open_terminal(lua_State *L);
void tether_open_loading(lua_State *L);
void tether_open_backup(lua_State *L);

#endif
