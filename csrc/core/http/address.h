/* Address: where requests may be sent. */
#ifndef TETHER_ADDRESS_H
#define TETHER_ADDRESS_H
#include "base/error.h"

/* Whether `url` is scheme://host:port alone, and safe for a token: https, or plain http to loopback, or to anywhere
 * when `plain_http` says so. URL_BAD says why not, and shows nothing of a password. */
bool tether_address_check(const char *url, bool plain_http, tether_error *error);

/* Another spelling of the same server is the same text: small letters, no slash at the end, no port that the scheme
 * means anyway. Of an address that tether_address_check takes. Owned by the caller; NULL: NO_MEMORY. */
char *tether_address_normal(const char *url);

#endif
