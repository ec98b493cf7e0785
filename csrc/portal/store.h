/* Store: the account's rows in SQLite: records, links, labels, limits. */
#ifndef TETHER_PORTAL_STORE_H
#define TETHER_PORTAL_STORE_H
#include "portal/app.h"
#include "portal/rules.h"

/* Makes the tables where they are missing. */
bool portal_store_make(tether_sql *sql);
int64_t portal_store_next_id(tether_sql *sql);

/* -- records -- */

typedef enum portal_presence { PORTAL_ABSENT, PORTAL_LIVE, PORTAL_ARCHIVED } portal_presence;
portal_presence portal_record_presence(portal_app *app, const portal_object *object, int64_t id);

/* Where an id leads: the record that it was merged into, or itself. */
int64_t portal_record_survivor(portal_app *app, const portal_object *object, int64_t id);
void portal_record_redirect(portal_app *app, const portal_object *object, int64_t id, int64_t survivor);

/* -- links -- */

/* Two records in the direction of a request. */
typedef struct portal_pair {
  const portal_object *from, *to;
  int64_t a, b;
} portal_pair;

void portal_links_between(portal_app *app, const portal_pair *pair, portal_typeset *types);

/* The rows (to_id, type) of a record's links in a direction, behind the target `after`, by target: as reads show them,
 * without archived targets, and late if a switch says so. */
sqlite3_stmt *portal_links_query(portal_app *app, const portal_object *from, int64_t id, const portal_object *to,
                                 int64_t after);

/* Brings a pair from what it holds to what it shall hold, both directions. */
void portal_links_change(portal_app *app, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after);

/* Removes every type between the two, both directions. */
void portal_links_clear(portal_app *app, const portal_pair *pair);

/* How many targets a record has with a type. */
int64_t portal_links_count(const portal_app *app, const portal_type *type, int64_t id);

/* Takes a type from a record's links, both directions, but not from the one with `kept`. */
void portal_links_take(portal_app *app, const portal_type *type, int64_t id, int64_t kept);
#endif
