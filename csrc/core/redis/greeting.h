/* Greeting: what is said first on a connection (password, database), and what the server says of itself. Pure: it
 * writes commands and reads replies. */
#ifndef TETHER_REDIS_GREETING_H
#define TETHER_REDIS_GREETING_H
#include <hiredis/hiredis.h>

#include "base/buffer.h"
#include "core/redis/url.h"

/* What the server says of itself. */
typedef struct tether_redis_facts {
  char version[24];
  char run_id[44]; /* another one after each start */
} tether_redis_facts;

typedef struct tether_greeting {
  int said, heard; /* commands, replies */
  tether_redis_facts facts;
} tether_greeting;

/* Appends the commands. `password` NULL: none. False: NO_MEMORY. */
bool tether_greeting_say(tether_greeting *greeting, const tether_redis_url *url, const char *password,
                         tether_buffer *out, tether_error *error);

/* Takes the next reply. False: this server cannot be used, in one line with the remedy: REDIS_FAILED, REDIS_LOST. */
bool tether_greeting_hear(tether_greeting *greeting, const char *server, const redisReply *reply, tether_error *error);

bool tether_greeting_is_over(const tether_greeting *greeting); /* whether every reply was heard */
#endif
