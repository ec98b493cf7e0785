/* JSONL: links, one JSON object a line, read by pulling from bytes that are pushed in pieces of any size: feed, take
 * rows until MORE, feed again; finish says that nothing follows. No socket, no file; memory stays below the ceilings of
 * base/buffer.h whatever comes.
 *
 * A line is {"from":…,"to":…} and may have "label", "labels" and "types"; other keys are passed over. An end is an id
 * as number or string, a key such as "email=jane@example.com", either with its object type before it as in
 * "contacts:101" (the shape of HubSpot's own command line), or {"id":…} as on the wire. "label" and "labels" are a text
 * or an array of texts; "types" an array of type ids, label texts and { category, id } as they are on the wire too;
 * "primary" is true or false. A text by which programs write "nothing" (labelcell.h) is no label where it stands alone.
 *
 * A byte order mark is dropped, blank lines are passed over and counted. A faulty line is told, and reading goes on
 * behind it. */
#ifndef TETHER_JSONL_H
#define TETHER_JSONL_H
#include "base/buffer.h"

typedef struct tether_jsonl tether_jsonl;

/* What the keys are called; NULL: "from", "to", "primary", and "label" as well as "labels". */
typedef struct tether_jsonl_names {
  const char *from, *to, *label, *primary;
} tether_jsonl_names;

typedef struct tether_jsonl_row {
  tether_slice from, to; /* text, whatever it was; borrowed until the next call with this reader */
  tether_slice types;    /* a typekey, see typekey.h */
  tether_slice primary;  /* what stands for it, as it is in the line; empty: nothing */
  int64_t line;          /* counted from 1 */
} tether_jsonl_row;

typedef enum tether_jsonl_event {
  TETHER_JSONL_ROW,
  TETHER_JSONL_MORE,  /* all that was fed is read: feed more, or finish */
  TETHER_JSONL_END,   /* finished, and nothing is left */
  TETHER_JSONL_FAULT, /* one line is lost; the next call goes on behind it */
  TETHER_JSONL_FAILED /* nothing more can be read; only END follows */
} tether_jsonl_event;

enum { TETHER_JSONL_LINE = TETHER_CEILING_FIELD }; /* bytes of one line */

/* The names are copied. NULL: out of memory. */
tether_jsonl *tether_jsonl_new(const tether_jsonl_names *names);
void tether_jsonl_free(tether_jsonl *jsonl); /* NULL is fine */

/* Copies bytes behind those that are not read yet. NO_MEMORY; TOO_LARGE: take rows first. */
bool tether_jsonl_feed(tether_jsonl *jsonl, const char *data, size_t length, tether_error *error);

void tether_jsonl_finish(tether_jsonl *jsonl);

/* The next row. FAULT fills `error` with JSONL_BROKEN and its line as the place; FAILED likewise (a file in UTF-16), or
 * with NO_MEMORY. */
tether_jsonl_event tether_jsonl_next(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error);

#endif
