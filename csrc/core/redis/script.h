/* Script: Lua that a Redis server runs, sent by its digest. */
#ifndef TETHER_REDIS_SCRIPT_H
#define TETHER_REDIS_SCRIPT_H
#include "base/error.h"

enum { TETHER_REDIS_DIGEST = 41 }; /* 40 hexadecimal digits and the terminator */

typedef struct tether_redis_script {
  const char *text; /* borrowed; must live as long */
  size_t length;
  char digest[TETHER_REDIS_DIGEST]; /* SHA-1 in lower case, terminated */
} tether_redis_script;

/* False: NO_MEMORY. */
bool tether_redis_script_init(tether_redis_script *script, const char *text, size_t length, tether_error *error);
#endif
