/* Any bytes as a sheet, as shared texts, as a gzip file and as a ZIP file: whole and in pieces they read the same, and
 * end in a text or an error. `make fuzz` runs it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/sheet/gunzip.h"
#include "core/sheet/join.h"
#include "core/sheet/strings.h"
#include "core/sheet/workbook.h"
#include "core/sheet/worksheet.h"

enum { MOST = 8 << 20 }; /* of what a small file unpacks to */

typedef struct {
  const char *at;
  size_t left, piece;
} memory;

static bool read_memory(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  (void)error;
  memory *from = self;
  *length = from->left < from->piece ? from->left : from->piece;
  if (*length > size) *length = size;
  memcpy(out, from->at, *length);
  from->at += *length;
  from->left -= *length;
  return true;
}

static memory memory_of(const char *text, size_t length, size_t piece) { return (memory){text, length, piece}; }

static tether_bytes bytes_of(memory *from) { return (tether_bytes){from, read_memory}; }

/* Reads to the end, `piece` bytes at once. An error's text stands alone: how much comes before it depends on the
 * pieces. */
static tether_buffer drain(tether_bytes bytes, size_t piece) {
  char room[4096];
  tether_buffer out;
  tether_error error;
  tether_buffer_init(&out, 2 * MOST);
  for (size_t length = 1; length && out.length < MOST;) {
    if (!bytes.read(bytes.self, room, piece < sizeof room ? piece : sizeof room, &length, &error)) {
      tether_buffer_clear(&out);
      tether_buffer_format(&out, NULL, "!%s: %s", tether_code_name(error.code), error.text);
      break;
    }
    tether_buffer_add(&out, room, length, NULL);
  }
  return out;
}

static const char SHARED[] = "<sst><si><t>from</t></si><si><t>to</t></si><si><t>a \"b\"</t></si></sst>";

/* What a sheet's XML is as CSV. */
static tether_buffer sheet_text(const char *xml, size_t length, size_t piece) {
  memory shared = memory_of(SHARED, sizeof SHARED - 1, 4096), from = memory_of(xml, length, piece);
  tether_strings *strings = tether_strings_read(bytes_of(&shared), "strings", NULL);
  tether_worksheet *sheet = tether_worksheet_new(bytes_of(&from), "sheet", strings, NULL);
  if (!strings || !sheet) abort();
  tether_buffer out = drain(tether_worksheet_text(sheet), piece);
  tether_worksheet_free(sheet);
  tether_strings_free(strings);
  return out;
}

/* The shared texts, each in brackets. */
static tether_buffer strings_text(const char *xml, size_t length, size_t piece) {
  memory from = memory_of(xml, length, piece);
  tether_error error;
  tether_buffer out;
  tether_buffer_init(&out, 2 * MOST);
  tether_strings *strings = tether_strings_read(bytes_of(&from), "strings", &error);
  if (!strings) tether_buffer_format(&out, NULL, "!%s", error.text);
  for (size_t i = 0; strings && i < tether_strings_count(strings); i++) {
    tether_buffer_add(&out, "[", 1, NULL);
    if (!tether_strings_add(strings, i, &out, &error)) abort();
    tether_buffer_add(&out, "]", 1, NULL);
  }
  tether_strings_free(strings);
  return out;
}

typedef struct {
  tether_gunzip *gunzip;
  memory from;
  char piece[64];
  tether_slice left;
} unpacking;

static bool read_gunzip(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  unpacking *state = self;
  for (size_t more = 1;;) {
    if (!tether_gunzip_read(state->gunzip, &state->left, out, size, length, error)) return false;
    if (*length) return true;
    if (!more) return tether_gunzip_finish(state->gunzip, error);
    read_memory(&state->from, state->piece, sizeof state->piece, &more, error);
    state->left = (tether_slice){state->piece, more};
  }
}

static tether_buffer gzip_text(const char *bytes, size_t length, size_t piece) {
  unpacking state = {tether_gunzip_new(NULL), memory_of(bytes, length, piece), {0}, {"", 0}};
  if (!state.gunzip) abort();
  tether_buffer out = drain((tether_bytes){&state, read_gunzip}, piece);
  tether_gunzip_free(state.gunzip);
  return out;
}

/* Every entry of a ZIP file as one text, and its workbook, if it is one. */
static tether_buffer zip_text(const char *bytes, size_t length, size_t piece) {
  tether_error error;
  tether_buffer out;
  tether_buffer_init(&out, 2 * MOST);
  int fd = memfd_create("fuzz", 0);
  if (fd < 0 || write(fd, bytes, length) != (ssize_t)length) abort();
  tether_pack *pack = tether_pack_open(fd, &error);
  size_t count = pack ? tether_pack_count(pack) : 0;
  tether_join_part *parts = calloc(count + 1, sizeof *parts);
  for (size_t i = 0; parts && i < count; i++) parts[i] = (tether_join_part){i, i % TETHER_ENCODING_COUNT};
  tether_join *join = parts && pack ? tether_join_new(pack, parts, count, false, &error) : NULL;
  if (join) out = drain(tether_join_text(join), piece);
  tether_join_free(join);
  free(parts);
  tether_workbook book;
  if (pack && !tether_workbook_read(pack, &book, &error)) tether_buffer_text(&out, error.text, NULL);
  if (pack) tether_workbook_free(&book);
  tether_pack_free(pack);
  close(fd);
  return out;
}

static bool is_error(const tether_buffer *text) { return text->length && *text->data == '!'; }

/* Two errors are as good as each other: which of several faults expat names depends on the pieces. */
static bool is_same(const tether_buffer *whole, const tether_buffer *pieces) {
  if (whole->length >= MOST || (is_error(whole) && is_error(pieces))) return true;
  return whole->length == pieces->length && (!whole->length || memcmp(whole->data, pieces->data, whole->length) == 0);
}

static void compare(tether_buffer (*read)(const char *, size_t, size_t), const char *data, size_t length,
                    size_t piece) {
  tether_buffer whole = read(data, length, SIZE_MAX), pieces = read(data, length, piece);
  if (!is_same(&whole, &pieces)) abort();
  tether_buffer_free(&whole);
  tether_buffer_free(&pieces);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static tether_buffer (*const readers[])(const char *, size_t, size_t) = {sheet_text, strings_text, gzip_text,
                                                                           zip_text};
  if (length < 2) return 0;
  compare(readers[data[0] % 4], (const char *)data + 2, length - 2, 1 + data[1] % 32);
  return 0;
}
