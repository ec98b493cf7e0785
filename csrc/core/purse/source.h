/* Source: grants of a quota that machines share by Redis (core/pace/grants.h).
 *
 * It asks for many permits at once, at most twice within any second. While Redis is away, it refuses, or it lets a
 * window pass and goes on with a part of the account's window that is safe when all do so. Calls that were sent
 * meanwhile are told to Redis when it is back. The key in Redis is made of a digest of the token, never of the
 * token. */
#ifndef TETHER_SOURCE_H
#define TETHER_SOURCE_H
#include "core/pace/grants.h"
#include "core/redis/client.h"

/* What happens while Redis is away, once it was there. */
typedef enum tether_share_lost { TETHER_LOST_ALONE, TETHER_LOST_STOP } tether_share_lost;

/* Takes the client over, even on failure. NULL: NO_MEMORY. */
tether_grants *tether_grants_of_redis(tether_redis *redis, tether_share_lost lost, tether_error *error);
#endif
