/* Owners: the people whom records belong to. */
#ifndef TETHER_PORTAL_OWNERS_H
#define TETHER_PORTAL_OWNERS_H
#include "portal/api/call.h"

enum { PORTAL_USER = 1 }; /* the user of the portal's tokens */

/* Keeps an owner { id, email, userId, … }. Fields that are missing are filled in. */
bool portal_owner_write(portal_store *store, json_t *owner);
#endif
