/* The native module tether.redis.native: commands to a Redis server and their answers. It is a module of its own: only
 * programs that share with other machines map hiredis. */
#ifndef TETHER_BINDING_REDIS_H
#define TETHER_BINDING_REDIS_H
#include "binding/shared/binding.h"
#include "core/redis/client.h"

#define TETHER_REDIS_TYPE "tether.redis"
#define TETHER_REDIS_ANSWER_TYPE "tether.redis.answer"

enum { TETHER_REDIS_TIMEOUT_MS = 5000 }; /* of a command, when nobody says */

/* The client that is the first argument; raises when it is closed or another process's. */
tether_redis *tether_check_redis(lua_State *L);

/* Reads the options in the table at 1; their texts live as long as the stack of this call. */
tether_redis_options tether_check_redis_options(lua_State *L, const char **password_file);

/* Opens a client whose password may stand in a file. NULL: what tether_redis_new and tether_secret_read say. */
tether_redis *tether_redis_open(tether_redis_options *options, const char *password_file, tether_error *error);

/* asking adds methods to clients, and is called behind them. */
tether_opener tether_open_redis, tether_open_redis_asking, tether_open_redis_grants;

#endif
