#define _GNU_SOURCE /* fmemopen */
/* Backups: what is written is read again, whatever the ids; anything else is refused. */
#include "check.h"

#include "../fuzz/backup_fuzz.c" /* so that the fuzzer's target is compiled and run by every test */

#include "core/backup/swap.h"

typedef struct {
  char *data;
  size_t length;
} bytes;

static void add(tether_links *links, int64_t from, int64_t to, int32_t type) {
  tether_spec spec = {TETHER_USER_DEFINED, type};
  uint32_t index = 0;
  CHECK(!type || tether_links_intern(links, &spec, 1, &index, NULL));
  CHECK(tether_links_add(links, from, to, index, NULL));
}

static bytes written(tether_links *const *sets, size_t count) {
  bytes file = {NULL, 0};
  tether_error error;
  tether_backup *backup = tether_backup_new(open_memstream(&file.data, &file.length), &error);
  CHECK(backup && tether_backup_text(backup, TETHER_BLOCK_META, (tether_slice){"{}", 2}, &error));
  CHECK(tether_backup_text(backup, TETHER_BLOCK_PAIR, (tether_slice){"{}", 2}, &error));
  for (size_t i = 0; i < count; i++) CHECK(tether_backup_links(backup, sets[i], &error));
  CHECK(tether_backup_end(backup, &error) == -1); /* memory is no disk: there is nothing to wait for */
  tether_backup_free(backup);
  return file;
}

/* Compares the links of a file with those that were written, row by row. */
static void check_links(bytes file, tether_links *const *sets, size_t count) {
  tether_error error;
  tether_backup_reader *reader = tether_backup_open(fmemopen(file.data, file.length, "r"), &error);
  tether_block_read block = {TETHER_BLOCK_META, {NULL, 0}, NULL};
  size_t set = 0, row = 0;
  CHECK(reader != NULL);
  while (reader && tether_backup_read(reader, &block, &error) && block.kind != TETHER_BLOCK_END) {
    for (size_t i = 0; block.links && i < tether_links_count(block.links); i++) {
      while (set < count && row == tether_links_count(sets[set])) set++, row = 0;
      tether_link read = tether_links_at(block.links, i), wrote = tether_links_at(sets[set], row);
      size_t types, others;
      const tether_spec *a = tether_links_types(block.links, i, &types);
      const tether_spec *b = tether_links_types(sets[set], row++, &others);
      CHECK(read.from == wrote.from && read.to == wrote.to && types == others);
      CHECK(types == 0 || (a->id == b->id && a->category == b->category));
    }
    tether_links_free(block.links);
  }
  CHECK(block.kind == TETHER_BLOCK_END && set + 1 >= count);
  tether_backup_close(reader);
}

static void what_is_written_is_read(void) {
  tether_links *sets[2] = {tether_links_new(), tether_links_new()};
  add(sets[0], 1, 1, 0);
  add(sets[0], 1, INT64_MAX, 7);
  add(sets[0], 2, 1, 7);
  add(sets[0], 2, 2, 8);
  for (int64_t i = 0; i < 70000; i++) add(sets[1], 1000000000000 + i / 3, 1 + (i % 3) * 900000000000, (int32_t)(i % 5));
  add(sets[1], INT64_MAX, 5, 7);
  add(sets[1], INT64_MAX, INT64_MAX, 7);
  bytes file = written(sets, 2);
  check_links(file, sets, 2);
  CHECK(file.length < 70000 * 12);
  free(file.data);
  for (int i = 0; i < 2; i++) tether_links_free(sets[i]);
}

static void every_cut_is_seen(void) {
  tether_links *links = tether_links_new();
  for (int64_t i = 1; i < 20; i++) add(links, i, i * 1000, (int32_t)(i % 2));
  bytes file = written(&links, 1);
  for (size_t length = 1; length < file.length; length++) {
    tether_error error = {TETHER_OK, 0, ""};
    tether_block_read block = {TETHER_BLOCK_META, {NULL, 0}, NULL};
    tether_backup_reader *reader = tether_backup_open(fmemopen(file.data, length, "r"), &error);
    while (reader && tether_backup_read(reader, &block, &error) && block.kind != TETHER_BLOCK_END)
      tether_links_free(block.links);
    CHECK(error.code == TETHER_FILE_BROKEN);
    tether_backup_close(reader);
  }
  free(file.data);
  tether_links_free(links);
}

static void links_ascend(void) {
  tether_error error;
  char *data = NULL;
  size_t length = 0;
  tether_links *links = tether_links_new(), *before = tether_links_new(), *turned = tether_links_new();
  tether_backup *backup = tether_backup_new(open_memstream(&data, &length), &error);
  add(links, 5, 5, 0);
  add(before, 5, 4, 0);
  add(turned, 7, 1, 0);
  add(turned, 6, 1, 0);
  CHECK(tether_backup_links(backup, links, &error));
  CHECK(!tether_backup_links(backup, before, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(!tether_backup_links(backup, links, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(!tether_backup_links(backup, turned, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(tether_backup_text(backup, TETHER_BLOCK_PAIR, (tether_slice){"{}", 2}, &error));
  CHECK(tether_backup_links(backup, before, &error)); /* of another pair */
  tether_backup_free(backup);
  free(data);
  tether_links_free(links);
  tether_links_free(before);
  tether_links_free(turned);
}

#define IS_BROKEN(text)                                                                                                \
  do {                                                                                                                 \
    tether_links *set = tether_links_new();                                                                            \
    tether_link last = {0};                                                                                            \
    tether_error error;                                                                                                \
    CHECK(!tether_links_unpack((tether_slice){text, sizeof(text) - 1}, set, &last, &error));                           \
    CHECK(error.code == TETHER_FILE_BROKEN);                                                                           \
    tether_links_free(set);                                                                                            \
  } while (0)

static void rows_that_are_none_are_refused(void) {
  IS_BROKEN("");
  IS_BROKEN("\1");                                                 /* a row is missing */
  IS_BROKEN("\1\1\2\0\0");                                         /* a byte too many */
  IS_BROKEN("\1\0\1\0");                                           /* no from id */
  IS_BROKEN("\1\1\0\0");                                           /* no to id */
  IS_BROKEN("\1\1\1\0");                                           /* to id -1 */
  IS_BROKEN("\1\1\2\1");                                           /* no such type set */
  IS_BROKEN("\2\1\2\0\0\0\0");                                     /* the same pair again */
  IS_BROKEN("\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1\2\0");       /* more than 63 bits */
  IS_BROKEN("\1\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\2\0"); /* no number */
  IS_BROKEN("\2\1\2\0\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\0");   /* to id beyond 63 bits */
  IS_BROKEN("\2\1\2\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F\2\0");   /* from id beyond 63 bits */
  IS_BROKEN("\xFF\xFF\xFF\xFF\x7F\1\2\0");                         /* more rows than bytes */
}

static void ids_change(void) {
  tether_links *links = tether_links_new(), *from = tether_links_new(), *to = tether_links_new();
  add(links, 1, 10, 7);
  add(links, 2, 10, 0);
  add(links, 2, 11, 0);
  add(links, 3, 10, 0);
  add(from, 1, 101, 0);
  add(from, 2, 102, 0);
  add(to, 10, 110, 0);
  tether_links *changed = tether_links_like(links);
  size_t lost = 9;
  CHECK(tether_links_change_ids(links, from, to, changed, &lost, NULL));
  CHECK(lost == 2 && tether_links_count(changed) == 2);
  tether_link first = tether_links_at(changed, 0), second = tether_links_at(changed, 1);
  CHECK(first.from == 101 && first.to == 110 && first.types == 1);
  CHECK(second.from == 102 && second.to == 110 && second.types == 0);
  tether_links_free(links);
  tether_links_free(from);
  tether_links_free(to);
  tether_links_free(changed);
}

static void any_bytes(void) {
  uint64_t seed = 1;
  for (int turn = 0; turn < 20000; turn++) {
    uint8_t text[64];
    for (size_t i = 0; i < sizeof text; i++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      text[i] = (uint8_t)(seed >> 56) & ((seed >> 40) % 3 ? 0x0F : 0xFF);
    }
    text[0] = (uint8_t)turn;
    static const char kinds[] = "MPTLRKE";
    text[1] = (uint8_t)kinds[turn % 7];
    LLVMFuzzerTestOneInput(text, sizeof text);
  }
}

/* Numbers of seven bits, and one more, in each place of a row. */
static void ids_at_the_edge_of_a_byte_are_read_again(void) {
  tether_links *links = tether_links_new();
  for (int64_t id = 126; id < 131; id++) add(links, id, 2 * id, 0);
  for (int64_t to = 1; to < 4; to++) add(links, 258, 128 * to, 0);
  bytes file = written(&links, 1);
  check_links(file, &links, 1);
  free(file.data);
  tether_links_free(links);
}

static bool reads_to_its_end(bytes file) {
  tether_error error;
  tether_backup_reader *reader = tether_backup_open(fmemopen(file.data, file.length, "r"), &error);
  tether_block_read block = {TETHER_BLOCK_META, {NULL, 0}, NULL};
  bool fine = reader != NULL;
  while (fine && block.kind != TETHER_BLOCK_END) {
    fine = tether_backup_read(reader, &block, &error);
    if (fine && block.kind == TETHER_BLOCK_LINKS) tether_links_free(block.links);
  }
  CHECK(fine || error.code == TETHER_FILE_BROKEN);
  tether_backup_close(reader);
  return fine;
}

/* Whole blocks that somebody has taken out, or put in a second time, have right checks of their own. */
static void a_block_that_is_missing_is_missed(void) {
  enum { START = 12, META = 15 };
  bytes file = written(NULL, 0);
  CHECK(reads_to_its_end(file));
  char *cut = malloc(file.length + META);
  memcpy(cut, file.data, START);
  memcpy(cut + START, file.data + START + META, file.length - START - META);
  CHECK(!reads_to_its_end((bytes){cut, file.length - META}));
  memcpy(cut, file.data, START + META);
  memcpy(cut + START + META, file.data + START, file.length - START);
  CHECK(!reads_to_its_end((bytes){cut, file.length + META}));
  free(cut);
  free(file.data);
}

static void the_largest_block_is_written(void) {
  enum { MOST = 4 << 20 };
  bytes file = {NULL, 0};
  char *text = calloc(1, MOST + 1);
  tether_error error;
  tether_backup *backup = tether_backup_new(open_memstream(&file.data, &file.length), &error);
  CHECK(tether_backup_text(backup, TETHER_BLOCK_META, (tether_slice){text, MOST}, &error));
  CHECK(!tether_backup_text(backup, TETHER_BLOCK_META, (tether_slice){text, MOST + 1}, &error));
  CHECK(error.code == TETHER_TOO_LARGE);
  tether_backup_free(backup);
  free(file.data);
  free(text);
}

int main(void) {
  ids_at_the_edge_of_a_byte_are_read_again();
  a_block_that_is_missing_is_missed();
  the_largest_block_is_written();
  what_is_written_is_read();
  every_cut_is_seen();
  links_ascend();
  rows_that_are_none_are_refused();
  ids_change();
  any_bytes();
  return failed != 0;
}
