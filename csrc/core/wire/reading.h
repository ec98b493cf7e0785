/* Reading: the links that an answer lists, straight into a links set. Pure; ids stay exact.
 *
 * A reading collects over many answers: links, the texts of the labels that it met, and the cursors that were left. */
#ifndef TETHER_READING_H
#define TETHER_READING_H
#include "base/buffer.h"
#include "core/links/links.h"

typedef struct tether_label_name {
  tether_spec type;
  size_t text; /* offset into the reading's text */
} tether_label_name;

/* One record has more links: send its id with the cursor. */
typedef struct tether_cursor {
  int64_t from;
  size_t after; /* offset into the reading's text; opaque, sent back exactly as it came */
} tether_cursor;

typedef struct tether_reading {
  tether_links *links; /* borrowed from the caller */
  tether_label_name *labels;
  tether_cursor *cursors;
  size_t label_count, label_capacity, cursor_count, cursor_capacity;
  bool says_more; /* an answer had errors or was not complete: read it with tether_decode_answer as well */
  tether_buffer text;
} tether_reading;

void tether_reading_init(tether_reading *reading, tether_links *links); /* allocates nothing */
void tether_reading_free(tether_reading *reading);                      /* the links stay */

/* The text at an offset; valid until the next decode. */
const char *tether_reading_text(const tether_reading *reading, size_t offset);

/* Adds what a list of one record's associations says; `from` is the record that was asked for. On failure the links and
 * the cursors are as before, so that the same can be asked for again: ANSWER_MALFORMED, NO_MEMORY. */
bool tether_decode_list(const char *data, size_t length, int64_t from, tether_reading *reading, tether_error *error);

/* The same for a batch read, whose results name their record. Its `errors` are passed over, see
 * `says_more`. */
bool tether_decode_batch_read(const char *data, size_t length, tether_reading *reading, tether_error *error);

/* The results of a batch read that stand complete from `at` on, inside of the list; `first`: none stands before
 * them. Returns where a comma or the list's end follows the last of them, `at` when there is none: the rest has not
 * come yet, or is refused by tether_decode_batch_read. `error` is filled only when there was no memory. */
size_t tether_decode_results(const char *data, size_t length, size_t at, bool first, tether_reading *reading,
                             tether_error *error);

#endif
