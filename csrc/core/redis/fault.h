/* Fault: what an error reply of Redis means, in one line with cause and remedy. Pure. */
#ifndef TETHER_REDIS_FAULT_H
#define TETHER_REDIS_FAULT_H
#include "base/error.h"

/* Fills `error` by the beginning of a reply (scripts add words of their own at its end), and returns false.
 * REDIS_FAILED: a person must repair something. REDIS_LOST: the fault may pass by itself. `server` is for the text. */
bool tether_redis_fault(const char *server, const char *reply, tether_error *error);
#endif
