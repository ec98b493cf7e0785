/* JSONL: links as JSON, read by pulling from bytes that are pushed in pieces of any size: feed, take rows until MORE,
 * feed again; finish says that nothing follows. No socket, no file; memory stays below the ceilings of base/buffer.h
 * whatever comes.
 *
 * A row is an object such as {"from":…,"to":…}. It stands on a line of its own, or in an array, or in the `results` or
 * `inputs` of an answer or a request of the API, or in one object after the other over many lines. The caller says what
 * a key is for: a key that was not met before is an event.
 *
 * An end is an id as number or string, a key such as "email=jane@example.com", either with its object type before it as
 * in "contacts:101" (the shape of HubSpot's own command line), or {"id":…} as on the wire, which may have the types of
 * its link beside it; or an array of these, a link each. A label is a text or an array of texts; types an array of type
 * ids, label texts and { category, id } as they are on the wire too; null and {} are none, and so is a text by which
 * programs write "nothing" (labelcell.h) where it stands alone.
 *
 * A byte order mark is dropped, blank lines are passed over and counted. A faulty line is told, and reading goes on
 * behind it. */
#ifndef TETHER_JSONL_H
#define TETHER_JSONL_H
#include "base/buffer.h"
#include "core/text/role.h"

typedef struct tether_jsonl tether_jsonl;

/* What has been read of a row, and of one of its links. Borrowed until the next call with this reader. */
typedef struct tether_jsonl_row {
  tether_slice from, to;           /* text, whatever it was */
  tether_slice from_type, to_type; /* the object types that the row names; no data: none */
  tether_slice types;              /* a typekey, see typekey.h */
  tether_slice primary;            /* what stands for it, as text; empty: nothing */
  int64_t line;                    /* where the row begins, counted from 1 */
  tether_slice raw;                /* of a FAULT: the text as it stands in the file, or the beginning of it */
  tether_slice keys;               /* of KEYS: each with a NUL behind it */
} tether_jsonl_row;

typedef enum tether_jsonl_event {
  TETHER_JSONL_ROW,
  TETHER_JSONL_MORE,   /* all that was fed is read: feed more, or finish */
  TETHER_JSONL_END,    /* finished, and nothing is left */
  TETHER_JSONL_FAULT,  /* one row is lost; the next call goes on behind it */
  TETHER_JSONL_FAILED, /* nothing more can be read; only END follows */
  TETHER_JSONL_KEYS    /* row.keys are new: name them, and the next call reads the row */
} tether_jsonl_event;

enum {
  TETHER_JSONL_LINE = TETHER_CEILING_FIELD, /* bytes of one row */
  TETHER_JSONL_ROLES = 1000                 /* keys that are asked for; others have no role */
};

tether_jsonl *tether_jsonl_new(void);        /* NULL: out of memory */
void tether_jsonl_free(tether_jsonl *jsonl); /* NULL is fine */

/* Copies bytes behind those that are not read yet. NO_MEMORY; TOO_LARGE: take rows first. */
bool tether_jsonl_feed(tether_jsonl *jsonl, const char *data, size_t length, tether_error *error);

void tether_jsonl_finish(tether_jsonl *jsonl); /* nothing follows: from now on END can come */

/* Says what a key is for. The key is as it stands in the file, escapes and all. NO_MEMORY. */
bool tether_jsonl_name(tether_jsonl *jsonl, tether_slice key, tether_role role, tether_error *error);

/* The next link of a row. FAULT fills `error` with JSONL_BROKEN and its line as the place; FAILED likewise (a file in
 * UTF-16, an object that never ends), or with NO_MEMORY. */
tether_jsonl_event tether_jsonl_next(tether_jsonl *jsonl, tether_jsonl_row *row, tether_error *error);

#endif
