/* Any bytes as a backup, as its packed links and as its keys: they end in links or an error. What is made of the bytes
 * reads back as it was written. `make fuzz` runs it. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* fmemopen */
#endif
#include <stdlib.h>

#include "core/backup/frame.h"

static void read_all(FILE *file) {
  tether_error error;
  tether_backup_reader *reader = tether_backup_open(file, &error);
  if (!reader) return;
  tether_block_read block = {TETHER_BLOCK_META, {NULL, 0}, NULL};
  while (tether_backup_read(reader, &block, &error) && block.kind != TETHER_BLOCK_END) {
    if (block.links && !tether_links_is_compact(block.links)) abort();
    tether_links_free(block.links);
  }
  tether_backup_close(reader);
}

static void as_file(tether_slice bytes) {
  FILE *file = fmemopen((void *)bytes.data, bytes.length, "r");
  if (file) read_all(file);
}

/* Blocks whose checks are right: first a kind and a length, then the content. */
static void as_blocks(tether_slice bytes) {
  tether_error error;
  char *data = NULL;
  size_t length = 0, at = 0;
  FILE *file = open_memstream(&data, &length);
  tether_backup *backup = file ? tether_backup_new(file, &error) : NULL;
  if (!backup) abort();
  while (at + 2 <= bytes.length) {
    tether_block kind = (tether_block)bytes.data[at];
    size_t size = (uint8_t)bytes.data[at + 1];
    at += 2;
    if (size > bytes.length - at) size = bytes.length - at;
    if (!tether_backup_text(backup, kind, (tether_slice){bytes.data + at, size}, &error)) abort();
    at += size;
  }
  tether_backup_free(backup);
  as_file((tether_slice){data, length});
  free(data);
}

/* Links that can be read are written and read again. */
static void as_links(tether_slice bytes) {
  tether_error error;
  tether_links *links = tether_links_new(), *again = tether_links_new();
  tether_link last = {0}, end = {0};
  const uint32_t types[] = {0};
  tether_buffer packed;
  tether_buffer_init(&packed, 1 << 20);
  if (!links || !again) abort();
  if (tether_links_unpack(bytes, links, &last, &error)) {
    if (!tether_links_pack(links, 0, tether_links_count(links), types, &packed, &error)) abort();
    if (!tether_links_unpack((tether_slice){packed.data, packed.length}, again, &end, &error)) abort();
    if (tether_links_count(again) != tether_links_count(links) || end.from != last.from || end.to != last.to) abort();
  }
  tether_buffer_free(&packed);
  tether_links_free(again);
  tether_links_free(links);
}

static void as_keys(tether_slice bytes) {
  tether_error error;
  tether_slice key;
  size_t at = 0;
  int64_t id = 0, last = 0;
  for (; tether_backup_key(bytes, &at, &id, &key, &error); last = id)
    if (id <= last || key.data + key.length > bytes.data + bytes.length) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  static void (*const readers[])(tether_slice) = {as_file, as_blocks, as_links, as_keys};
  if (length < 2) return 0;
  readers[data[0] % 4]((tether_slice){(const char *)data + 1, length - 1});
  return 0;
}
