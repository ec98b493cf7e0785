/* Guard: the headers of the portal's own answers, by which a browser keeps to them: it guesses no types, keeps no
 * copies, tells nobody where it was, shows them in no frame, and gets everything from this portal alone. */
#ifndef TETHER_PORTAL_GUARD_H
#define TETHER_PORTAL_GUARD_H
#include "portal/http/route.h"

void portal_guard(const portal_route *route, portal_answer *answer);
#endif
