/* Tls: bytes between a channel and OpenSSL, which sees no socket. */
#ifndef TETHER_REDIS_TLS_H
#define TETHER_REDIS_TLS_H
#include "base/buffer.h"

typedef struct tether_tls tether_tls;

/* The certificate authorities that are trusted; NULL: the system's. Borrowed. */
typedef struct tether_tls_authorities {
  const char *file, *folder;
} tether_tls_authorities;

/* Begins to shake hands with a host, whose name or address its certificate must bear. NULL: TLS_FAILED, NO_MEMORY. */
tether_tls *tether_tls_new(const char *host, const tether_tls_authorities *authorities, tether_error *error);
void tether_tls_free(tether_tls *tls); /* NULL is fine */

/* Takes bytes that came from the server; what they say is added to `plain`. False: TLS_FAILED, NO_MEMORY. */
bool tether_tls_hear(tether_tls *tls, const char *data, size_t length, tether_buffer *plain, tether_error *error);

/* Encrypts bytes for the server; only when `tether_tls_is_shaken`. */
bool tether_tls_say(tether_tls *tls, const char *data, size_t length, tether_error *error);

/* Moves what is to be sent to `out`. */
bool tether_tls_drain(tether_tls *tls, tether_buffer *out, tether_error *error);

bool tether_tls_is_shaken(const tether_tls *tls); /* whether the handshake is over */

/* Whether the server has said that nothing follows. */
bool tether_tls_has_ended(const tether_tls *tls);
#endif
