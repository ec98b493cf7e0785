/* Target: where a delivery may go. A portal is for tests: it sends to this machine, and to the hosts that its options
 * name. */
#ifndef TETHER_PORTAL_TARGET_H
#define TETHER_PORTAL_TARGET_H
#include <sys/socket.h>

#include "portal/message/message.h"

/* Whether the address may be a target: http or https, without a user's name or a fragment, to localhost, an address of
 * the loopback, or one of `hosts`, names joined by commas (NULL: none). `told` tells that it was one of those. False:
 * 400. */
bool portal_target_check(const char *url, const char *hosts, bool *told, portal_problem *problem);

/* Whether an address belongs to this machine's loopback, whatever name led to it. */
bool portal_target_is_loopback(const struct sockaddr *address);
#endif
