#include "core/sheet/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  PAGE = 16 << 10, /* bytes that are read from the file at once */
  PAGES = 32       /* that stay in memory: half a megabyte, as much as is held before there is a file */
};

typedef struct {
  int64_t number; /* -1: empty */
  char bytes[PAGE];
} page;

struct tether_spool {
  tether_buffer memory; /* all, while there is no file; then what is not written yet */
  FILE *file;           /* unlinked; NULL: none yet */
  int64_t written;
  page *pages; /* PAGES of them, each at its number modulo PAGES; made with the file */
};

tether_spool *tether_spool_new(tether_error *error) {
  tether_spool *spool = calloc(1, sizeof *spool);
  if (!spool) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a temporary file");
    return NULL;
  }
  tether_buffer_init(&spool->memory, TETHER_CEILING_FIELD);
  return spool;
}

void tether_spool_free(tether_spool *spool) {
  if (!spool) return;
  tether_buffer_free(&spool->memory);
  if (spool->file) fclose(spool->file);
  free(spool->pages);
  free(spool);
}

int64_t tether_spool_length(const tether_spool *spool) { return spool->written + (int64_t)spool->memory.length; }

static bool failed(tether_error *error) {
  return tether_fail(error, TETHER_FILE_FAILED, "a temporary file: %s", strerror(errno));
}

static bool make_file(tether_spool *spool, tether_error *error) {
  spool->pages = malloc(PAGES * sizeof *spool->pages);
  if (!spool->pages) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a temporary file");
  for (int i = 0; i < PAGES; i++) spool->pages[i].number = -1;
  spool->file = tmpfile();
  return spool->file || failed(error);
}

static bool write_out(tether_spool *spool, tether_error *error) {
  if (!spool->file && !make_file(spool, error)) return false;
  for (size_t done = 0; done < spool->memory.length;) {
    ssize_t length =
        pwrite(fileno(spool->file), spool->memory.data + done, spool->memory.length - done, spool->written);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return failed(error);
    done += (size_t)length;
    spool->written += length;
  }
  tether_buffer_clear(&spool->memory);
  return true;
}

bool tether_spool_add(tether_spool *spool, const void *data, size_t length, tether_error *error) {
  if (length == 0) return true;
  if (length > TETHER_CEILING_FIELD) return tether_fail(error, TETHER_TOO_LARGE, "a text of %zu bytes", length);
  if (spool->memory.length && spool->memory.length + length > TETHER_SPOOL_MEMORY && !write_out(spool, error))
    return false;
  return tether_buffer_add(&spool->memory, data, length, error);
}

/* The page of the file that has a place in it. */
static const page *page_at(tether_spool *spool, int64_t offset, tether_error *error) {
  int64_t number = offset / PAGE;
  page *found = &spool->pages[number % PAGES];
  if (found->number == number) return found;
  found->number = -1;
  ssize_t length;
  do length = pread(fileno(spool->file), found->bytes, PAGE, number * PAGE);
  while (length < 0 && errno == EINTR);
  if (length < 0) return failed(error), NULL;
  if (number * PAGE + length < spool->written && length < PAGE) return errno = EIO, failed(error), NULL;
  if (length == PAGE) found->number = number; /* the last one may grow, and is read again */
  return found;
}

bool tether_spool_read(tether_spool *spool, int64_t offset, void *out, size_t length, tether_error *error) {
  char *to = out;
  while (length && offset < spool->written) {
    const page *from = page_at(spool, offset, error);
    if (!from) return false;
    int64_t in_page = offset % PAGE, left = PAGE - in_page;
    if (left > spool->written - offset) left = spool->written - offset;
    size_t taken = (size_t)left < length ? (size_t)left : length;
    memcpy(to, from->bytes + in_page, taken);
    to += taken;
    offset += (int64_t)taken;
    length -= taken;
  }
  if (length) memcpy(to, spool->memory.data + (offset - spool->written), length);
  return true;
}
