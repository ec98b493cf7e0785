/* Sign: the headers by which a receiver knows that a delivery is HubSpot's (csrc/data/wire.md, 13.4). */
#ifndef TETHER_PORTAL_SIGN_H
#define TETHER_PORTAL_SIGN_H
#include "base/buffer.h"

/* Bits; the first two share a header, so that one of them is sent. */
enum { PORTAL_SIGN_V1 = 1, PORTAL_SIGN_V2 = 2, PORTAL_SIGN_V3 = 4 };

/* What is signed. */
typedef struct portal_signed {
  const char *secret, *method, *url;
  tether_slice body;
  int64_t at_ms;
} portal_signed;

/* Adds the headers of the versions, each "Name: value" and a NUL. False: NO_MEMORY. */
bool portal_sign(const portal_signed *what, unsigned versions, tether_buffer *out, tether_error *error);
#endif
