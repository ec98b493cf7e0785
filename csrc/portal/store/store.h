/* Store: the account itself: its rows in SQLite, and what is kept in memory about them.
 *
 * One thread at a time. What fails in SQLite sticks until the transaction is rolled back; see base/sql.h. */
#ifndef TETHER_PORTAL_STORE_H
#define TETHER_PORTAL_STORE_H
#include "base/sql.h"
#include "portal/lab/clock.h"
#include "portal/lab/hints.h"
#include "portal/lab/switches.h"
#include "portal/store/catalog.h"
#include "portal/store/tally.h"

typedef struct portal_store {
  tether_sql *sql;
  portal_catalog *catalog;
  portal_tally *tally;
  portal_hints *hints;
  portal_clock clock;
  int64_t switches[PORTAL_SWITCH_COUNT];
  int64_t next_id;      /* of the next record */
  int64_t linked;       /* pairs of records written since the start */
  bool merged;          /* whether any id leads to another record */
  bool short_of_memory; /* the tally is: the transaction fails */
} portal_store;

/* Whether a switch of the store stands at a choice: PORTAL_IS(store, LABELS, append). */
#define PORTAL_IS(store, name, choice) ((store)->switches[PORTAL_##name] == PORTAL_##name##_##choice)

/* Opens an empty value on the database at `path`. False: SQL_FAILED, NO_MEMORY; it is to be closed all the same. */
bool portal_store_open(portal_store *store, const char *path, tether_error *error);
void portal_store_close(portal_store *store); /* an empty value is fine */

/* Reads catalog, tally and the next id again: when rows were written past the functions that keep them. */
bool portal_store_reload(portal_store *store);

/* A transaction: everything in memory follows the database back. A commit that fails is to be rolled back. */
bool portal_store_begin(portal_store *store);
bool portal_store_commit(portal_store *store);
void portal_store_rollback(portal_store *store);
#endif
