#define _GNU_SOURCE /* F_OFD_SETLK */
#include "core/pace/share.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

enum {
  TRIES = 50,            /* to take the lock, for one question */
  TRY_NS = 200000,       /* between two of them */
  MISSES_MOST = 100,     /* questions in a row without the lock, a second at least: its holder is stopped for good */
  UUID = 36,             /* letters of the kernel's boot id */
  STALE_SECONDS = 86400, /* a file that nobody has opened for so long may be removed */
  PATH_MOST = 512,
  WHY_MOST = 200
};

/* What the file holds. A file of another layout is not read. A file from before the machine's last start is not read
 * either, since the monotonic clock was another one. */
typedef struct {
  char magic[8];
  char boot[UUID];
  uint32_t size;
  tether_quota quota;
} page;

struct tether_share {
  tether_share *next;
  uint64_t key;
  int users;
  char *folder; /* NULL: this process alone */
  int fd;       /* -1: no file, or none any more */
  int misses;   /* questions in a row that did not get the file's lock */
  page memory;  /* what the file held last */
  char why[WHY_MOST];
  pthread_mutex_t mutex;
};

static tether_share *shares;
static pthread_mutex_t shares_mutex = PTHREAD_MUTEX_INITIALIZER;

uint64_t tether_share_key(const char *url, const char *secret) {
  uint64_t hash = 14695981039346656037u; /* FNV-1a */
  for (const char *at = url; *at; at++) hash = (hash ^ (unsigned char)*at) * 1099511628211u;
  hash = (hash ^ '\n') * 1099511628211u;
  for (const char *at = secret; *at; at++) hash = (hash ^ (unsigned char)*at) * 1099511628211u;
  return hash;
}

/* -- the file ------------------------------------------------------------------------------------------------------ */

static const char magic[8] = "tether2";

/* The number of this start of the machine; zeros where the system tells none. */
static void read_boot(char boot[UUID]) {
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  memset(boot, 0, UUID);
  if (fd < 0) return;
  if (read(fd, boot, UUID) != UUID) memset(boot, 0, UUID);
  close(fd);
}

static void begin(page *memory) {
  memset(memory, 0, sizeof *memory);
  memcpy(memory->magic, magic, sizeof magic);
  read_boot(memory->boot);
  memory->size = sizeof *memory;
  tether_quota_init(&memory->quota);
}

static bool is_like(const page *read, const page *known) {
  return memcmp(read->magic, known->magic, sizeof magic) == 0 && memcmp(read->boot, known->boot, UUID) == 0 &&
         read->size == known->size && tether_quota_is_sane(&read->quota, tether_clock_ms());
}

/* Takes what the file holds. A file that is cut, garbled or of another kind is ignored, and unlock writes what this
 * process knows over it. */
static void read_page(tether_share *share) {
  page read;
  if (pread(share->fd, &read, sizeof read, 0) == sizeof read && is_like(&read, &share->memory)) share->memory = read;
}

static bool write_page(const tether_share *share) {
  errno = ENOSPC; /* a short write sets no errno: the disk is full */
  return pwrite(share->fd, &share->memory, sizeof share->memory, 0) == sizeof share->memory;
}

/* Takes the lock by flock. It tries for some milliseconds only, since a holder that is stopped never gives it back. */
static bool try_lock(int fd) {
  for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; i++) {
    if (i == TRIES) return false;
    nanosleep(&(struct timespec){.tv_nsec = TRY_NS}, NULL);
  }
  return true;
}

/* From now on this process goes on alone, with what it knows. Closing the file gives its locks back. */
static void give_up_file(tether_share *share, const char *why) {
  snprintf(share->why, sizeof share->why, "%s", why);
  close(share->fd);
  share->fd = -1;
}

static bool is_ours(const char *folder) {
  struct stat facts;
  return lstat(folder, &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() &&
         (facts.st_mode & 077) == 0;
}

/* Every process that has a file open holds a read lock on it, so that a file in use is not taken for a stale one,
 * however long the process runs. The lock of the quota is of another kind (flock), and the two do not meet. */
static bool mark(int fd, short kind) {
  struct flock lock = {.l_type = kind, .l_whence = SEEK_SET};
  return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Tokens come and go: a file that nobody has opened for a day, and nobody has open, is removed. */
static void remove_stale(int folder, const char *name) {
  struct stat facts;
  int fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return;
  if (fstat(fd, &facts) == 0 && time(NULL) - facts.st_mtime > STALE_SECONDS && mark(fd, F_WRLCK))
    unlinkat(folder, name, 0);
  close(fd);
}

static void sweep(const char *folder) {
  DIR *listing = opendir(folder);
  if (!listing) return;
  for (struct dirent *entry; (entry = readdir(listing));)
    if (strncmp(entry->d_name, "quota-", 6) == 0) remove_stale(dirfd(listing), entry->d_name);
  closedir(listing);
}

static bool has_lock(int fd) {
  for (int i = 0; i < MISSES_MOST; i++)
    if (try_lock(fd)) return true;
  errno = EWOULDBLOCK;
  return false;
}

static bool check_folder(const char *folder, tether_error *error) {
  if (mkdir(folder, 0700) != 0 && errno != EEXIST)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot make %.200s for the shared quota: %s", folder,
                       strerror(errno));
  return is_ours(folder) ||
         tether_fail(error, TETHER_FILE_FAILED, "%.200s must be a folder of yours with mode 0700", folder);
}

static bool open_file(tether_share *share, const char *folder, tether_error *error) {
  char path[PATH_MOST];
  if (!check_folder(folder, error)) return false;
  if (snprintf(path, sizeof path, "%s/quota-%016llx", folder, (unsigned long long)share->key) >= (int)sizeof path)
    return tether_fail(error, TETHER_FILE_FAILED, "the path of the shared quota is too long: %.200s", folder);
  sweep(folder);
  share->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (share->fd < 0)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot open the shared quota %.300s: %s", path, strerror(errno));
  if (!has_lock(share->fd))
    return tether_fail(error, TETHER_FILE_FAILED, "another process holds the lock of the shared quota %.300s", path);
  read_page(share);
  if (!write_page(share))
    return tether_fail(error, TETHER_FILE_FAILED, "cannot write the shared quota %.300s: %s", path, strerror(errno));
  mark(share->fd, F_RDLCK);
  flock(share->fd, LOCK_UN);
  return true;
}

/* -- opening and closing ------------------------------------------------------------------------------------------- */

static void release(tether_share *share) {
  if (share->fd >= 0) close(share->fd);
  pthread_mutex_destroy(&share->mutex);
  free(share->folder);
  free(share);
}

static tether_share *make(const char *folder, uint64_t key, tether_error *error) {
  tether_share *share = calloc(1, sizeof *share);
  if (share && folder && !(share->folder = strdup(folder))) {
    free(share);
    share = NULL;
  }
  if (!share) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
    return NULL;
  }
  share->fd = -1;
  share->key = key;
  begin(&share->memory);
  pthread_mutex_init(&share->mutex, NULL);
  if (!folder || open_file(share, folder, error)) return share;
  release(share);
  return NULL;
}

static bool is_in(const tether_share *share, const char *folder) {
  return folder && share->folder ? strcmp(folder, share->folder) == 0 : folder == share->folder;
}

tether_share *tether_share_open(const char *folder, uint64_t key, tether_error *error) {
  pthread_mutex_lock(&shares_mutex);
  tether_share *share = shares;
  while (share && (share->key != key || !is_in(share, folder))) share = share->next;
  if (!share && (share = make(folder, key, error))) {
    share->next = shares;
    shares = share;
  }
  if (share) share->users++;
  pthread_mutex_unlock(&shares_mutex);
  return share;
}

void tether_share_close(tether_share *share) {
  if (!share) return;
  pthread_mutex_lock(&shares_mutex);
  if (--share->users == 0) {
    tether_share **link = &shares;
    while (*link != share) link = &(*link)->next;
    *link = share->next;
    release(share);
  }
  pthread_mutex_unlock(&shares_mutex);
}

/* -- locking ------------------------------------------------------------------------------------------------------- */

tether_quota *tether_share_lock(tether_share *share) {
  pthread_mutex_lock(&share->mutex);
  if (share->fd < 0) return &share->memory.quota;
  if (try_lock(share->fd)) {
    share->misses = 0;
    read_page(share);
  } else if (++share->misses < MISSES_MOST) { /* its holder may be stopped: the caller asks again later */
    pthread_mutex_unlock(&share->mutex);
    return NULL;
  } else {
    give_up_file(share, "another process holds its lock");
  }
  return &share->memory.quota;
}

void tether_share_unlock(tether_share *share) {
  if (share->fd >= 0 && !write_page(share)) give_up_file(share, strerror(errno));
  if (share->fd >= 0) flock(share->fd, LOCK_UN);
  pthread_mutex_unlock(&share->mutex);
}

bool tether_share_problem(tether_share *share, char *why, size_t capacity) {
  pthread_mutex_lock(&share->mutex);
  bool alone = *share->why != '\0';
  if (alone) snprintf(why, capacity, "%s", share->why);
  pthread_mutex_unlock(&share->mutex);
  return alone;
}

static void bury_dead(tether_quota *quota, const tether_span *span, int64_t now_ms) {
  for (size_t i = 0; i < span->count; i++) {
    const tether_slot *slot = &span->slots[i];
    if (slot->answered_ms || slot->owner <= 0 || slot->owner == getpid()) continue;
    if (kill(slot->owner, 0) != 0 && errno == ESRCH) tether_quota_bury(quota, slot->owner, now_ms);
  }
}

void tether_share_bury_dead(tether_share *share, int64_t now_ms) {
  tether_quota *quota = &share->memory.quota;
  if (share->fd < 0) return;
  bury_dead(quota, &quota->window, now_ms);
  bury_dead(quota, &quota->search, now_ms);
}
