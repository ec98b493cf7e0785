/* Wish: what a subscription listens to: "contact.associationChange", or "object.creation" of a type id. */
#ifndef TETHER_PORTAL_WISH_H
#define TETHER_PORTAL_WISH_H
#include "portal/message/message.h"
#include "portal/store/store.h"

enum { PORTAL_TIED_MOST = 6 };

typedef struct portal_wish {
  portal_noted_kind kind;         /* PORTAL_NOTED_LINKED stands for both ways */
  int64_t object;                 /* key of the object type */
  bool general;                   /* "object.…": of any object type, with more fields */
  int64_t tied[PORTAL_TIED_MOST]; /* keys of the object types that an own associationChange tells of; 0: none behind */
} portal_wish;

/* Reads an event type and, for "object.…", a type id or a name of an object type; `property` is needed for
 * propertyChange alone. False: 400, with what would be right. */
bool portal_wish_read(const portal_catalog *catalog, const char *event_type, const char *object_type,
                      const char *property, portal_wish *wish, portal_problem *problem);

/* Whether a change is one of those. `property`: the one that is listened to, or NULL. */
bool portal_wish_meets(const portal_wish *wish, const char *property, portal_store *store, const portal_noted *change);
#endif
