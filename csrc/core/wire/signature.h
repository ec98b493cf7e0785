/* Signatures of webhooks (wire.md, 13.4): did HubSpot send these bytes, and just now?
 *
 * Pure: told the time, it returns a decision. The only file that uses libcrypto, so that programs which do not call it
 * map none.
 *
 *   v1  hex(SHA256(secret + body))
 *   v2  hex(SHA256(secret + method + URI + body))
 *   v3  base64(HMAC-SHA256(secret, method + URI + body + timestamp)), some percent codes of the URI decoded before
 *
 * v1 and v2 have no time in them: whoever has seen such a request can send it again for ever. */
#ifndef TETHER_SIGNATURE_H
#define TETHER_SIGNATURE_H
#include "base/buffer.h"

typedef enum tether_signature_version {
  TETHER_SIGNATURE_V1,
  TETHER_SIGNATURE_V2,
  TETHER_SIGNATURE_V3
} tether_signature_version;

enum { TETHER_SIGNATURE_WINDOW_MS = 5 * 60 * 1000 }; /* older requests are to be refused (wire.md, 13.4) */

/* What was received, borrowed for the call; what a version does not sign may be empty. */
typedef struct tether_signed_request {
  tether_slice method;    /* "POST" */
  tether_slice uri;       /* whole, as HubSpot called it: scheme, host, path and query */
  tether_slice body;      /* the raw bytes */
  tether_slice timestamp; /* v3: decimal milliseconds since 1970 */
  tether_slice signature; /* as the header has it */
} tether_signed_request;

/* Whether the signature is that of the request, compared in constant time, and for v3 whether its time is within
 * `window_ms` of `now_ms` (>= 0, since 1970), before or behind it. The secret is in no message.
 * SIGNATURE_WRONG; SIGNATURE_OLD, of a request that is signed well; NO_MEMORY; BAD_ARGUMENT: an empty secret. */
bool tether_signature_verify(tether_signature_version version, tether_slice secret,
                             const tether_signed_request *request, int64_t now_ms, int64_t window_ms,
                             tether_error *error);

/* Appends `uri` to `out` with those percent codes decoded that v3 decodes before it signs, in one pass:
 * %3A %2F %3F %40 %21 %24 %27 %28 %29 %2A %2C %3B, in capitals as the guide writes them. All else stays. */
bool tether_signature_uri(tether_slice uri, tether_buffer *out, tether_error *error);

enum { TETHER_SHA256_HEX = 64 };

/* SHA-256 in hexadecimal, unterminated: a short name for bytes that need not be kept. NO_MEMORY. */
bool tether_sha256(tether_slice bytes, char hex[TETHER_SHA256_HEX], tether_error *error);

#endif
