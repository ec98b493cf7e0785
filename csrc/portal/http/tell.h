/* What the portal tells of itself: handlers. */
#ifndef TETHER_PORTAL_TELL_H
#define TETHER_PORTAL_TELL_H
#include "portal/api/call.h"

bool portal_health(portal_call *call);       /* answers when the portal is ready: requests wait until a seed is over */
bool portal_admin_limits(portal_call *call); /* { now_ms, window, second, day, counters } */
#endif
