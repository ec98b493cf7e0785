/* Store: what the account holds, in SQLite: records, links (one row per direction and type), labels, limits.
 *
 * One thread at a time. A statement that fails marks the store; the server then rolls back and answers 500, so that no
 * caller has to check each. In a format, `s` binds a const char * (NULL: null) and `i` an int64_t. */
#ifndef TETHER_PORTAL_STORE_H
#define TETHER_PORTAL_STORE_H
#include <sqlite3.h>

#include "base/error.h"

typedef struct portal_store portal_store;

portal_store *portal_store_open(const char *path, tether_error *error); /* NULL: NO_MEMORY, SQL_FAILED */
void portal_store_close(portal_store *store);                           /* NULL is fine */

/* True while no statement has failed since the last portal_store_begin. */
bool portal_store_sound(const portal_store *store);

void portal_store_begin(portal_store *store);
void portal_store_end(portal_store *store, bool keep); /* commits, or rolls back */
void portal_store_mark(portal_store *store);           /* a savepoint inside; they do not nest */
void portal_store_unmark(portal_store *store, bool keep);

/* A statement to step with portal_store_row; the caller ends it with sqlite3_finalize. May be NULL. */
sqlite3_stmt *portal_store_select(portal_store *store, const char *sql, const char *format, ...);
bool portal_store_row(portal_store *store, sqlite3_stmt *statement); /* false: no more rows */

void portal_store_run(portal_store *store, const char *sql, const char *format, ...);

/* The first column of the first row; `otherwise` without a row. */
int64_t portal_store_number(portal_store *store, int64_t otherwise, const char *sql, const char *format, ...);
#endif
