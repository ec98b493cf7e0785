/* Gate: what is looked at before anything of a request is believed: who is asked (Host), for whom a browser asks
 * (Origin), and whether the headers agree about the body. Values only; no state.
 *
 * A page on the web can have its own name lead to this address, and its script would then read and write here as if it
 * were of the same site. Such a name stands in Host, so only names are served that nobody else can give an address. */
#ifndef TETHER_PORTAL_GATE_H
#define TETHER_PORTAL_GATE_H
#include "portal/message/message.h"

/* False fills `problem`: 431 for too many headers, 400 for headers that contradict each other, 403 for a stranger's
 * Host or Origin. `open` tells that others than this machine may connect, and may know it by a name without a dot;
 * `hosts` has further names that it is called by, joined by commas, or is NULL. */
bool portal_gate(const portal_request *request, bool open, const char *hosts, portal_problem *problem);

#endif
