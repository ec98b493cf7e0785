/* Facets: an index of what live and archived records have, so that a search by a value looks at no other record. */
#ifndef TETHER_PORTAL_FACET_H
#define TETHER_PORTAL_FACET_H
#include <jansson.h>

#include "portal/store/store.h"

/* Brings the index from the properties that a record had to those that it has; NULL: none. */
void portal_facets_change(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                          const json_t *after);

/* Indexes every record of a file that an earlier version wrote; once, since the file then says so. False: SQL_FAILED,
 * NO_MEMORY, and the file is as it was. */
bool portal_facets_open(portal_store *store, tether_error *error);

/* The ids of the records that may have the value, in order; the value itself is still to be compared. */
sqlite3_stmt *portal_facets_query(portal_store *store, const portal_object *object, const char *name, const char key[]);
#endif
