/* The state of a JSON reader, for the files that it is made of: jsonl.c gives rows, jsonl_split.c finds where each one
 * begins and ends, jsonl_row.c reads what is in it. Nobody else includes this. */
#ifndef TETHER_JSONL_STATE_H
#define TETHER_JSONL_STATE_H
#include "core/files/jsonl.h"

typedef struct tether_jsonl_key {
  size_t start, length; /* in `names` */
  tether_role role;
} tether_jsonl_key;

/* One end of a link, with the types that stand beside it. */
typedef struct tether_jsonl_end {
  size_t start, length;             /* in `text` */
  size_t types_start, types_length; /* in `types`; none: those of the row */
} tether_jsonl_end;

typedef struct tether_jsonl_ends {
  tether_jsonl_end *list;
  size_t count, capacity;
  bool given;
} tether_jsonl_ends;

/* A text that stands in `text`. */
typedef struct tether_jsonl_part {
  size_t start, length;
  bool given;
} tether_jsonl_part;

/* Where the rows stand. */
typedef enum tether_jsonl_place {
  TETHER_JSONL_LINES,  /* one a line */
  TETHER_JSONL_TOP,    /* one object behind the other */
  TETHER_JSONL_ARRAY,  /* in an array */
  TETHER_JSONL_INSIDE, /* in the array of an object: an answer of the API */
  TETHER_JSONL_BEHIND  /* behind that array, in the object: no rows are left in it */
} tether_jsonl_place;

typedef enum tether_jsonl_kind { TETHER_JSONL_BETWEEN, TETHER_JSONL_OBJECT, TETHER_JSONL_SCALAR } tether_jsonl_kind;

/* The value under way, when rows are found by their braces. */
typedef struct tether_jsonl_scan {
  tether_jsonl_kind kind;
  size_t start, depth;
  size_t key, key_length; /* the last key at depth 1, in the input */
  int64_t line;           /* where the value begins */
  bool in_string, escaped, behind_colon;
} tether_jsonl_scan;

struct tether_jsonl {
  tether_buffer input; /* bytes as they came; those before `at` are read, those before `seen` were looked at */
  size_t at, seen;
  bool begun, finished, ended, skipping; /* skipping: the rest of a line that is too long */
  int64_t line;                          /* of the byte at `at`; when rows are found by braces, at `seen` */
  tether_jsonl_place place;
  tether_jsonl_scan scan;
  tether_jsonl_key *keys;
  size_t key_count, key_capacity, next_key; /* next_key: the one that followed the last one in the row before */
  tether_buffer names;                      /* of the keys */
  /* the row under way: its links are given one by one */
  tether_slice row; /* in the input; no data: none */
  int64_t row_line;
  tether_buffer text, types, shared; /* shared: the types of a link, those beside its end and those of the row */
  tether_jsonl_ends ends[2];
  tether_jsonl_part object_type[2], raw, primary;
  size_t row_types;    /* where those of the row itself begin in `types` */
  size_t links, given; /* of the row */
};

/* Finds the next row; false: the input has none that is whole. */
bool tether_jsonl_value(tether_jsonl *jsonl, tether_slice *row);

/* Finds out where the rows stand; false: more bytes are needed for that. */
bool tether_jsonl_find_place(tether_jsonl *jsonl);

/* What tether_jsonl_read found out. */
typedef enum tether_jsonl_result { TETHER_JSONL_FINE, TETHER_JSONL_LOST, TETHER_JSONL_NEW_KEY } tether_jsonl_result;

/* Reads the row under way. LOST fills `error`; NEW_KEY fills `keys`. */
tether_jsonl_result tether_jsonl_read(tether_jsonl *jsonl, tether_slice *keys, tether_error *error);

#endif
