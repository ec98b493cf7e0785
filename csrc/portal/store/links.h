/* Links: the rows that tie two records, each type once in each direction. */
#ifndef TETHER_PORTAL_LINKS_H
#define TETHER_PORTAL_LINKS_H
#include "portal/store/rules.h"
#include "portal/store/store.h"

/* Two records in the direction of a request. */
typedef struct portal_pair {
  const portal_object *from, *to;
  int64_t a, b;
} portal_pair;

void portal_links_between(portal_store *store, const portal_pair *pair, portal_typeset *types);

/* The rows (to_id, type) of a record's links in a direction, behind the target `after`, by target: as reads show them,
 * without archived targets, and late if a switch says so. */
sqlite3_stmt *portal_links_query(portal_store *store, const portal_object *from, int64_t id, const portal_object *to,
                                 int64_t after);

/* Brings a pair from what it holds to what it shall hold, both directions. */
void portal_links_change(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after);

/* Removes every type between the two, both directions. */
void portal_links_clear(portal_store *store, const portal_pair *pair);

/* The lowest target of a record in the type's direction; 0: none. */
int64_t portal_links_first(portal_store *store, const portal_type *type, int64_t id);

/* Whether anything ties the two in the pair's direction; whether any record has the type. */
bool portal_links_any(portal_store *store, const portal_pair *pair);
bool portal_links_use(portal_store *store, const portal_type *type);

/* Changes of many links at once. */
bool portal_links_move(portal_store *store, const portal_object *object, int64_t id, int64_t into);
bool portal_links_forget(portal_store *store, const portal_object *object, int64_t id);
bool portal_links_drop_type(portal_store *store, const portal_type *type); /* from every link, this direction */
bool portal_links_drop_object(portal_store *store, const portal_object *object);

/* How many targets a record has with a type. */
int64_t portal_links_count(const portal_store *store, const portal_type *type, int64_t id);

/* Takes a type from a record's links, both directions, but not from the one with `kept`. */
void portal_links_take(portal_store *store, const portal_type *type, int64_t id, int64_t kept);
#endif
