/* Changes: what a transaction did to records and links, in the order in which it happened, for those who are told of
 * it afterwards (webhooks).
 *
 * Nothing is noted while nobody wants it. Object types go by rank and association types by key, as those may be gone
 * when the transaction is over. */
#ifndef TETHER_PORTAL_CHANGES_H
#define TETHER_PORTAL_CHANGES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum portal_noted_kind {
  PORTAL_NOTED_CREATED,
  PORTAL_NOTED_DELETED, /* archived */
  PORTAL_NOTED_ERASED,  /* for good, as privacy laws want it */
  PORTAL_NOTED_SET,     /* a property was given another value */
  PORTAL_NOTED_LINKED,  /* a type came, or went, in one direction */
  PORTAL_NOTED_UNLINKED
} portal_noted_kind;

typedef struct portal_noted {
  portal_noted_kind kind;
  bool born; /* of a property: it was set when its record was made */
  uint16_t from, to;
  int64_t id, to_id;
  int64_t type;
  char *name, *value; /* of a property; owned */
} portal_noted;

enum { PORTAL_CHANGES_MOST = 100000 }; /* of a transaction; the rest is counted only */

/* Zeroed, it is empty. */
typedef struct portal_changes {
  bool wanted;
  portal_noted *list;
  size_t count, capacity;
  size_t lost; /* those beyond the most */
} portal_changes;

/* Adds one, whose texts are taken over in any case. False: no memory. */
bool portal_changes_add(portal_changes *changes, portal_noted change);

/* Takes back what was noted since there were `count`. */
void portal_changes_cut(portal_changes *changes, size_t count);
void portal_changes_free(portal_changes *changes);
#endif
