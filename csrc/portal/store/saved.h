/* Saved: the links in the database: what each transaction changed, packed in a row for each direction of object types
 * that follow each other. They are read once, at the opening, and written anew when most of them are overtaken. */
#ifndef TETHER_PORTAL_SAVED_H
#define TETHER_PORTAL_SAVED_H
#include "portal/store/store.h"

/* Fills the graph. False: SQL_FAILED (which sticks), NO_MEMORY, or rows that are not ours. */
bool portal_saved_load(portal_store *store);

/* Writes what the transaction changed. False: it is to be rolled back. */
bool portal_saved_write(portal_store *store);

/* Writes all links into the database of a store that keeps none there; takes them out again. */
bool portal_saved_write_whole(portal_store *store);
bool portal_saved_drop(portal_store *store);

/* The rows of a file that an earlier version of the portal wrote: one for each type and direction. */
bool portal_saved_load_rows(portal_store *store);
#endif
