/* Address: where requests may be sent. */
#ifndef TETHER_ADDRESS_H
#define TETHER_ADDRESS_H
#include "base/error.h"

/* Whether `url` is scheme://host:port and nothing else, and safe for a token. Safe are https, plain http to
 * loopback, and with `plain_http` plain http to anywhere. URL_BAD says why not. Its text never shows a password. */
bool tether_address_check(const char *url, bool plain_http, tether_error *error);

/* The one spelling of an address, the same text for each server: small letters, no slash at the end, no port that is
 * the scheme's default. The address must have passed tether_address_check. The caller owns the text; NULL:
 * NO_MEMORY. */
char *tether_address_normal(const char *url);

#endif
