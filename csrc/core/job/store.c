#include "core/job/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sql.h"

enum {
  APPLICATION = 0x74746a62, /* "ttjb", SQLite's application_id of our files */
  VERSION = 1,              /* of a new file */
  KNOWN_VERSION = 2,        /* the greatest that is read: a file with steps */
  MOST_NOTES = 10000        /* of a kind: people read no more, and the file stays small */
};

static const char SCHEMA[] =
    "create table meta(key text primary key, value text not null) without rowid;"
    "create table pair(id integer primary key, from_type text not null, to_type text not null,"
    " unique(from_type, to_type));"
    "create table typeset(id integer primary key, types text not null);"
    "create table label(pair integer not null, type text not null, label text not null, primary key(pair, type))"
    " without rowid;"
    "create table batch(id integer primary key, pair integer not null, stage integer not null, state integer not null,"
    " rows integer not null, records integer not null, adds integer not null, removes integer not null,"
    " digest integer not null, results blob not null);"
    "create index batch_order on batch(stage, id);"
    "create table content(batch integer primary key, changes blob not null);"
    "create table note(id integer primary key, batch integer not null, kind text not null, from_id integer not null,"
    " to_id integer not null, text text not null);"
    "create index note_batch on note(batch);";

struct tether_job {
  tether_sql *sql;
  tether_typesets *sets;
  uint32_t kept; /* type sets that stand in the file */
  int lock;      /* -1: none */
  tether_buffer bytes;
};

tether_sql *tether_job_sql(tether_job *job) { return job->sql; }
tether_typesets *tether_job_sets(tether_job *job) { return job->sets; }

/* -- failures ------------------------------------------------------------------------------------------------------ */

bool tether_job_failed(tether_job *job, tether_error *error) {
  tether_error cause = {.code = TETHER_OK};
  int result = tether_sql_result(job->sql) & 0xFF;
  tether_sql_failed(job->sql, &cause);
  tether_sql_forgive(job->sql);
  if (result == SQLITE_NOTADB || result == SQLITE_CORRUPT || result == SQLITE_ERROR)
    return tether_fail(error, TETHER_JOB_FILE, "this is no job file, or it is damaged (%s)", cause.text);
  if (result == SQLITE_BUSY || result == SQLITE_LOCKED)
    return tether_fail(error, TETHER_JOB_BUSY, "the job file is in use by another process");
  return tether_fail(error, cause.code == TETHER_NO_MEMORY ? TETHER_NO_MEMORY : TETHER_FILE_FAILED,
                     "the job file cannot be read or written (%s)", cause.text);
}

static bool done(tether_job *job, bool fine, tether_error *error) { return fine || tether_job_failed(job, error); }

/* -- opening ------------------------------------------------------------------------------------------------------- */

/* Puts SQLite's log away when a job is closed, so that the job is one file again: it can be copied, and looked at in a
 * folder that is read-only. While another process reads it, SQLite refuses, and the log stays. */
static void put_journal_away(tether_job *job) {
  if (job->lock < 0 || !job->sql) return;
  tether_sql_forgive(job->sql);
  tether_sql_script(job->sql, "pragma journal_mode=delete");
}

void tether_job_free(tether_job *job) {
  if (!job) return;
  put_journal_away(job);
  tether_sql_close(job->sql);
  tether_typesets_free(job->sets);
  tether_buffer_free(&job->bytes);
  if (job->lock >= 0) close(job->lock);
  free(job);
}

static tether_job *new_job(tether_error *error) {
  tether_job *job = calloc(1, sizeof *job);
  if (job) job->lock = -1;
  if (job && (job->sets = tether_typesets_new())) {
    tether_buffer_init(&job->bytes, TETHER_CEILING_ANSWER);
    job->kept = 1; /* the empty set is in no file */
    return job;
  }
  free(job);
  tether_fail(error, TETHER_NO_MEMORY, "no memory for a job");
  return NULL;
}

static tether_job *give_up(tether_job *job) {
  tether_job_free(job);
  return NULL;
}

/* Takes a lock that ends with the process, on a file beside the job. SQLite's own locks are not enough: they are
 * POSIX locks, which end when anything in this process opens and closes the job file. */
static bool lock(tether_job *job, const char *path, tether_error *error) {
  char name[4096];
  if (snprintf(name, sizeof name, "%s.lock", path) >= (int)sizeof name)
    return tether_fail(error, TETHER_FILE_FAILED, "the name of the job file is too long");
  job->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (job->lock < 0) return tether_fail(error, TETHER_FILE_FAILED, "cannot open %s: %s", name, strerror(errno));
  if (flock(job->lock, LOCK_EX | LOCK_NB) == 0) return true;
  return tether_fail(error, TETHER_JOB_BUSY, "another process is at work on %s", path);
}

tether_job *tether_job_create(const char *path, tether_error *error) {
  struct stat found;
  if (*path && stat(path, &found) == 0 && found.st_size > 0)
    return tether_fail(error, TETHER_FILE_FAILED, "%s is there already: name a new file", path), NULL;
  tether_job *job = new_job(error);
  if (!job || (*path && !lock(job, path, error)) || !(job->sql = tether_sql_open(path, error))) return give_up(job);
  char pragmas[200];
  snprintf(pragmas, sizeof pragmas, "pragma application_id=%d;pragma user_version=%d;%s", APPLICATION, VERSION,
           *path ? "pragma journal_mode=wal;pragma synchronous=full;" : "pragma cache_size=-4000;");
  bool fine = tether_sql_script(job->sql, pragmas) && tether_sql_script(job->sql, "begin") &&
              tether_sql_script(job->sql, SCHEMA);
  return done(job, fine, error) ? job : give_up(job);
}

static bool check_kind(tether_job *job, const char *path, tether_error *error) {
  int64_t application = tether_sql_number(job->sql, 0, "pragma application_id", "");
  int64_t version = tether_sql_number(job->sql, 0, "pragma user_version", "");
  if (tether_sql_failed(job->sql, NULL)) return tether_job_failed(job, error);
  if (application != APPLICATION) return tether_fail(error, TETHER_JOB_FILE, "%s is no job file of Tether", path);
  if (version > KNOWN_VERSION)
    return tether_fail(error, TETHER_JOB_FILE, "%s was written by a newer version of Tether (format %d, known is %d)",
                       path, (int)version, KNOWN_VERSION);
  return true;
}

/* SQLite does not notice a file that was cut within its last page. While a log lies beside it the file may be shorter,
 * since the log has the rest. */
static bool check_length(tether_job *job, const char *path, int64_t length, tether_error *error) {
  char journal[4096];
  struct stat found;
  if (snprintf(journal, sizeof journal, "%s-wal", path) >= (int)sizeof journal || stat(journal, &found) == 0)
    return true;
  int64_t page = tether_sql_number(job->sql, 1, "pragma page_size", "");
  if (tether_sql_failed(job->sql, NULL)) return tether_job_failed(job, error);
  return length % page == 0 || tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: its end is missing");
}

static bool check_whole(tether_job *job, tether_error *error) {
  sqlite3_stmt *query = tether_sql_query(job->sql, "pragma quick_check(1)", "");
  bool fine = tether_sql_next(job->sql, query) && strcmp((const char *)sqlite3_column_text(query, 0), "ok") == 0;
  tether_sql_end(query);
  if (tether_sql_failed(job->sql, NULL)) return tether_job_failed(job, error);
  return fine || tether_fail(error, TETHER_JOB_FILE, "the job file is damaged");
}

/* "HUBSPOT_DEFINED:279 USER_DEFINED:42" */
static bool intern_text(tether_job *job, const char *text, uint32_t *index, tether_error *error) {
  tether_spec types[TETHER_TYPES_MAX];
  size_t count = 0;
  char category[32];
  int length;
  for (; *text && count < TETHER_TYPES_MAX; text += length, text += *text == ' ', count++) {
    length = 0;
    if (sscanf(text, "%31[A-Z_]:%" SCNd32 "%n", category, &types[count].id, &length) != 2 || length == 0 ||
        !tether_category_find(category, &types[count].category))
      return tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: types %.60s", text);
  }
  return tether_typesets_intern(job->sets, types, count, index, error);
}

static void write_types(const tether_spec *types, size_t count, char *text, size_t room) {
  size_t length = 0;
  for (size_t i = 0; i < count && length < room; i++)
    length += (size_t)snprintf(text + length, room - length, "%s%s:%d", i ? " " : "",
                               tether_category_name(types[i].category), (int)types[i].id);
}

bool tether_job_store_sets(tether_job *job, tether_error *error) {
  char text[TETHER_TYPES_MAX * 40];
  for (; job->kept < tether_typesets_count(job->sets); job->kept++) {
    size_t count;
    const tether_spec *types = tether_typesets_at(job->sets, job->kept, &count);
    write_types(types, count, text, sizeof text);
    if (!tether_sql_do(job->sql, "insert into typeset values(?1, ?2)", "it", (int64_t)job->kept, text))
      return tether_job_failed(job, error);
  }
  return true;
}

static bool load_sets(tether_job *job, tether_error *error) {
  sqlite3_stmt *query = tether_sql_query(job->sql, "select id, types from typeset order by id", "");
  bool fine = true;
  while (fine && tether_sql_next(job->sql, query)) {
    uint32_t index = 0;
    const char *text = (const char *)sqlite3_column_text(query, 1);
    fine = intern_text(job, text ? text : "", &index, error);
    if (fine && index != sqlite3_column_int64(query, 0))
      fine = tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: its type sets are out of order");
    job->kept = index + 1;
  }
  tether_sql_end(query);
  return fine && (!tether_sql_failed(job->sql, NULL) || tether_job_failed(job, error));
}

bool tether_job_has_steps(tether_job *job) {
  return tether_sql_number(job->sql, 0, "select count(*) from sqlite_master where name='step'", "") == 1;
}

static uint64_t digest_of_batches(tether_job *job) {
  uint64_t sum = TETHER_DIGEST;
  sqlite3_stmt *query = tether_sql_query(job->sql, "select id, pair, stage, rows, digest from batch order by id", "");
  while (tether_sql_next(job->sql, query)) {
    int64_t facts[5];
    for (int i = 0; i < 5; i++) facts[i] = sqlite3_column_int64(query, i);
    sum = tether_digest(sum, facts, sizeof facts);
  }
  query = tether_sql_query(job->sql, "select types from typeset order by id", "");
  while (tether_sql_next(job->sql, query))
    sum = tether_digest(sum, sqlite3_column_text(query, 0), (size_t)sqlite3_column_bytes(query, 0) + 1);
  if (!tether_job_has_steps(job)) return sum;
  query = tether_sql_query(job->sql, "select facts from step order by id", "");
  while (tether_sql_next(job->sql, query))
    sum = tether_digest(sum, sqlite3_column_text(query, 0), (size_t)sqlite3_column_bytes(query, 0) + 1);
  return sum;
}

/* The digest as it stands in the file. */
typedef struct digest_digits {
  char text[17];
} digest_digits;

static digest_digits digest_text(tether_job *job) {
  digest_digits digits;
  snprintf(digits.text, sizeof digits.text, "%016" PRIx64, digest_of_batches(job));
  return digits;
}

/* A journal grows with each write, so it has no digest over all batches. */
static bool check_digest(tether_job *job, tether_error *error) {
  tether_buffer known;
  tether_buffer_init(&known, 100);
  digest_digits digits = digest_text(job);
  if (tether_sql_failed(job->sql, NULL)) return tether_job_failed(job, error);
  bool fine = tether_job_get(job, "digest", &known, error);
  if (fine && known.length > 0 && (known.length != 16 || memcmp(known.data, digits.text, 16) != 0))
    fine = tether_fail(error, TETHER_JOB_FILE, "the job file is damaged: its digest is another one");
  tether_buffer_free(&known);
  return fine;
}

tether_job *tether_job_open(const char *path, bool writes, tether_error *error) {
  struct stat found;
  if (stat(path, &found) != 0)
    return tether_fail(error, TETHER_FILE_FAILED, "cannot open %s: %s", path, strerror(errno)), NULL;
  if (!S_ISREG(found.st_mode) || found.st_size == 0)
    return tether_fail(error, TETHER_JOB_FILE, "%s is no job file of Tether", path), NULL;
  tether_job *job = new_job(error);
  if (!job || !(job->sql = tether_sql_open(path, error)) || !check_kind(job, path, error) ||
      !check_length(job, path, found.st_size, error))
    return give_up(job);
  if (writes && !lock(job, path, error)) return give_up(job);
  bool fine = !writes || tether_sql_script(job->sql, "pragma journal_mode=wal;pragma synchronous=full;");
  if (!done(job, fine, error) || (writes && !check_whole(job, error)) || !load_sets(job, error)) return give_up(job);
  return check_digest(job, error) ? job : give_up(job);
}

bool tether_job_commit(tether_job *job, tether_error *error) {
  digest_digits digits = digest_text(job);
  return done(job, !tether_sql_failed(job->sql, NULL), error) && tether_job_set(job, "digest", digits.text, error) &&
         done(job, tether_sql_script(job->sql, "commit"), error);
}

bool tether_job_begin(tether_job *job, tether_error *error) {
  return done(job, tether_sql_script(job->sql, "begin"), error);
}

bool tether_job_end(tether_job *job, tether_error *error) {
  return done(job, tether_sql_script(job->sql, "commit"), error);
}

/* Gives a whole file its name, and waits until the disk has the name too. */
static bool name_it(const char *part, const char *path, tether_error *error) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (slash) slash[slash == folder] = 0;
  if (link(part, path) != 0) {
    int why = errno;
    unlink(part);
    return tether_fail(error, TETHER_FILE_FAILED, "cannot write %s: %s", path, strerror(why));
  }
  unlink(part);
  int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  return true;
}

bool tether_job_save(tether_job *job, const char *path, tether_error *error) {
  struct stat found;
  if (stat(path, &found) == 0)
    return tether_fail(error, TETHER_FILE_FAILED, "%s is there already: name a new file", path);
  char part[4096];
  if (snprintf(part, sizeof part, "%s.%d.part", path, (int)getpid()) >= (int)sizeof part)
    return tether_fail(error, TETHER_FILE_FAILED, "the name of the job file is too long");
  unlink(part);
  if (!tether_sql_do(job->sql, "vacuum into ?1", "t", part)) {
    tether_job_failed(job, error);
    unlink(part);
    return tether_fail(error, TETHER_FILE_FAILED, "cannot write %s", path);
  }
  return name_it(part, path, error);
}

/* -- facts --------------------------------------------------------------------------------------------------------- */

bool tether_job_set(tether_job *job, const char *key, const char *value, tether_error *error) {
  return done(job, tether_sql_do(job->sql, "insert or replace into meta values(?1, ?2)", "tt", key, value), error);
}

bool tether_job_get(tether_job *job, const char *key, tether_buffer *value, tether_error *error) {
  sqlite3_stmt *query = tether_sql_query(job->sql, "select value from meta where key=?1", "t", key);
  bool fine = true;
  tether_buffer_clear(value);
  if (tether_sql_next(job->sql, query)) {
    fine = tether_buffer_add(value, sqlite3_column_text(query, 0), (size_t)sqlite3_column_bytes(query, 0), error);
    tether_sql_end(query);
  }
  return fine && done(job, !tether_sql_failed(job->sql, NULL), error);
}

int64_t tether_job_pair(tether_job *job, const char *from, const char *to, tether_error *error) {
  tether_sql_do(job->sql, "insert or ignore into pair(from_type, to_type) values(?1, ?2)", "tt", from, to);
  int64_t id = tether_sql_number(job->sql, 0, "select id from pair where from_type=?1 and to_type=?2", "tt", from, to);
  return done(job, !tether_sql_failed(job->sql, NULL), error) ? id : 0;
}

bool tether_job_label(tether_job *job, int64_t pair, const char *type, const char *label, tether_error *error) {
  return done(job, tether_sql_do(job->sql, "insert or replace into label values(?1, ?2, ?3)", "itt", pair, type, label),
              error);
}

bool tether_job_note(tether_job *job, int64_t batch, const char *kind, int64_t from, int64_t to, const char *text,
                     tether_error *error) {
  int64_t known = tether_sql_number(job->sql, 0, "select max(id) from note", "");
  if (known >= MOST_NOTES) return done(job, !tether_sql_failed(job->sql, NULL), error);
  return done(job,
              tether_sql_do(job->sql, "insert into note(batch, kind, from_id, to_id, text) values(?1, ?2, ?3, ?4, ?5)",
                            "itiit", batch, kind, from, to, text),
              error);
}

bool tether_job_unnote(tether_job *job, int64_t batch, tether_error *error) {
  return done(job, tether_sql_do(job->sql, "delete from note where batch=?1", "i", batch), error);
}
