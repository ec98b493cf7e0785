#include "core/wire/signature.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"

enum { DIGEST_BYTES = 32, PARTS = 4 };
enum { TEXT_BYTES = TETHER_SHA256_HEX + 1 }; /* base64 is shorter, and terminated */

static const char *const version_names[] = {"v1", "v2", "v3"};

/* -- the URI ------------------------------------------------------------------------------------------------------- */

static const struct {
  char code[4], plain;
} decoded[] = {{"%3A", ':'},  {"%2F", '/'}, {"%3F", '?'}, {"%40", '@'}, {"%21", '!'}, {"%24", '$'},
               {"%27", '\''}, {"%28", '('}, {"%29", ')'}, {"%2A", '*'}, {"%2C", ','}, {"%3B", ';'}};

/* The character that the three bytes stand for; 0: they stay as they are. */
static char plain_of(const char *code) {
  for (size_t i = 0; i < sizeof decoded / sizeof *decoded; i++)
    if (memcmp(decoded[i].code, code, 3) == 0) return decoded[i].plain;
  return 0;
}

bool tether_signature_uri(tether_slice uri, tether_buffer *out, tether_error *error) {
  char *to = tether_buffer_room(out, uri.length, error);
  if (!to) return false;
  size_t written = 0;
  for (size_t at = 0; at < uri.length; at++) {
    char plain = uri.data[at] == '%' && uri.length - at >= 3 ? plain_of(uri.data + at) : 0;
    to[written++] = plain ? plain : uri.data[at];
    if (plain) at += 2;
  }
  out->length += written;
  return true;
}

/* -- hashes: false when libcrypto has no memory -------------------------------------------------------------------- */

static bool sha256(const tether_slice *parts, size_t count, unsigned char digest[DIGEST_BYTES]) {
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  bool fine = context && EVP_DigestInit_ex(context, EVP_sha256(), NULL) == 1;
  for (size_t i = 0; fine && i < count; i++)
    fine = parts[i].length == 0 || EVP_DigestUpdate(context, parts[i].data, parts[i].length) == 1;
  fine = fine && EVP_DigestFinal_ex(context, digest, NULL) == 1;
  EVP_MD_CTX_free(context);
  return fine;
}

static bool hmac_sha256(tether_slice secret, const tether_slice *parts, size_t count,
                        unsigned char digest[DIGEST_BYTES]) {
  size_t length = DIGEST_BYTES;
  EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, (const unsigned char *)secret.data, secret.length);
  EVP_MD_CTX *context = key ? EVP_MD_CTX_new() : NULL;
  bool fine = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1;
  for (size_t i = 0; fine && i < count; i++)
    fine = parts[i].length == 0 || EVP_DigestSignUpdate(context, parts[i].data, parts[i].length) == 1;
  fine = fine && EVP_DigestSignFinal(context, digest, &length) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return fine;
}

static size_t write_hex(const unsigned char digest[DIGEST_BYTES], char *text) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < DIGEST_BYTES; i++) {
    text[2 * i] = digits[digest[i] >> 4];
    text[2 * i + 1] = digits[digest[i] & 15];
  }
  return TETHER_SHA256_HEX;
}

bool tether_sha256(tether_slice bytes, char hex[TETHER_SHA256_HEX], tether_error *error) {
  unsigned char digest[DIGEST_BYTES];
  if (!sha256(&bytes, 1, digest)) return tether_fail(error, TETHER_NO_MEMORY, "no memory for a hash");
  write_hex(digest, hex);
  return true;
}

/* -- the decision -------------------------------------------------------------------------------------------------- */

/* The signature that the request should have, as text. */
static bool expected(tether_signature_version version, tether_slice secret, const tether_signed_request *request,
                     char text[TEXT_BYTES], size_t *length, tether_error *error) {
  unsigned char digest[DIGEST_BYTES];
  tether_buffer uri;
  tether_buffer_init(&uri, SIZE_MAX / 4); /* not longer than what the caller holds already */
  bool fine;
  if (version == TETHER_SIGNATURE_V3) {
    if (!tether_signature_uri(request->uri, &uri, error)) return false;
    tether_slice parts[PARTS] = {request->method, {uri.data, uri.length}, request->body, request->timestamp};
    fine = hmac_sha256(secret, parts, PARTS, digest);
    if (fine) *length = (size_t)EVP_EncodeBlock((unsigned char *)text, digest, DIGEST_BYTES);
  } else {
    tether_slice all[PARTS] = {secret, request->method, request->uri, request->body};
    tether_slice least[] = {secret, request->body};
    fine = version == TETHER_SIGNATURE_V2 ? sha256(all, PARTS, digest) : sha256(least, 2, digest);
    if (fine) *length = write_hex(digest, text);
  }
  tether_buffer_free(&uri);
  return fine || tether_fail(error, TETHER_NO_MEMORY, "no memory to check a signature");
}

/* The method and address that were signed for, for a message: behind a proxy, mostly the address differs. The query
 * is left out, since it may hold private data, and only printable characters are shown, since a stranger wrote them. */
static const char *shown(tether_slice method, tether_slice uri, char out[300]) {
  size_t length = 0;
  for (size_t i = 0; i < method.length && i < 20; i++) out[length++] = method.data[i];
  out[length++] = ' ';
  for (size_t i = 0; i < uri.length && uri.data[i] != '?' && length < 299; i++) out[length++] = uri.data[i];
  out[length] = '\0';
  for (size_t i = 0; i < length; i++)
    if (out[i] < 0x20 || out[i] > 0x7E) out[i] = '?';
  return out;
}

static bool wrong(tether_signature_version version, const tether_signed_request *request, tether_error *error) {
  char place[300];
  if (version == TETHER_SIGNATURE_V1)
    return tether_fail(error, TETHER_SIGNATURE_WRONG, "the v1 signature is not that of this secret and body");
  return tether_fail(error, TETHER_SIGNATURE_WRONG, "the %s signature is not that of this secret, body and %s",
                     version_names[version], shown(request->method, request->uri, place));
}

static bool in_time(int64_t timestamp, int64_t now_ms, int64_t window_ms, tether_error *error) {
  int64_t late = now_ms - timestamp; /* both are >= 0 */
  if (late <= window_ms && late >= -window_ms) return true;
  return tether_fail(
      error, TETHER_SIGNATURE_OLD, "signed %lld s %s by this machine's clock; no more than %lld s are taken",
      (long long)((late < 0 ? -late : late) / 1000), late < 0 ? "ahead" : "ago", (long long)(window_ms / 1000));
}

bool tether_signature_verify(tether_signature_version version, tether_slice secret,
                             const tether_signed_request *request, int64_t now_ms, int64_t window_ms,
                             tether_error *error) {
  char text[TEXT_BYTES];
  size_t length = 0;
  int64_t timestamp = 0;
  if (secret.length == 0) return tether_fail(error, TETHER_BAD_ARGUMENT, "the app's secret is empty");
  if (version == TETHER_SIGNATURE_V3 &&
      !tether_id_parse(request->timestamp.data, request->timestamp.length, &timestamp))
    return tether_fail(error, TETHER_SIGNATURE_WRONG, "the timestamp of the v3 signature is not a number");
  if (!expected(version, secret, request, text, &length, error)) return false;
  if (length != request->signature.length || CRYPTO_memcmp(text, request->signature.data, length) != 0)
    return wrong(version, request, error);
  return version != TETHER_SIGNATURE_V3 || in_time(timestamp, now_ms, window_ms, error);
}
