/* What the portal's links cost in SQLite alone: inserts LINKS PER_BATCH prints the figures of inserting
 * both directions of each link into the portal's table in ":memory:", a transaction a batch. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "figures.h"

#define CHECK(call) ((call) == SQLITE_OK ? (void)0 : abort())

static void insert(sqlite3_stmt *rows, int64_t a, int64_t b) {
  const int64_t values[] = {1, 2, a, b, 279, 280};
  for (int i = 0; i < 6; i++) sqlite3_bind_int64(rows, i + 1, values[i]);
  if (sqlite3_step(rows) != SQLITE_DONE) abort();
  sqlite3_reset(rows);
}

int main(int count, char **words) {
  long links = count > 1 ? atol(words[1]) : 200000, batch = count > 2 ? atol(words[2]) : 2000;
  sqlite3 *database;
  sqlite3_stmt *rows;
  CHECK(sqlite3_open_v2(":memory:", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL));
  CHECK(
      sqlite3_exec(database,
                   "PRAGMA page_size = 8192; CREATE TABLE links(from_object INTEGER NOT NULL, to_object INTEGER NOT "
                   "NULL, from_id INTEGER NOT "
                   "NULL, to_id INTEGER NOT NULL, type INTEGER NOT NULL, PRIMARY KEY(from_id, to_object, from_object, "
                   "to_id, type)) WITHOUT ROWID",
                   NULL, NULL, NULL));
  CHECK(sqlite3_prepare_v2(database, "INSERT OR IGNORE INTO links VALUES(?1, ?2, ?3, ?4, ?5), (?2, ?1, ?4, ?3, ?6)", -1,
                           &rows, NULL));
  figures begin = figures_begin();
  for (long i = 0; i < links; i++) {
    int64_t a = 10000000000 + i % batch, b = 20000000000 + (i + i / batch) % batch;
    if (i % batch == 0) CHECK(sqlite3_exec(database, "BEGIN", NULL, NULL, NULL));
    insert(rows, a, b);
    if (i % batch == batch - 1) CHECK(sqlite3_exec(database, "COMMIT", NULL, NULL, NULL));
  }
  figures_print(begin, (size_t)links);
  sqlite3_finalize(rows);
  sqlite3_close(database);
  return 0;
}
