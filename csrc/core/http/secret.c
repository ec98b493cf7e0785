#include "core/http/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The mapping's length stands before the text. */
enum { HEAD = sizeof(max_align_t), FILE_MOST = 16 << 10 };

char *tether_secret_new(size_t size) {
  if (size > SIZE_MAX / 2) return NULL;
  char *memory = mmap(NULL, size + HEAD, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  madvise(memory, size + HEAD, MADV_DONTDUMP);
  size_t whole = size + HEAD;
  memcpy(memory, &whole, sizeof whole);
  return memory + HEAD;
}

char *tether_secret_copy(const char *prefix, const char *text) {
  size_t before = strlen(prefix), length = strlen(text);
  char *secret = tether_secret_new(before + length + 1);
  if (!secret) return NULL;
  memcpy(secret, prefix, before);
  memcpy(secret + before, text, length);
  return secret;
}

static bool check_file(int fd, const char *path, const char *what, tether_error *error) {
  struct stat facts;
  if (fd < 0 || fstat(fd, &facts) != 0)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot read the %s file %.300s: %s", what, path, strerror(errno));
  if (!S_ISREG(facts.st_mode))
    return tether_fail(error, TETHER_FILE_FAILED, "the %s file %.300s is not a regular file", what, path);
  if (facts.st_mode & 077)
    return tether_fail(
        error, TETHER_FILE_FAILED,
        "others may read the %s file %.250s (mode %04o): run chmod 600 on it, and renew the %s if somebody "
        "has",
        what, path, (unsigned)facts.st_mode & 07777, what);
  return true;
}

/* Leaves the first line; false: it is none. */
static bool cut_line(char *secret, ssize_t length, const char *path, const char *what, tether_error *error) {
  bool token = strcmp(what, "token") == 0;
  if (length < 0) return tether_fail(error, TETHER_FILE_FAILED, "cannot read the %s file %.300s", what, path);
  size_t line = strcspn(secret, "\r\n");
  if (line < (size_t)length && secret[line] == '\0')
    return tether_fail(error, token ? TETHER_TOKEN_MALFORMED : TETHER_FILE_FAILED,
                       "the %s file %.300s has a NUL byte in it", what, path);
  secret[line] = '\0';
  return line > 0 || tether_fail(error, token ? TETHER_TOKEN_MISSING : TETHER_FILE_FAILED,
                                 "the %s file %.300s begins with an empty line", what, path);
}

char *tether_secret_read(const char *path, const char *what, tether_error *error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe without a writer must not hold us */
  char *secret = NULL;
  bool fine = check_file(fd, path, what, error);
  if (fine && !(secret = tether_secret_new(FILE_MOST)))
    fine = tether_fail(error, TETHER_NO_MEMORY, "no memory for a %s", what);
  if (fine) fine = cut_line(secret, read(fd, secret, FILE_MOST - 1), path, what, error);
  if (fd >= 0) close(fd);
  if (fine) return secret;
  tether_secret_free(secret);
  return NULL;
}

void tether_secret_free(char *secret) {
  if (!secret) return;
  size_t whole;
  memcpy(&whole, secret - HEAD, sizeof whole);
  explicit_bzero(secret - HEAD, whole);
  munmap(secret - HEAD, whole);
}
