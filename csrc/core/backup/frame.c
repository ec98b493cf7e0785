#include "core/backup/frame.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
  FORMAT = 1,
  START = 12,     /* bytes: the magic ones and the format */
  HEAD = 5,       /* bytes of a block before its content */
  CHECK = 8,      /* and behind it */
  MOST = 4 << 20, /* bytes of a content */
  ROWS = 32768    /* links of a block: at most 30 bytes each */
};
static const char MAGIC[] = "TetherBK";

struct tether_backup {
  FILE *file;
  tether_links *types; /* its type sets have the numbers of the file */
  size_t sets_written;
  tether_link last;
  uint64_t links, sum;
  tether_buffer bytes;
};

struct tether_backup_reader {
  FILE *file;
  tether_links *types;
  tether_link last;
  uint64_t links, sum;
  tether_buffer bytes;
};

static void put_number(char *out, uint64_t number, size_t length) {
  for (size_t i = 0; i < length; i++) out[i] = (char)(number >> (8 * i));
}

static uint64_t get_number(const char *in, size_t length) {
  uint64_t number = 0;
  for (size_t i = 0; i < length; i++) number |= (uint64_t)(uint8_t)in[i] << (8 * i);
  return number;
}

/* A checksum over eight bytes at a time. It sees what a disk or a transfer has spoiled; it does not guard against
 * malice. */
static uint64_t check_of(const char *data, size_t length, uint64_t sum) {
  uint64_t word;
  for (; length >= 8; data += 8, length -= 8) {
    memcpy(&word, data, 8);
    sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    sum ^= sum >> 29;
  }
  sum = (sum ^ get_number(data, length) ^ ((uint64_t)length << 56)) * UINT64_C(0x9E3779B97F4A7C15);
  return sum ^ (sum >> 32);
}

static bool no_memory(tether_error *error) { return tether_fail(error, TETHER_NO_MEMORY, "no memory for a backup"); }

/* -- writing ------------------------------------------------------------------------------------------------------- */

static bool write_failed(tether_error *error) {
  return tether_fail(error, TETHER_FILE_FAILED, "the backup cannot be written: %s", strerror(errno));
}

tether_backup *tether_backup_new(FILE *file, tether_error *error) {
  tether_backup *b = calloc(1, sizeof *b);
  if (!b || !(b->types = tether_links_new())) {
    fclose(file);
    free(b);
    return no_memory(error), NULL;
  }
  b->file = file;
  b->sets_written = 1;
  tether_buffer_init(&b->bytes, MOST);
  char start[START];
  memcpy(start, MAGIC, 8);
  put_number(start + 8, FORMAT, 4);
  if (fwrite(start, 1, START, file) == START) return b;
  write_failed(error);
  tether_backup_free(b);
  return NULL;
}

void tether_backup_free(tether_backup *b) {
  if (!b) return;
  if (b->file) fclose(b->file);
  tether_links_free(b->types);
  tether_buffer_free(&b->bytes);
  free(b);
}

static bool write_block(tether_backup *b, tether_block kind, tether_slice text, tether_error *error) {
  char head[HEAD] = {(char)kind}, check[CHECK];
  put_number(head + 1, text.length, 4);
  uint64_t sum = check_of(text.data, text.length, check_of(head, HEAD, FORMAT));
  put_number(check, sum, CHECK);
  b->sum += sum;
  bool fine = fwrite(head, 1, HEAD, b->file) == HEAD && fwrite(text.data, 1, text.length, b->file) == text.length &&
              fwrite(check, 1, CHECK, b->file) == CHECK;
  return fine || write_failed(error);
}

bool tether_backup_text(tether_backup *b, tether_block kind, tether_slice text, tether_error *error) {
  if (text.length > MOST) return tether_fail(error, TETHER_TOO_LARGE, "a block of a backup has at most 4 MiB");
  if (kind == TETHER_BLOCK_PAIR) b->last = (tether_link){0};
  return write_block(b, kind, text, error);
}

static tether_slice content(const tether_buffer *bytes) {
  return (tether_slice){bytes->length ? bytes->data : "", bytes->length};
}

/* Writes the type sets that the file does not have yet. */
static bool write_types(tether_backup *b, tether_error *error) {
  const tether_typesets *sets = tether_links_sets(b->types);
  for (size_t count; b->sets_written < tether_typesets_count(sets); b->sets_written++) {
    const tether_spec *types = tether_typesets_at(sets, (uint32_t)b->sets_written, &count);
    tether_buffer_clear(&b->bytes);
    if (!tether_varint_add(&b->bytes, count, error)) return false;
    for (size_t i = 0; i < count; i++)
      if (!tether_varint_add(&b->bytes, types[i].category, error) ||
          !tether_varint_add(&b->bytes, (uint64_t)types[i].id, error))
        return false;
    if (!write_block(b, TETHER_BLOCK_TYPES, content(&b->bytes), error)) return false;
  }
  return true;
}

/* The file's number of each type set that a row holds; freed by the caller. NULL: NO_MEMORY. */
static uint32_t *numbers_of(tether_backup *b, const tether_links *links, tether_error *error) {
  const tether_typesets *sets = tether_links_sets(links);
  size_t end = tether_typesets_count(sets), count;
  uint32_t *numbers = calloc(end, sizeof *numbers);
  if (!numbers) return no_memory(error), NULL;
  for (uint32_t i = 1; i < end; i++) {
    const tether_spec *types = tether_typesets_at(sets, i, &count);
    if (tether_links_intern(b->types, types, count, &numbers[i], error)) continue;
    free(numbers);
    return NULL;
  }
  return numbers;
}

static bool check_order(tether_backup *b, const tether_links *links, tether_error *error) {
  tether_link first = tether_links_at(links, 0);
  bool is_later = first.from > b->last.from || (first.from == b->last.from && first.to > b->last.to);
  if (is_later && tether_links_is_compact(links)) return true;
  return tether_fail(error, TETHER_BAD_ARGUMENT, "links of a backup ascend");
}

bool tether_backup_links(tether_backup *b, const tether_links *links, tether_error *error) {
  size_t count = tether_links_count(links);
  if (count == 0) return true;
  if (!check_order(b, links, error)) return false;
  uint32_t *numbers = numbers_of(b, links, error);
  bool fine = numbers && write_types(b, error);
  for (size_t first = 0; first < count && fine; first += ROWS) {
    size_t rows = count - first < ROWS ? count - first : ROWS;
    tether_buffer_clear(&b->bytes);
    fine = tether_links_pack(links, first, rows, numbers, &b->bytes, error) &&
           write_block(b, TETHER_BLOCK_LINKS, content(&b->bytes), error);
  }
  free(numbers);
  b->last = tether_links_at(links, count - 1);
  b->links += count;
  return fine;
}

int64_t tether_backup_end(tether_backup *b, tether_error *error) {
  char text[16];
  put_number(text, b->links, 8);
  put_number(text + 8, b->sum, 8);
  if (!write_block(b, TETHER_BLOCK_END, (tether_slice){text, sizeof text}, error)) return -1;
  bool fine = fflush(b->file) == 0 && (fsync(fileno(b->file)) == 0 || errno == EINVAL || errno == EROFS);
  int64_t size = fine ? (int64_t)ftello(b->file) : -1;
  if (!fine) write_failed(error);
  return size;
}

/* -- reading ------------------------------------------------------------------------------------------------------- */

static bool read_failed(FILE *file, tether_error *error) {
  if (ferror(file)) return tether_fail(error, TETHER_FILE_FAILED, "the backup cannot be read: %s", strerror(errno));
  return tether_fail(error, TETHER_FILE_BROKEN, "the backup is cut off");
}

static bool check_start(FILE *file, tether_error *error) {
  char start[START];
  size_t length = fread(start, 1, START, file);
  if (length < 8 || memcmp(start, MAGIC, 8) != 0) {
    if (ferror(file)) return read_failed(file, error);
    return tether_fail(error, TETHER_FILE_BROKEN, "it is no backup of Tether");
  }
  if (length < START) return read_failed(file, error);
  uint64_t format = get_number(start + 8, 4);
  if (format == FORMAT) return true;
  return tether_fail(error, TETHER_FILE_BROKEN,
                     "a newer version has written it: its format is %llu, and this one reads %d",
                     (unsigned long long)format, FORMAT);
}

tether_backup_reader *tether_backup_open(FILE *file, tether_error *error) {
  tether_backup_reader *r = calloc(1, sizeof *r);
  if (!r || !(r->types = tether_links_new())) {
    fclose(file);
    free(r);
    return no_memory(error), NULL;
  }
  r->file = file;
  tether_buffer_init(&r->bytes, MOST);
  if (check_start(file, error)) return r;
  tether_backup_close(r);
  return NULL;
}

void tether_backup_close(tether_backup_reader *r) {
  if (!r) return;
  if (r->file) fclose(r->file);
  tether_links_free(r->types);
  tether_buffer_free(&r->bytes);
  free(r);
}

static bool changed(tether_error *error) {
  return tether_fail(error, TETHER_FILE_BROKEN, "the backup was changed after it was written");
}

/* Reads a block and compares its check. */
static bool read_block(tether_backup_reader *r, tether_block *kind, tether_slice *text, tether_error *error) {
  char head[HEAD], check[CHECK];
  if (fread(head, 1, HEAD, r->file) != HEAD) return read_failed(r->file, error);
  size_t length = (size_t)get_number(head + 1, 4);
  if (length > MOST) return changed(error);
  tether_buffer_clear(&r->bytes);
  char *room = tether_buffer_room(&r->bytes, length ? length : 1, error);
  if (!room) return false;
  if (fread(room, 1, length, r->file) != length || fread(check, 1, CHECK, r->file) != CHECK)
    return read_failed(r->file, error);
  uint64_t sum = check_of(room, length, check_of(head, HEAD, FORMAT));
  if (sum != get_number(check, CHECK)) return changed(error);
  *kind = (tether_block)head[0];
  *text = (tether_slice){room, length};
  if (*kind != TETHER_BLOCK_END) r->sum += sum;
  return true;
}

static bool read_types(tether_backup_reader *r, tether_slice text, tether_error *error) {
  tether_spec types[TETHER_TYPES_MAX];
  size_t at = 0, sets = tether_typesets_count(tether_links_sets(r->types));
  uint64_t count, category, id;
  uint32_t index;
  if (!tether_varint_read(text, &at, &count) || count == 0 || count > TETHER_TYPES_MAX) return changed(error);
  for (uint64_t i = 0; i < count; i++) {
    if (!tether_varint_read(text, &at, &category) || !tether_varint_read(text, &at, &id)) return changed(error);
    if (category >= TETHER_CATEGORIES || id == 0 || id > INT32_MAX) return changed(error);
    types[i] = (tether_spec){(tether_category)category, (int32_t)id};
  }
  if (at != text.length) return changed(error);
  return tether_links_intern(r->types, types, (size_t)count, &index, error) && (index == sets || changed(error));
}

static bool read_links(tether_backup_reader *r, tether_slice text, tether_links **links, tether_error *error) {
  tether_links *set = tether_links_like(r->types);
  if (!set) return no_memory(error);
  if (!tether_links_unpack(text, set, &r->last, error)) return tether_links_free(set), false;
  r->links += tether_links_count(set);
  *links = set;
  return true;
}

static bool check_end(tether_backup_reader *r, tether_slice text, tether_error *error) {
  if (text.length != 16 || get_number(text.data, 8) != r->links || get_number(text.data + 8, 8) != r->sum)
    return tether_fail(error, TETHER_FILE_BROKEN, "parts of the backup are missing");
  return fgetc(r->file) == EOF || changed(error);
}

bool tether_backup_read(tether_backup_reader *r, tether_block_read *block, tether_error *error) {
  *block = (tether_block_read){TETHER_BLOCK_END, {NULL, 0}, NULL};
  tether_block kind;
  tether_slice text;
  do {
    if (!read_block(r, &kind, &text, error)) return false;
    if (kind == TETHER_BLOCK_TYPES && !read_types(r, text, error)) return false;
  } while (kind == TETHER_BLOCK_TYPES);
  block->kind = kind;
  block->text = text;
  switch (kind) {
  case TETHER_BLOCK_LINKS:
    return read_links(r, text, &block->links, error);
  case TETHER_BLOCK_END:
    return check_end(r, text, error);
  case TETHER_BLOCK_PAIR:
    r->last = (tether_link){0};
    return true;
  case TETHER_BLOCK_META:
  case TETHER_BLOCK_RECORDS:
  case TETHER_BLOCK_KEYS:
    return true;
  default:
    return changed(error);
  }
}

bool tether_backup_key(tether_slice text, size_t *at, int64_t *id, tether_slice *key, tether_error *error) {
  error->code = TETHER_OK;
  if (*at == text.length) return false;
  uint64_t more, length;
  if (!tether_varint_read(text, at, &more) || !tether_varint_read(text, at, &length)) return changed(error);
  if (more == 0 || more > (uint64_t)(INT64_MAX - *id) || length > text.length - *at) return changed(error);
  *id += (int64_t)more;
  *key = (tether_slice){text.data + *at, (size_t)length};
  *at += (size_t)length;
  return true;
}
