/* A text is what a file handle reads, whatever its source is. */
#ifndef TETHER_ARCHIVE_TEXT_H
#define TETHER_ARCHIVE_TEXT_H
#include "binding/shared/binding.h"
#include "core/sheet/gunzip.h"
#include "core/sheet/join.h"
#include "core/sheet/worksheet.h"

enum { TETHER_TEXT_PIECE = 64 << 10 };

/* The source of a handle. Its user value keeps alive what the source borrows: a pack, or the file below a gzip file. */
typedef struct tether_text_box {
  tether_bytes bytes; /* read is NULL: closed */
  tether_worksheet *sheet;
  tether_strings *strings;
  tether_join *join;
  tether_gunzip *gunzip;
  luaL_Stream *below; /* of the gzip file; closed when its closef is NULL */
  tether_buffer piece;
  size_t at;          /* in `piece` */
  tether_error error; /* why a read failed */
} tether_text_box;

/* Pushes a box that reads nothing yet. */
tether_text_box *tether_push_text(lua_State *L);

/* Pushes the handle that reads the text box on top of the stack, in its place. */
int tether_push_handle(lua_State *L, tether_text_box *box);

/* native.problem */
int tether_text_problem(lua_State *L);
void tether_open_text(lua_State *L);

/* native.gunzip (gunzip.c) */
int tether_gunzip_open(lua_State *L);

#endif
