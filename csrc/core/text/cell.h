/* Cell: what the text of a cell says of one end of a link: a record id, a key, or nothing. Pure.
 *
 * Spreadsheets, databases and web pages write the same id in many ways. What can mean one id alone is converted, and
 * counted by its kind; what could mean two, or has lost digits, is refused with the reason. The rules are the table in
 * cell.c. */
#ifndef TETHER_CELL_H
#define TETHER_CELL_H
#include "base/buffer.h"

/* X(NAME, name in Lua, what people are told was converted or passed over). */
#define TETHER_COUNTED_TABLE(X)                                                                                        \
  X(BLANKS, "blanks", "ids between invisible characters")                                                              \
  X(DECIMAL, "decimal", "ids with .0")                                                                                 \
  X(FORMULA, "formula", "ids as =\"...\"")                                                                             \
  X(APOSTROPHE, "apostrophe", "ids behind an apostrophe")                                                              \
  X(GROUPED, "grouped", "ids with grouped digits")                                                                     \
  X(ADDRESS, "address", "addresses of records")                                                                        \
  X(NOTHING, "nothing", "cells with NULL, NaN or \\N")                                                                 \
  X(HEADER, "header", "repeated header lines")                                                                         \
  X(BARE, "bare", "rows of separators alone")                                                                          \
  X(SHORT, "short", "rows without their empty end")

typedef enum tether_counted {
#define TETHER_COUNTED_NAME(name, lua, text) TETHER_COUNTED_##name,
  TETHER_COUNTED_TABLE(TETHER_COUNTED_NAME)
#undef TETHER_COUNTED_NAME
      TETHER_COUNTED_KINDS
} tether_counted;

typedef enum tether_cell_kind { TETHER_CELL_NOTHING, TETHER_CELL_ID, TETHER_CELL_KEY } tether_cell_kind;

typedef struct tether_cell {
  tether_cell_kind kind;
  int64_t id;           /* 1 when it is a key */
  tether_slice type;    /* the object type before it, as in "contacts:101", or in an address; empty: none */
  tether_slice text;    /* the key, of the text that was read */
  const char *property; /* of the key, where the text is its value alone; NULL: the text has both */
  bool is_primary;      /* for the caller, who knows which link is the primary one */
} tether_cell;

/* Reads the text of a cell. Conversions are added to `counted`. False: `problem` is why it is no id, a constant without
 * a full stop, "" where the text says enough. */
bool tether_cell_read(tether_slice text, tether_cell *cell, int64_t counted[TETHER_COUNTED_KINDS],
                      const char **problem);

/* Reads a cell of a side whose cells are values of one property. Every cell that says something is a value of a key,
 * even where the property is written before it. The property is borrowed. */
void tether_cell_value(tether_slice text, const char *property, tether_cell *cell,
                       int64_t counted[TETHER_COUNTED_KINDS]);

/* How several ids stand in one cell. */
enum {
  TETHER_SPLIT_NONE = 0,  /* they do not; only a JSON array is taken apart */
  TETHER_SPLIT_FOUND = 1, /* by a semicolon, a bar, a line break or a comma, whichever is there */
  /* any other value: by this character */
};

typedef struct tether_cells {
  tether_slice rest;
  char separator; /* 0: the rest is one id */
  bool is_array;
} tether_cells;

/* Begins to read the ids of a cell one by one. False: 123,456 may be one id or two; `problem` as above. */
bool tether_cells_begin(tether_cells *cells, tether_slice text, char split, const char **problem);

/* The next id, which may be empty text; false: there is none left. */
bool tether_cells_next(tether_cells *cells, tether_slice *piece);

/* The names and texts of TETHER_COUNTED_TABLE. */
const char *tether_counted_name(tether_counted kind);
const char *tether_counted_text(tether_counted kind);

#endif
