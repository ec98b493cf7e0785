#include "portal/store.h"

#include <stdarg.h>
#include <stdlib.h>

struct portal_store {
  sqlite3 *db;
  bool failed;
};

static const char schema[] =
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE IF NOT EXISTS records (type TEXT, id INTEGER, properties TEXT, created INTEGER, archived INTEGER,"
    "  PRIMARY KEY (type, id)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS records_id ON records (id);"
    "CREATE TABLE IF NOT EXISTS links (from_type TEXT, from_id INTEGER, to_type TEXT, to_id INTEGER, category TEXT,"
    "  type_id INTEGER, PRIMARY KEY (from_type, from_id, to_type, to_id, category, type_id)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS labels (type_id INTEGER PRIMARY KEY, from_type TEXT, to_type TEXT, label TEXT,"
    "  name TEXT, inverse INTEGER);"
    "CREATE TABLE IF NOT EXISTS limits (from_type TEXT, to_type TEXT, category TEXT, type_id INTEGER, most INTEGER,"
    "  PRIMARY KEY (category, type_id, from_type, to_type)) WITHOUT ROWID;";

portal_store *portal_store_open(const char *path, tether_error *error) {
  portal_store *store = calloc(1, sizeof *store);
  if (!store) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for the portal's store");
    return NULL;
  }
  if (sqlite3_open(path, &store->db) != SQLITE_OK || sqlite3_exec(store->db, schema, NULL, NULL, NULL) != SQLITE_OK) {
    tether_fail(error, TETHER_SQL_FAILED, "portal store %.200s: %.200s", path,
                store->db ? sqlite3_errmsg(store->db) : "no memory");
    portal_store_close(store);
    return NULL;
  }
  return store;
}

void portal_store_close(portal_store *store) {
  if (!store) return;
  sqlite3_close(store->db);
  free(store);
}

bool portal_store_sound(const portal_store *store) { return !store->failed; }

static void execute(portal_store *store, const char *sql) {
  if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK) store->failed = true;
}

void portal_store_begin(portal_store *store) {
  store->failed = false;
  execute(store, "BEGIN IMMEDIATE");
}

void portal_store_end(portal_store *store, bool keep) {
  if (keep && !store->failed) execute(store, "COMMIT");
  if (!sqlite3_get_autocommit(store->db)) sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

void portal_store_mark(portal_store *store) { execute(store, "SAVEPOINT input"); }

void portal_store_unmark(portal_store *store, bool keep) {
  execute(store, keep ? "RELEASE input" : "ROLLBACK TO input; RELEASE input");
}

static sqlite3_stmt *prepare(portal_store *store, const char *sql, const char *format, va_list arguments) {
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
  for (int i = 0; code == SQLITE_OK && format[i]; i++) {
    if (format[i] == 's')
      code = sqlite3_bind_text(statement, i + 1, va_arg(arguments, const char *), -1, SQLITE_TRANSIENT);
    else
      code = sqlite3_bind_int64(statement, i + 1, va_arg(arguments, int64_t));
  }
  if (code == SQLITE_OK) return statement;
  store->failed = true;
  sqlite3_finalize(statement);
  return NULL;
}

sqlite3_stmt *portal_store_select(portal_store *store, const char *sql, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sqlite3_stmt *statement = prepare(store, sql, format, arguments);
  va_end(arguments);
  return statement;
}

bool portal_store_row(portal_store *store, sqlite3_stmt *statement) {
  int code = statement ? sqlite3_step(statement) : SQLITE_ERROR;
  if (code != SQLITE_ROW && code != SQLITE_DONE) store->failed = true;
  return code == SQLITE_ROW;
}

void portal_store_run(portal_store *store, const char *sql, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sqlite3_stmt *statement = prepare(store, sql, format, arguments);
  va_end(arguments);
  while (portal_store_row(store, statement)) continue;
  sqlite3_finalize(statement);
}

int64_t portal_store_number(portal_store *store, int64_t otherwise, const char *sql, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  sqlite3_stmt *statement = prepare(store, sql, format, arguments);
  va_end(arguments);
  int64_t number = portal_store_row(store, statement) ? sqlite3_column_int64(statement, 0) : otherwise;
  sqlite3_finalize(statement);
  return number;
}
