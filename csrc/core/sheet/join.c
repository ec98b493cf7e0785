#include "core/sheet/join.h"

#include <stdlib.h>
#include <string.h>

enum { PIECE = 32 << 10 };

struct tether_join {
  tether_pack *pack;
  tether_join_part *parts;
  size_t count, next; /* the part that is entered next */
  tether_recode *recode;
  tether_buffer text; /* UTF-8; what stands before `at` is read */
  size_t at;
  char last; /* the last byte of the text so far */
  bool keep_lines, open, in_header;
};

tether_join *tether_join_new(tether_pack *pack, const tether_join_part *parts, size_t count, bool keep_lines,
                             tether_error *error) {
  tether_join *join = calloc(1, sizeof *join);
  if (join) join->parts = malloc((count + 1) * sizeof *parts);
  if (!join || !join->parts) {
    free(join);
    tether_fail(error, TETHER_NO_MEMORY, "no memory to read the files of a ZIP file");
    return NULL;
  }
  join->pack = pack;
  memcpy(join->parts, parts, count * sizeof *parts);
  join->count = count;
  join->keep_lines = keep_lines;
  join->last = '\n';
  tether_buffer_init(&join->text, TETHER_CEILING_ROW);
  return join;
}

void tether_join_free(tether_join *join) {
  if (!join) return;
  tether_recode_free(join->recode);
  tether_buffer_free(&join->text);
  free(join->parts);
  free(join);
}

static bool is_break(char c) { return c == '\n' || c == '\r'; }

static bool open_next(tether_join *join, tether_error *error) {
  const tether_join_part *part = &join->parts[join->next];
  tether_recode_free(join->recode);
  join->recode = tether_recode_new(part->encoding, error);
  if (!join->recode || !tether_pack_enter(join->pack, part->entry, error)) return false;
  join->open = true;
  join->in_header = join->next > 0 && !join->keep_lines;
  join->next++;
  return is_break(join->last) || tether_buffer_add(&join->text, "\n", 1, error);
}

/* Takes the rest of a first line out of the text, from `start` on. */
static void blank_header(tether_join *join, size_t start) {
  size_t end = start;
  while (end < join->text.length && !is_break(join->text.data[end])) end++;
  join->in_header = end == join->text.length;
  tether_buffer_cut(&join->text, start, end - start);
}

static bool read_piece(tether_join *join, tether_error *error) {
  char piece[PIECE];
  size_t length, start = join->text.length;
  tether_bytes bytes = tether_pack_bytes(join->pack);
  if (!bytes.read(bytes.self, piece, sizeof piece, &length, error)) return false;
  join->open = length > 0;
  if (!tether_recode_add(join->recode, piece, length, length == 0, &join->text, error)) return false;
  if (join->in_header) blank_header(join, start);
  if (join->text.length) join->last = join->text.data[join->text.length - 1];
  return true;
}

static bool read_text(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  tether_join *join = self;
  if (join->at == join->text.length) {
    tether_buffer_clear(&join->text);
    join->at = 0;
  }
  while (join->text.length == 0 && (join->open || join->next < join->count))
    if (!(join->open ? read_piece(join, error) : open_next(join, error))) return false;
  *length = join->text.length - join->at < size ? join->text.length - join->at : size;
  if (*length) memcpy(out, join->text.data + join->at, *length);
  join->at += *length;
  return true;
}

tether_bytes tether_join_text(tether_join *join) { return (tether_bytes){join, read_text}; }
