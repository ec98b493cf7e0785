/* SQL: one SQLite database with statements that are prepared once and kept.
 *
 * A failure sticks, as in stdio: after it every call does nothing and says false or NULL, until tether_sql_forgive. So
 * a caller works through its steps and asks once, at the end, whether all of them went well. One thread at a time. */
#ifndef TETHER_SQL_H
#define TETHER_SQL_H
#include <sqlite3.h>

#include "base/error.h"

typedef struct tether_sql tether_sql;

/* Opens or makes the database: a path, ":memory:" (which lives as long as the value) or an address, "file:…". A
 * database that somebody else has locked fails at once: nothing here waits. NULL: SQL_FAILED, NO_MEMORY. */
tether_sql *tether_sql_open(const char *path, tether_error *error);
void tether_sql_close(tether_sql *sql); /* NULL is fine */

/* Runs statements without parameters or answers, separated by semicolons. */
bool tether_sql_script(tether_sql *sql, const char *script);

/* A statement with its parameters bound, ready to be stepped; NULL: failed. A statement is found again by the
 * address of `text`, which must be a literal. `kinds` has a letter for each parameter: i int64_t, t const char *
 * (NULL: null), b const void * and int64_t, its length. Texts and bytes are not copied: they must live until the
 * statement has ended. */
sqlite3_stmt *tether_sql_query(tether_sql *sql, const char *text, const char *kinds, ...);

/* Steps: true on a row; false when there is none, and the statement has ended then. */
bool tether_sql_next(tether_sql *sql, sqlite3_stmt *query);
void tether_sql_end(sqlite3_stmt *query); /* ends a statement before its last row; NULL is fine */

/* Runs a statement without an answer; parameters as above. */
bool tether_sql_do(tether_sql *sql, const char *text, const char *kinds, ...);

/* The integer that the first row begins with; `otherwise` when there is no row. */
int64_t tether_sql_number(tether_sql *sql, int64_t otherwise, const char *text, const char *kinds, ...);

/* A copy in memory, which the caller closes. What is not committed yet is copied too. NULL: SQL_FAILED, NO_MEMORY.
 */
tether_sql *tether_sql_image(const tether_sql *of, tether_error *error);

/* Makes `into` a copy of `from`, as a whole or not at all. What `from` has not committed yet is copied with it; `into`
 * is in no transaction, and no statement of it is being stepped. A failure sticks to `into`. */
bool tether_sql_copy(const tether_sql *from, tether_sql *into);

int64_t tether_sql_last_id(tether_sql *sql); /* of the last row inserted */
int tether_sql_changes(tether_sql *sql);     /* rows changed by the last statement */

/* Whether something failed; fills `error` (may be NULL) with what failed first. */
bool tether_sql_failed(const tether_sql *sql, tether_error *error);
int tether_sql_result(const tether_sql *sql); /* SQLite's code of it, or SQLITE_OK */
void tether_sql_forgive(tether_sql *sql);
#endif
