#include "base/sql.h"

#include <stdarg.h>
#include <stdlib.h>

enum { BUCKETS = 128 }; /* of the table of statements, by the address of their text */

typedef struct statement {
  const char *text;
  sqlite3_stmt *prepared;
  struct statement *next;
} statement;

struct tether_sql {
  sqlite3 *database;
  tether_error failure; /* TETHER_OK: none */
  int result;           /* SQLite's code of that failure */
  statement *buckets[BUCKETS];
};

static bool fail(tether_sql *sql) {
  if (sql->failure.code == TETHER_OK) sql->result = sqlite3_errcode(sql->database);
  if (sql->failure.code == TETHER_OK)
    tether_fail(&sql->failure, TETHER_SQL_FAILED, "SQLite: %s",
                sql->database ? sqlite3_errmsg(sql->database) : "no memory");
  return false;
}

tether_sql *tether_sql_open(const char *path, tether_error *error) {
  tether_sql *sql = calloc(1, sizeof *sql);
  if (!sql) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a database");
    return NULL;
  }
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
  if (sqlite3_open_v2(path, &sql->database, flags, NULL) != SQLITE_OK) {
    tether_fail(error, TETHER_SQL_FAILED, "cannot open %s: %s", path,
                sql->database ? sqlite3_errmsg(sql->database) : "no memory");
    tether_sql_close(sql);
    return NULL;
  }
  return sql;
}

void tether_sql_close(tether_sql *sql) {
  if (!sql) return;
  for (size_t i = 0; i < BUCKETS; i++) {
    while (sql->buckets[i]) {
      statement *first = sql->buckets[i];
      sql->buckets[i] = first->next;
      sqlite3_finalize(first->prepared);
      free(first);
    }
  }
  sqlite3_close(sql->database);
  free(sql);
}

bool tether_sql_script(tether_sql *sql, const char *script) {
  if (sql->failure.code != TETHER_OK) return false;
  return sqlite3_exec(sql->database, script, NULL, NULL, NULL) == SQLITE_OK || fail(sql);
}

static sqlite3_stmt *prepare(tether_sql *sql, const char *text) {
  statement **bucket = &sql->buckets[((uintptr_t)text >> 3) % BUCKETS];
  for (statement *known = *bucket; known; known = known->next)
    if (known->text == text) {
      sqlite3_reset(known->prepared);
      return known->prepared;
    }
  statement *made = calloc(1, sizeof *made);
  if (!made || sqlite3_prepare_v3(sql->database, text, -1, SQLITE_PREPARE_PERSISTENT, &made->prepared, NULL)) {
    free(made);
    fail(sql);
    return NULL;
  }
  made->text = text;
  made->next = *bucket;
  *bucket = made;
  return made->prepared;
}

static bool bind_one(sqlite3_stmt *query, int place, char kind, va_list *values) {
  if (kind == 'i') return sqlite3_bind_int64(query, place, va_arg(*values, int64_t)) == SQLITE_OK;
  if (kind == 't')
    return sqlite3_bind_text(query, place, va_arg(*values, const char *), -1, SQLITE_STATIC) == SQLITE_OK;
  const void *bytes = va_arg(*values, const void *);
  return sqlite3_bind_blob64(query, place, bytes, (sqlite3_uint64)va_arg(*values, int64_t), SQLITE_STATIC) == SQLITE_OK;
}

static sqlite3_stmt *bind(tether_sql *sql, const char *text, const char *kinds, va_list *values) {
  if (sql->failure.code != TETHER_OK) return NULL;
  sqlite3_stmt *query = prepare(sql, text);
  for (int i = 0; query && kinds[i]; i++) {
    if (!bind_one(query, i + 1, kinds[i], values)) {
      fail(sql);
      return NULL;
    }
  }
  return query;
}

sqlite3_stmt *tether_sql_query(tether_sql *sql, const char *text, const char *kinds, ...) {
  va_list values;
  va_start(values, kinds);
  sqlite3_stmt *query = bind(sql, text, kinds, &values);
  va_end(values);
  return query;
}

bool tether_sql_next(tether_sql *sql, sqlite3_stmt *query) {
  if (!query || sql->failure.code != TETHER_OK) return false;
  int result = sqlite3_step(query);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(sql);
  sqlite3_reset(query);
  return false;
}

void tether_sql_end(sqlite3_stmt *query) { sqlite3_reset(query); }

bool tether_sql_do(tether_sql *sql, const char *text, const char *kinds, ...) {
  va_list values;
  va_start(values, kinds);
  sqlite3_stmt *query = bind(sql, text, kinds, &values);
  va_end(values);
  while (tether_sql_next(sql, query)) continue;
  return sql->failure.code == TETHER_OK;
}

int64_t tether_sql_number(tether_sql *sql, int64_t otherwise, const char *text, const char *kinds, ...) {
  va_list values;
  va_start(values, kinds);
  sqlite3_stmt *query = bind(sql, text, kinds, &values);
  va_end(values);
  if (!tether_sql_next(sql, query)) return otherwise;
  int64_t number = sqlite3_column_type(query, 0) == SQLITE_NULL ? otherwise : sqlite3_column_int64(query, 0);
  tether_sql_end(query);
  return number;
}

/* Bytes 18 and 19 of a database say whether a log stands beside it (SQLite's file format, 1.3). A database in memory
 * has no log, and SQLite would not open one that claims a log.
 */
static bool load(tether_sql *into, unsigned char *bytes, sqlite3_int64 length) {
  enum { WRITE_VERSION = 18, READ_VERSION = 19, WITHOUT_LOG = 1 };
  bytes[WRITE_VERSION] = bytes[READ_VERSION] = WITHOUT_LOG;
  unsigned flags = SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE;
  return sqlite3_deserialize(into->database, "main", bytes, length, length, flags) == SQLITE_OK || fail(into);
}

static bool load_copy(tether_sql *into, const tether_sql *from) {
  sqlite3_int64 length = 0;
  unsigned char *bytes = sqlite3_serialize(from->database, "main", &length, 0);
  return bytes && load(into, bytes, length);
}

tether_sql *tether_sql_image(const tether_sql *of, tether_error *error) {
  tether_sql *image = tether_sql_open(":memory:", error);
  if (!image || load_copy(image, of)) return image;
  if (!tether_sql_failed(image, error)) tether_fail(error, TETHER_NO_MEMORY, "no memory for a database");
  tether_sql_close(image);
  return NULL;
}

static bool copy_pages(const tether_sql *from, tether_sql *into) {
  sqlite3_backup *copy = sqlite3_backup_init(into->database, "main", from->database, "main");
  if (!copy) return fail(into);
  int result = sqlite3_backup_step(copy, -1);
  sqlite3_backup_finish(copy);
  return result == SQLITE_DONE || fail(into);
}

/* SQLite copies pages into a file of any page size, but into memory only when both have the same page size. */
bool tether_sql_copy(const tether_sql *from, tether_sql *into) {
  if (from->failure.code != TETHER_OK || into->failure.code != TETHER_OK) return false;
  const char *file = sqlite3_db_filename(into->database, "main");
  return file && *file ? copy_pages(from, into) : load_copy(into, from);
}

int64_t tether_sql_last_id(tether_sql *sql) { return sqlite3_last_insert_rowid(sql->database); }

int tether_sql_changes(tether_sql *sql) { return sqlite3_changes(sql->database); }

bool tether_sql_failed(const tether_sql *sql, tether_error *error) {
  if (sql->failure.code == TETHER_OK) return false;
  if (error) *error = sql->failure;
  return true;
}

int tether_sql_result(const tether_sql *sql) { return sql->failure.code == TETHER_OK ? SQLITE_OK : sql->result; }

void tether_sql_forgive(tether_sql *sql) { sql->failure = (tether_error){.code = TETHER_OK}; }
