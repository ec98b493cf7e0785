#include "core/sheet/pack.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

enum { PIECE = 64 << 10 };

struct tether_pack {
  int fd;
  int64_t offset, size;    /* of the file */
  struct archive *archive; /* NULL: no entry is open */
  char **names;
  size_t count, capacity, entered;
  int64_t unpacked; /* bytes of the entry so far */
  char piece[PIECE];
};

/* -- the file, as libarchive reads it ------------------------------------------------------------------------------ */

static la_ssize_t on_read(struct archive *archive, void *self, const void **bytes) {
  tether_pack *pack = self;
  ssize_t length;
  do length = pread(pack->fd, pack->piece, PIECE, pack->offset);
  while (length < 0 && errno == EINTR);
  if (length < 0) {
    archive_set_error(archive, errno, "%s", strerror(errno));
    return ARCHIVE_FATAL;
  }
  pack->offset += length;
  *bytes = pack->piece;
  return length;
}

static la_int64_t on_seek(struct archive *archive, void *self, la_int64_t offset, int whence) {
  tether_pack *pack = self;
  int64_t wanted = whence == SEEK_SET ? offset : whence == SEEK_CUR ? pack->offset + offset : pack->size + offset;
  if (wanted < 0 || wanted > pack->size) {
    archive_set_error(archive, EINVAL, "it points outside of the file");
    return ARCHIVE_FATAL;
  }
  return pack->offset = wanted;
}

static la_int64_t on_skip(struct archive *archive, void *self, la_int64_t request) {
  (void)archive;
  tether_pack *pack = self;
  int64_t left = pack->size - pack->offset, skipped = request < left ? request : left;
  pack->offset += skipped;
  return skipped;
}

static void leave(tether_pack *pack) {
  if (pack->archive) archive_read_free(pack->archive);
  pack->archive = NULL;
}

static bool damaged(tether_pack *pack, const char *where, tether_error *error) {
  const char *why = pack->archive ? archive_error_string(pack->archive) : NULL;
  return tether_fail(error, TETHER_FILE_BROKEN, "the ZIP file is damaged, %s: %s", where, why ? why : "no reason told");
}

/* Opens the file anew, before its first entry. */
static bool rewind_pack(tether_pack *pack, tether_error *error) {
  leave(pack);
  pack->offset = 0;
  pack->archive = archive_read_new();
  if (!pack->archive) return tether_fail(error, TETHER_NO_MEMORY, "no memory to read a ZIP file");
  archive_read_support_format_zip_seekable(pack->archive);
  archive_read_set_read_callback(pack->archive, on_read);
  archive_read_set_seek_callback(pack->archive, on_seek);
  archive_read_set_skip_callback(pack->archive, on_skip);
  archive_read_set_callback_data(pack->archive, pack);
  return archive_read_open1(pack->archive) == ARCHIVE_OK || damaged(pack, "at its beginning", error);
}

/* -- the list ------------------------------------------------------------------------------------------------------ */

static bool add_name(tether_pack *pack, const char *name, tether_error *error) {
  if (pack->count == TETHER_PACK_ENTRIES)
    return tether_fail(error, TETHER_TOO_LARGE, "the ZIP file has more than %d entries", TETHER_PACK_ENTRIES);
  char *copy = NULL;
  if (!tether_grow(&pack->names, &pack->capacity, pack->count + 1, sizeof *pack->names) || !(copy = strdup(name)))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a name");
  pack->names[pack->count++] = copy;
  return true;
}

/* The name as UTF-8; libarchive has none where it cannot tell the encoding. */
static const char *name_of(struct archive_entry *entry) {
  const char *name = archive_entry_pathname_utf8(entry);
  if (!name) name = archive_entry_pathname(entry);
  return name ? name : "an entry without a name";
}

/* The next entry; `*entry` is NULL at the end. */
static bool next_entry(tether_pack *pack, struct archive_entry **entry, tether_error *error) {
  int result = archive_read_next_header(pack->archive, entry);
  if (result == ARCHIVE_EOF) *entry = NULL;
  return result == ARCHIVE_OK || result == ARCHIVE_WARN || result == ARCHIVE_EOF ||
         damaged(pack, "in its list of entries", error);
}

static bool read_list(tether_pack *pack, tether_error *error) {
  struct archive_entry *entry;
  if (!rewind_pack(pack, error)) return false;
  while (next_entry(pack, &entry, error)) {
    if (!entry) return true;
    if (!add_name(pack, name_of(entry), error)) return false;
  }
  return false;
}

tether_pack *tether_pack_open(int fd, tether_error *error) {
  tether_pack *pack = calloc(1, sizeof *pack);
  struct stat facts;
  if (!pack) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory to read a ZIP file");
    return NULL;
  }
  pack->fd = fd;
  bool fine = fstat(fd, &facts) == 0 || tether_fail(error, TETHER_FILE_FAILED, "%s", strerror(errno));
  pack->size = fine ? facts.st_size : 0;
  if (fine && read_list(pack, error)) return pack;
  tether_pack_free(pack);
  return NULL;
}

void tether_pack_free(tether_pack *pack) {
  if (!pack) return;
  leave(pack);
  for (size_t i = 0; i < pack->count; i++) free(pack->names[i]);
  free(pack->names);
  free(pack);
}

size_t tether_pack_count(const tether_pack *pack) { return pack->count; }

const char *tether_pack_name(const tether_pack *pack, size_t i) { return pack->names[i]; }

bool tether_pack_find(const tether_pack *pack, const char *name, size_t *i) {
  for (*i = 0; *i < pack->count; ++*i)
    if (strcmp(pack->names[*i], name) == 0) return true;
  return false;
}

/* -- an entry ------------------------------------------------------------------------------------------------------ */

bool tether_pack_enter(tether_pack *pack, size_t i, tether_error *error) {
  struct archive_entry *entry = NULL;
  if (!rewind_pack(pack, error)) return false;
  for (size_t at = 0; at <= i; at++) {
    if (!next_entry(pack, &entry, error)) return false;
    if (!entry) return tether_fail(error, TETHER_FILE_BROKEN, "the ZIP file has lost an entry while it was read");
  }
  pack->entered = i;
  pack->unpacked = 0;
  if (!archive_entry_is_encrypted(entry)) return true;
  return tether_fail(error, TETHER_FILE_BROKEN, "%s is encrypted: save the file without a password", pack->names[i]);
}

static bool read_entry(void *self, char *out, size_t size, size_t *length, tether_error *error) {
  tether_pack *pack = self;
  char where[300];
  *length = 0;
  if (!pack->archive) return tether_fail(error, TETHER_CLOSED, "no entry of the ZIP file is open");
  la_ssize_t got = archive_read_data(pack->archive, out, size);
  if (got >= 0) {
    *length = (size_t)got;
    pack->unpacked += got;
    return true;
  }
  snprintf(where, sizeof where, "in %.200s behind %lld bytes of it", pack->names[pack->entered],
           (long long)pack->unpacked);
  return damaged(pack, where, error);
}

tether_bytes tether_pack_bytes(tether_pack *pack) { return (tether_bytes){pack, read_entry}; }
