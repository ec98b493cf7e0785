/* Catalog: the account's object types and association types, built-in and its own, in memory.
 *
 * The database holds what the account defined; the catalog is read from it at the start and after a failed request.
 * Pointers stay good until the next load. A type belongs to one direction and is known by a key: its id when it is
 * HUBSPOT_DEFINED, the negative of its id when it is USER_DEFINED, as the two id spaces overlap. */
#ifndef TETHER_PORTAL_CATALOG_H
#define TETHER_PORTAL_CATALOG_H
#include "base/sql.h"
#include "data/types.h"

typedef struct portal_object {
  int64_t key;         /* stable from run to run: N of "0-N"; 2^33 + N for the account's own "2-N" */
  uint16_t rank;       /* small, and the same as long as the catalog lives */
  const char *type_id; /* "0-1"; "": not known */
  const char *singular, *plural;
  const char *internal; /* as error contexts write it: "CONTACT", "MEETING_EVENT" */
  const char *map_key;  /* the key in a record's `associations`: "contacts", "line items", "p123_pet" */
  const char *name;     /* of the account's own: "pet", reached as p_pet and by map_key; NULL: a built-in one */
} portal_object;

typedef struct portal_type {
  int64_t key;     /* > 0: HUBSPOT_DEFINED, < 0: USER_DEFINED */
  int64_t inverse; /* key of the other direction, itself for a symmetric one; 0: none */
  const portal_object *from, *to;
  tether_kind kind;
  char *label;     /* as answers show it; NULL: unlabeled */
  char *name;      /* the internal name */
  int64_t most;    /* the limit that somebody set on targets of a record; 0: none */
  int64_t made_ms; /* when the account made it; 0: built in */
} portal_type;

enum { PORTAL_NUMBER_MOST = INT32_MAX }; /* of "2-N" and of the ids of labels: 32 bits on the wire */
enum { PORTAL_ACCOUNT = 62515 };         /* the account's id, portalId on the wire */

typedef struct portal_catalog portal_catalog;

portal_catalog *portal_catalog_new(void); /* the built-in part; NULL: no memory */
void portal_catalog_free(portal_catalog *catalog);

/* Drops the account's own part, and limits on types; the second reads them again. */
void portal_catalog_drop_own(portal_catalog *catalog);
bool portal_catalog_load(portal_catalog *catalog, tether_sql *sql);

/* By type id, singular, plural or alias, in any letter case; the account's own by type id, p_name or p123_name, never
 * by the bare name. NULL: none. */
const portal_object *portal_catalog_object(const portal_catalog *catalog, const char *name);
const portal_object *portal_catalog_object_by_key(const portal_catalog *catalog, int64_t key);
int64_t portal_catalog_key(const portal_catalog *catalog, uint16_t rank); /* of one that is gone, too */

portal_object *const *portal_catalog_objects(const portal_catalog *catalog, size_t *count);

/* All types, sorted by key: the account's own first. */
portal_type *const *portal_catalog_types(const portal_catalog *catalog, size_t *count);
portal_type *portal_catalog_type(const portal_catalog *catalog, int64_t key); /* NULL: none */

/* The same association seen from its other end; NULL: it has none. */
portal_type *portal_catalog_inverse(const portal_catalog *catalog, const portal_type *type);
portal_type *portal_catalog_plain(portal_catalog *catalog, const portal_object *from,
                                  const portal_object *to); /* NULL: none */

/* Whether every link of the type's direction has it: the built-in plain ones. Types of the account's own come and go,
 * and their ids are given out again. NULL is fine. */
bool portal_catalog_is_implied(portal_catalog *catalog, const portal_type *type);

/* Another number after each change of what types there are, or of what they are called. */
uint64_t portal_catalog_generation(const portal_catalog *catalog);

/* An object type of the account's own; the texts are copied. NULL: no memory. */
const portal_object *portal_catalog_add_object(portal_catalog *catalog, int64_t number, const char *name,
                                               const char *singular, const char *plural);

/* The account's own types. A new one is copied, and so is a label; false: no memory. */
bool portal_catalog_add(portal_catalog *catalog, const portal_type *type);
bool portal_catalog_rename(portal_catalog *catalog, portal_type *type, const char *label);
void portal_catalog_limit(portal_catalog *catalog, portal_type *type, int64_t most); /* 0: none */
void portal_catalog_remove(portal_catalog *catalog, int64_t key);

/* What answers call the type: "HUBSPOT_DEFINED" 279. */
const char *portal_type_category(const portal_type *type);
int64_t portal_type_id(const portal_type *type);
#endif
