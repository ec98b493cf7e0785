/* Scopes: what a token may do. A token without a list of scopes may do everything. */
#ifndef TETHER_PORTAL_SCOPES_H
#define TETHER_PORTAL_SCOPES_H
#include "portal/http/app.h"

/* Whether the portal's scopes allow the call's route on its object type. False: 403 with the scopes that would do. */
bool portal_scopes_allow(portal_call *call);
#endif
