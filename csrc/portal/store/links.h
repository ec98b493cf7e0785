/* Links: what ties two records, each type in both directions. They are answered from memory (graph/) and kept in the
 * database (saved.h). Nothing here asks the database, but while reads are late. */
#ifndef TETHER_PORTAL_LINKS_H
#define TETHER_PORTAL_LINKS_H
#include "portal/store/rules.h"
#include "portal/store/store.h"

/* Two records in the direction of a request. */
typedef struct portal_pair {
  const portal_object *from, *to;
  int64_t from_id, to_id;
} portal_pair;

/* A type that a record is to get, in its own direction, and what binds it. */
typedef struct portal_gain {
  const portal_type *type; /* NULL: it has none in this direction */
  int64_t id, other;       /* the record; the one at the other end */
  int64_t most;            /* targets that it may have; 0: any number */
  int64_t held;            /* those that it has; not counted where nothing binds */
  bool exclusive;          /* it may have one: a primary company, a parent */
} portal_gain;

typedef struct portal_gains {
  bool moves; /* an exclusive type leaves the target that had it */
  size_t count;
  portal_gain list[2 * PORTAL_TYPES_MOST]; /* each type of a pair, and behind it its inverse */
} portal_gains;

/* -- what is there -- */

/* Fills `types` with those that the pair holds in its direction. */
void portal_links_between(portal_store *store, const portal_pair *pair, portal_typeset *types);

/* Whether anything ties the two in the pair's direction; whether any record has the type. */
bool portal_links_any(const portal_store *store, const portal_pair *pair);
bool portal_links_use(const portal_store *store, const portal_type *type);

/* How many targets a record has with a type. */
int64_t portal_links_count(const portal_store *store, const portal_type *type, int64_t id);

/* Counts what the records of gains have, where something binds them. */
void portal_links_weigh(const portal_store *store, portal_gains *gains);

/* The lowest target of a record in the type's direction; 0: none. */
int64_t portal_links_first(const portal_store *store, const portal_type *type, int64_t id);

/* A set of types as the catalog has them now; NULL: no memory. Good until the next change of links or catalog. */
portal_set *portal_links_types(portal_store *store, uint32_t set);

/* -- changes; false: no memory, and the transaction is to be rolled back -- */

/* Brings a pair from what it holds to what it shall hold, both directions. */
bool portal_links_change(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                         const portal_typeset *after);

/* The same for a write that has been checked: what moves leaves its former targets first. */
bool portal_links_write(portal_store *store, const portal_pair *pair, const portal_typeset *before,
                        const portal_typeset *after, const portal_gains *gains);

/* Removes every type between the two, both directions. */
bool portal_links_clear(portal_store *store, const portal_pair *pair);

/* Removes a type from a record's links in both directions, except from the link with `kept`. */
bool portal_links_take(portal_store *store, const portal_type *type, int64_t id, int64_t kept);

/* Gives the links of one record to another one, which keeps its own; removes all of a record's. */
bool portal_links_move(portal_store *store, const portal_object *object, int64_t id, int64_t into);
bool portal_links_forget(portal_store *store, const portal_object *object, int64_t id);

/* Takes a type from every link, this direction; removes all links of an object type. */
bool portal_links_drop_type(portal_store *store, const portal_type *type);
bool portal_links_drop_object(portal_store *store, const portal_object *object);
bool portal_links_drop_all(portal_store *store);
#endif
