/* Sockets: those that libcurl opens for a transport. No program that is started inherits them, and they are known by
 * number, so that a forked child can close its copies without a word to the other side.
 *
 * One thread at a time. */
#ifndef TETHER_SOCKETS_H
#define TETHER_SOCKETS_H
#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tether_sockets {
  int *list; /* owned */
  size_t count, capacity;
} tether_sockets;

/* Lets an easy handle open and close its sockets here. `sockets` must outlive the handle's connections. False: libcurl
 * does not take it. */
bool tether_sockets_serve(tether_sockets *sockets, CURL *easy);

/* Whether a descriptor is one of these sockets. */
bool tether_sockets_know(const tether_sockets *sockets, int fd);

/* Closes the descriptors of all, and forgets them. libcurl is not to be used with them afterwards. */
void tether_sockets_close(tether_sockets *sockets);

/* A multi handle whose own pair of sockets no program that is started inherits. NULL: no memory. */
CURLM *tether_sockets_multi(void);

/* The same for a pair that libcurl has made; a descriptor that is no end of a pair stays as it is. */
void tether_sockets_seal(int first, int other);

/* The shortest round trip on the connection of a request that has ended; 0: below a millisecond, or unknown. */
int64_t tether_sockets_round_trip_ms(CURL *easy);

void tether_sockets_free(tether_sockets *sockets);

#endif
