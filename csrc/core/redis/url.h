/* Url: which Redis server is meant.
 *
 *   redis://[user@]host[:port][/database]      rediss:// the same by TLS
 *   unix:///path/of/the/socket[?db=database]   unix://user@/path
 *
 * A password is refused: addresses end in command lines, logs and error texts. Pure. */
#ifndef TETHER_REDIS_URL_H
#define TETHER_REDIS_URL_H
#include "base/error.h"

enum {
  TETHER_REDIS_PORT = 6379, /* Redis's own */
  TETHER_REDIS_HOST = 254,  /* bytes with the terminator: a name of DNS has at most 253 */
  TETHER_REDIS_PATH = 108,  /* bytes of sockaddr_un's path */
  TETHER_REDIS_USER = 128
};

typedef struct tether_redis_url {
  bool tls;
  int port, database;
  char host[TETHER_REDIS_HOST]; /* "" for a socket's path; a name, or an address without brackets */
  char path[TETHER_REDIS_PATH]; /* "" for a host */
  char user[TETHER_REDIS_USER]; /* "": the default user */
} tether_redis_url;

/* Reads an address. False: BAD_ARGUMENT whose text says what is wrong and what is right, and never shows the address
 * itself. */
bool tether_redis_url_read(const char *text, tether_redis_url *url, tether_error *error);

/* The server's name for texts: "redis.example:6379", "/run/redis.sock". At most `capacity` bytes, terminated. */
void tether_redis_url_name(const tether_redis_url *url, char *name, size_t capacity);
#endif
