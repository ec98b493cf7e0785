/* Store: the account itself: its rows in SQLite, and what is kept in memory about them.
 *
 * One thread at a time. What fails in SQLite sticks until the transaction is rolled back; see base/sql.h. */
#ifndef TETHER_PORTAL_STORE_H
#define TETHER_PORTAL_STORE_H
#include "base/sql.h"
#include "portal/graph/graph.h"
#include "portal/graph/known.h"
#include "portal/lab/clock.h"
#include "portal/lab/switches.h"
#include "portal/store/catalog.h"
#include "portal/store/changes.h"

typedef struct portal_store {
  tether_sql *sql;
  portal_catalog *catalog;
  portal_sets *sets;
  portal_graph *graph;
  portal_known *known;
  portal_clock clock;
  int64_t switches[PORTAL_SWITCH_COUNT];
  int64_t next_id;       /* of the next record; 0: there are none left */
  int64_t linked;        /* pairs of records written since the start */
  int64_t saved_changes; /* of links, in the database's rows */
  uint32_t saved_sets;   /* numbers below it are in the database */
  bool lasting;          /* the database outlives the portal: it is a file */
  bool merged;           /* whether any id may lead to another record */
  bool archived;         /* whether any record may be archived */
  bool short_of_memory;  /* the transaction fails */
  bool damaged;          /* a transaction could not be taken back: every other one fails */
  struct {
    int64_t next_id;
    uint64_t generation;  /* of the catalog */
  } begun;                /* as it was when the transaction began */
  portal_changes changes; /* what the transaction did, when somebody wants to know */
  size_t part_changes;    /* how many there were when its part began */
} portal_store;

/* Whether a switch of the store stands at a choice: PORTAL_IS(store, LABELS, append). */
#define PORTAL_IS(store, name, choice) ((store)->switches[PORTAL_##name] == PORTAL_##name##_##choice)

/* Opens an empty value on the database at `path`. False: SQL_FAILED, NO_MEMORY; it is to be closed all the same. */
bool portal_store_open(portal_store *store, const char *path, tether_error *error);
void portal_store_close(portal_store *store); /* an empty value is fine */

/* Reads the catalog again: when rows were written past the functions that keep it. */
bool portal_store_reload(portal_store *store);

/* Reads everything again: when the whole database was replaced. `graph`: its links, which the store owns from now on;
 * NULL: they are in the rows. False: the store is of no use any more. */
bool portal_store_read(portal_store *store, portal_graph *graph);

/* A transaction: everything in memory follows the database back. A commit that fails is to be rolled back. */
bool portal_store_begin(portal_store *store);
bool portal_store_commit(portal_store *store);
void portal_store_rollback(portal_store *store);

/* A part of a transaction that may fail by itself: it is kept or undone when it ends. `place` is what the first one
 * answered. Parts do not overlap. */
size_t portal_store_begin_part(portal_store *store);
void portal_store_end_part(portal_store *store, size_t place, bool keep);
#endif
