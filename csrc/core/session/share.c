#define _GNU_SOURCE /* F_OFD_SETLK */
#include "core/session/share.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TRIES = 50, TRY_NS = 200000, UUID = 36, STALE_SECONDS = 86400, PATH_MOST = 512 };

/* What the file holds. Another layout, or another start of the machine (whose clock is another one), begins anew. */
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
  int fd;       /* -1: no file */
  page *memory;
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

static void fresh(page *memory) {
  static const char magic[8] = "tether1";
  char boot[UUID] = {0};
  int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (read(fd, boot, UUID) != UUID) memset(boot, 0, UUID);
    close(fd);
  }
  if (memcmp(memory->magic, magic, sizeof magic) == 0 && memcmp(memory->boot, boot, UUID) == 0 &&
      memory->size == sizeof *memory)
    return;
  memcpy(memory->magic, magic, sizeof magic);
  memcpy(memory->boot, boot, UUID);
  memory->size = sizeof *memory;
  tether_quota_init(&memory->quota);
}

static bool is_ours(const char *folder) {
  struct stat facts;
  return lstat(folder, &facts) == 0 && S_ISDIR(facts.st_mode) && facts.st_uid == geteuid() &&
         (facts.st_mode & 077) == 0;
}

/* Who has a file open holds a read lock on it, beside the lock of the quota, which is of another kind: a process may
 * run for days. */
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

static bool map_file(tether_share *share, const char *folder, tether_error *error) {
  char path[PATH_MOST];
  if (mkdir(folder, 0700) != 0 && errno != EEXIST)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot make %.200s for the shared quota: %s", folder,
                       strerror(errno));
  if (!is_ours(folder))
    return tether_fail(error, TETHER_FILE_FAILED, "%.200s must be a folder of yours with mode 0700", folder);
  if (snprintf(path, sizeof path, "%s/quota-%016llx", folder, (unsigned long long)share->key) >= (int)sizeof path)
    return tether_fail(error, TETHER_FILE_FAILED, "the path of the shared quota is too long: %.200s", folder);
  sweep(folder);
  share->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (share->fd < 0 || flock(share->fd, LOCK_EX) != 0 || ftruncate(share->fd, sizeof(page)) != 0)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot open the shared quota %.300s: %s", path, strerror(errno));
  void *memory = mmap(NULL, sizeof(page), PROT_READ | PROT_WRITE, MAP_SHARED, share->fd, 0);
  if (memory == MAP_FAILED)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot map the shared quota %.300s: %s", path, strerror(errno));
  share->memory = memory;
  fresh(share->memory);
  futimens(share->fd, NULL);
  mark(share->fd, F_RDLCK);
  flock(share->fd, LOCK_UN);
  return true;
}

/* -- opening and closing ------------------------------------------------------------------------------------------- */

static void release(tether_share *share) {
  if (share->fd >= 0) {
    if (share->memory) munmap(share->memory, sizeof(page));
    close(share->fd);
  } else {
    free(share->memory);
  }
  pthread_mutex_destroy(&share->mutex);
  free(share->folder);
  free(share);
}

static tether_share *make(const char *folder, uint64_t key, tether_error *error) {
  tether_share *share = calloc(1, sizeof *share);
  if (share) {
    share->fd = -1;
    share->key = key;
    pthread_mutex_init(&share->mutex, NULL);
    bool named = !folder || (share->folder = strdup(folder));
    if (folder && named && map_file(share, folder, error)) return share;
    if (!folder && (share->memory = calloc(1, sizeof(page)))) {
      tether_quota_init(&share->memory->quota);
      return share;
    }
    bool told = folder && named;
    release(share);
    if (told) return NULL;
  }
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a quota");
  return NULL;
}

const char *tether_share_folder(const tether_share *share) { return share->folder; }

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
  for (int i = 0; share->fd >= 0 && flock(share->fd, LOCK_EX | LOCK_NB) != 0; i++) {
    if (i == TRIES) { /* its holder is stopped: nobody waits for that */
      pthread_mutex_unlock(&share->mutex);
      return NULL;
    }
    nanosleep(&(struct timespec){.tv_nsec = TRY_NS}, NULL);
  }
  return &share->memory->quota;
}

void tether_share_unlock(tether_share *share) {
  if (share->fd >= 0) flock(share->fd, LOCK_UN);
  pthread_mutex_unlock(&share->mutex);
}

static void bury_dead(tether_quota *quota, const tether_span *span, int64_t now_ms) {
  for (size_t i = 0; i < span->count; i++) {
    const tether_slot *slot = &span->slots[i];
    if (slot->answered_ms || slot->owner <= 0 || slot->owner == getpid()) continue;
    if (kill(slot->owner, 0) != 0 && errno == ESRCH) tether_quota_bury(quota, slot->owner, now_ms);
  }
}

void tether_share_bury_dead(tether_share *share, int64_t now_ms) {
  tether_quota *quota = &share->memory->quota;
  if (share->fd < 0) return;
  bury_dead(quota, &quota->window, now_ms);
  bury_dead(quota, &quota->search, now_ms);
}
