/* Channel: bytes to and from a Redis server, plain or by TLS, on a socket that never blocks and raises no signal.
 *
 * Names are looked up when it opens for the first time, and that may take as long as the system's resolver. One thread
 * at a time. */
#ifndef TETHER_REDIS_CHANNEL_H
#define TETHER_REDIS_CHANNEL_H
#include "core/redis/tls.h"
#include "core/redis/url.h"

typedef struct tether_channel tether_channel;

/* Nothing is opened yet. Url and authorities are borrowed and must live as long. NULL: NO_MEMORY. */
tether_channel *tether_channel_new(const tether_redis_url *url, const tether_tls_authorities *authorities);
void tether_channel_free(tether_channel *channel); /* NULL is fine */

/* Begins to connect. False: REDIS_LOST (no such host, nobody there), TLS_FAILED, NO_MEMORY. */
bool tether_channel_open(tether_channel *channel, tether_error *error);
void tether_channel_close(tether_channel *channel);

int tether_channel_fd(const tether_channel *channel);         /* -1: closed */
unsigned tether_channel_wants(const tether_channel *channel); /* TETHER_READABLE, TETHER_WRITABLE of poller.h */

/* Whether the connection stands, TLS included, so that commands can be sent. */
bool tether_channel_is_open(const tether_channel *channel);

/* Sends as much as the socket takes at once, and keeps the rest for tether_channel_move. False as there. */
bool tether_channel_say(tether_channel *channel, const char *data, size_t length, tether_error *error);

/* Sends and receives what is possible without waiting. Bytes that have come are added to `heard`. False: the channel
 * can no longer be used: REDIS_LOST, TLS_FAILED, NO_MEMORY. */
bool tether_channel_move(tether_channel *channel, tether_buffer *heard, tether_error *error);
#endif
