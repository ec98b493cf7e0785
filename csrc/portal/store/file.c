#include "portal/store/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { PATH = 4096, LINE = 256, COMMAND = 64 };

/* -- before SQLite sees it: what the system says in words --------------------------------------------------------- */

/* The folder that a path lies in; "." for a bare name. */
static void folder_of(const char *path, char out[PATH]) {
  const char *slash = strrchr(path, '/');
  size_t length = slash ? (size_t)(slash - path) : 0;
  if (slash == path) length = 1;
  snprintf(out, PATH, "%.*s", slash ? (int)length : 1, slash ? path : ".");
}

/* SQLite makes files beside its own. */
static bool check_folder(const char *path, tether_error *error) {
  char folder[PATH];
  struct stat found;
  folder_of(path, folder);
  if (stat(folder, &found) != 0)
    return tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: there is no folder %s", path, folder);
  if (!S_ISDIR(found.st_mode))
    return tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: %s is no folder", path, folder);
  return access(folder, W_OK | X_OK) == 0 ||
         tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: nothing may be written in the folder %s", path, folder);
}

static bool check_path(const char *path, tether_error *error) {
  struct stat found;
  if (strlen(path) >= PATH)
    return tether_fail(error, TETHER_SQL_FAILED, "cannot open %.80s…: %s", path, strerror(ENAMETOOLONG));
  if (!check_folder(path, error)) return false;
  if (stat(path, &found) != 0)
    return errno == ENOENT || tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: %s", path, strerror(errno));
  if (S_ISDIR(found.st_mode)) return tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: it is a folder", path);
  if (!S_ISREG(found.st_mode)) return tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: it is no file", path);
  return access(path, R_OK | W_OK) == 0 || tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: it may %s", path,
                                                       access(path, R_OK) == 0 ? "only be read" : "not be read");
}

/* -- who has it --------------------------------------------------------------------------------------------------- */

/* The process that locks the file, as Linux lists it; 0: it is not told. */
static long holder_of(const char *path) {
  struct stat found;
  char line[LINE];
  long holder = 0;
  FILE *locks = stat(path, &found) == 0 ? fopen("/proc/locks", "r") : NULL;
  while (locks && !holder && fgets(line, sizeof line, locks)) {
    long pid;
    unsigned major, minor;
    unsigned long long inode;
    if (sscanf(line, "%*d: %*s %*s %*s %ld %x:%x:%llu", &pid, &major, &minor, &inode) == 4 && inode == found.st_ino &&
        makedev(major, minor) == found.st_dev)
      holder = pid;
  }
  if (locks) fclose(locks);
  return holder > 0 ? holder : 0;
}

static void name_process(long pid, char out[COMMAND]) {
  char path[LINE];
  snprintf(path, sizeof path, "/proc/%ld/comm", pid);
  FILE *file = fopen(path, "r");
  *out = '\0';
  if (!file || !fgets(out, COMMAND, file)) *out = '\0';
  if (file) fclose(file);
  out[strcspn(out, "\n")] = '\0';
}

static bool tell_holder(const char *path, tether_error *error) {
  char command[COMMAND];
  long holder = holder_of(path);
  if (!holder)
    return tether_fail(error, TETHER_SQL_FAILED, "%s is in use by another process: end it, or take another file", path);
  name_process(holder, command);
  if (holder == getpid())
    return tether_fail(error, TETHER_SQL_FAILED,
                       "%s is in use by another portal of this process (%ld): close it, or take another file", path,
                       holder);
  return tether_fail(error, TETHER_SQL_FAILED, "%s is in use by process %ld (%s): end it, or take another file", path,
                     holder, *command ? command : "unknown");
}

/* -- whose it is -------------------------------------------------------------------------------------------------- */

static bool fail_open(const char *path, const tether_sql *sql, tether_error *error) {
  tether_error first = {.text = "no memory"};
  int result = tether_sql_result(sql);
  tether_sql_failed(sql, &first);
  if (result == SQLITE_BUSY) return tell_holder(path, error);
  if (result == SQLITE_NOTADB)
    return tether_fail(error, TETHER_SQL_FAILED, "%s is no SQLite database, and is left as it is", path);
  return tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: %.300s", path, first.text);
}

bool portal_file_is_former(tether_sql *sql) {
  return tether_sql_number(sql, 0, "SELECT 1 FROM pragma_table_info('links') WHERE name = 'from_id'", "") == 1 &&
         tether_sql_number(sql, 0, "SELECT count(*) FROM pragma_table_info('uniques')", "") == 4;
}

/* Reads alone: a file of other software must stay as it is. */
static bool is_ours(const char *path, tether_sql *sql, tether_error *error) {
  int64_t mark = tether_sql_number(sql, 0, "PRAGMA application_id", "");
  int64_t version = tether_sql_number(sql, 0, "PRAGMA user_version", "");
  bool empty = tether_sql_number(sql, 0, "SELECT count(*) FROM sqlite_master", "") == 0;
  if (tether_sql_failed(sql, NULL)) return fail_open(path, sql, error);
  if (mark == PORTAL_FILE_MARK && version > PORTAL_FILE_VERSION)
    return tether_fail(error, TETHER_SQL_FAILED, "%s was written by a newer Tether (version %lld of its tables)", path,
                       (long long)version);
  if (mark == PORTAL_FILE_MARK || (mark == 0 && (empty || portal_file_is_former(sql)))) return true;
  return tether_fail(error, TETHER_SQL_FAILED,
                     "%s is a database of other software, and is left as it is: take another file", path);
}

/* "file:" and the path, in which ? # % would mean something; what lies in a log beside the file is not seen. */
static void address_of(const char *path, char out[3 * PATH + 32]) {
  char *at = out + sprintf(out, "file:%s", *path == '/' ? "" : "./");
  for (; *path; path++) at += sprintf(at, strchr("?#%", *path) ? "%%%02X" : "%c", *path);
  strcpy(at, "?mode=ro&immutable=1");
}

/* Looks at a file that is there without a lock and without a trace. */
static bool look(const char *path, tether_error *error) {
  char address[3 * PATH + 32];
  struct stat found;
  if (stat(path, &found) != 0 || found.st_size == 0) return true;
  address_of(path, address);
  tether_sql *sql = tether_sql_open(address, error);
  bool fine = sql && is_ours(path, sql, error);
  tether_sql_close(sql);
  return fine;
}

tether_sql *portal_file_open(const char *path, tether_error *error) {
  if (!*path || strcmp(path, ":memory:") == 0) return tether_sql_open(path, error);
  char plain[PATH + 2]; /* a name that begins as an address does is a name all the same */
  snprintf(plain, sizeof plain, "%s%.4095s", strncmp(path, "file:", 5) == 0 ? "./" : "", path);
  tether_sql *sql = check_path(path, error) && look(path, error) ? tether_sql_open(plain, error) : NULL;
  if (!sql) return NULL;
  bool locked = tether_sql_script(sql, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT");
  if (locked ? is_ours(path, sql, error) : fail_open(path, sql, error)) return sql;
  tether_sql_close(sql);
  return NULL;
}
