#include "portal/hooks/sign.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <strings.h>

/* Version 3 signs the address with these decoded, and no others. */
static const struct {
  const char code[4];
  char sign;
} decoded[] = {{"%3A", ':'},  {"%2F", '/'}, {"%3F", '?'}, {"%40", '@'}, {"%21", '!'}, {"%24", '$'},
               {"%27", '\''}, {"%28", '('}, {"%29", ')'}, {"%2A", '*'}, {"%2C", ','}, {"%3B", ';'}};

static bool add_decoded(tether_buffer *out, const char *url, tether_error *error) {
  while (*url) {
    char sign = *url;
    size_t taken = 1;
    for (size_t i = 0; i < sizeof decoded / sizeof *decoded && taken == 1; i++) {
      if (strncasecmp(url, decoded[i].code, 3) != 0) continue;
      sign = decoded[i].sign;
      taken = 3;
    }
    if (!tether_buffer_add(out, &sign, 1, error)) return false;
    url += taken;
  }
  return true;
}

static bool add_body(tether_buffer *out, const portal_signed *what, tether_error *error) {
  return tether_buffer_add(out, what->body.data, what->body.length, error);
}

/* A value as 44 signs of base64 and a NUL, or as 64 hexadecimal digits. */
static void write_digest(const unsigned char digest[SHA256_DIGEST_LENGTH], bool base64, char out[65]) {
  if (base64) {
    EVP_EncodeBlock((unsigned char *)out, digest, SHA256_DIGEST_LENGTH);
    return;
  }
  for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) {
    out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  out[64] = '\0';
}

static bool end_header(tether_buffer *out, tether_error *error) { return tether_buffer_add(out, "", 1, error); }

static bool add_v3(const portal_signed *what, tether_buffer *message, tether_buffer *out, tether_error *error) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  char value[65];
  if (!tether_buffer_text(message, what->method, error) || !add_decoded(message, what->url, error) ||
      !add_body(message, what, error) || !tether_buffer_id(message, what->at_ms, error))
    return false;
  if (!HMAC(EVP_sha256(), what->secret, (int)strlen(what->secret), (const unsigned char *)message->data,
            message->length, digest, NULL))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a signature");
  write_digest(digest, true, value);
  return tether_buffer_format(out, error, "X-HubSpot-Signature-v3: %s", value) && end_header(out, error) &&
         tether_buffer_format(out, error, "X-HubSpot-Request-Timestamp: %lld", (long long)what->at_ms) &&
         end_header(out, error);
}

static bool add_older(const portal_signed *what, bool second, tether_buffer *message, tether_buffer *out,
                      tether_error *error) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  char value[65];
  if (!tether_buffer_text(message, what->secret, error) ||
      (second &&
       (!tether_buffer_text(message, what->method, error) || !tether_buffer_text(message, what->url, error))) ||
      !add_body(message, what, error))
    return false;
  if (!EVP_Digest(message->data, message->length, digest, NULL, EVP_sha256(), NULL))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a signature");
  write_digest(digest, false, value);
  return tether_buffer_format(out, error, "X-HubSpot-Signature: %s", value) && end_header(out, error) &&
         tether_buffer_format(out, error, "X-HubSpot-Signature-Version: v%d", second ? 2 : 1) && end_header(out, error);
}

/* The message has the secret in it. */
static void wipe(tether_buffer *message) {
  if (message->data) explicit_bzero(message->data, message->length);
  tether_buffer_clear(message);
}

bool portal_sign(const portal_signed *what, unsigned versions, tether_buffer *out, tether_error *error) {
  tether_buffer message;
  tether_buffer_init(&message, TETHER_CEILING_ANSWER);
  bool fine = !(versions & PORTAL_SIGN_V3) || add_v3(what, &message, out, error);
  wipe(&message);
  if (fine && (versions & (PORTAL_SIGN_V1 | PORTAL_SIGN_V2)))
    fine = add_older(what, versions & PORTAL_SIGN_V2, &message, out, error);
  wipe(&message);
  tether_buffer_free(&message);
  return fine;
}
