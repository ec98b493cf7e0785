/* Any bytes as a signed request: the URI is decoded as a slower way does it, a signature made here by one-shot
 * functions is taken, one of another request is not, and a body that is no JSON never counts as events. `make fuzz`
 * runs it. */
#include "core/wire/signature.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

#include "core/json/json.h"
#include "core/wire/events.h"

static const int64_t now = 1693657560000;
static const char now_digits[] = "1693657560000";

/* Each code in turn, over the whole text: what is put in is no part of another code. */
static size_t decode_slowly(char *text, size_t length) {
  static const char codes[][4] = {"%3A", "%2F", "%3F", "%40", "%21", "%24", "%27", "%28", "%29", "%2A", "%2C", "%3B"};
  static const char plain[] = ":/?@!$'()*,;";
  for (size_t code = 0; code < sizeof codes / sizeof *codes; code++)
    for (size_t at = 0; at + 3 <= length; at++) {
      if (memcmp(text + at, codes[code], 3) != 0) continue;
      text[at] = plain[code];
      memmove(text + at + 1, text + at + 3, length - at - 3);
      length -= 2;
    }
  return length;
}

static char *join(size_t *length, const tether_slice *parts, size_t count) {
  size_t total = 0;
  for (size_t i = 0; i < count; i++) total += parts[i].length;
  char *all = malloc(total + 1);
  if (!all) abort();
  *length = 0;
  for (size_t i = 0; i < count; i++) {
    if (parts[i].length) memcpy(all + *length, parts[i].data, parts[i].length);
    *length += parts[i].length;
  }
  return all;
}

static void check_uri(tether_slice uri, tether_buffer *out) {
  char *slow = join(&(size_t){0}, &uri, 1);
  size_t length = decode_slowly(slow, uri.length);
  tether_error error;
  if (!tether_signature_uri(uri, out, &error)) abort();
  if (out->length != length || (length && memcmp(out->data, slow, length) != 0)) abort();
  free(slow);
}

static void check_v3(tether_slice secret, tether_signed_request request, const tether_buffer *uri) {
  unsigned char digest[EVP_MAX_MD_SIZE], text[EVP_MAX_MD_SIZE * 2];
  unsigned size;
  size_t length;
  tether_error error;
  tether_slice parts[] = {request.method, {uri->data, uri->length}, request.body, request.timestamp};
  char *all = join(&length, parts, 4);
  HMAC(EVP_sha256(), secret.data, (int)secret.length, (unsigned char *)all, length, digest, &size);
  free(all);
  if (tether_signature_verify(TETHER_SIGNATURE_V3, secret, &request, now, 0, &error)) abort(); /* not signed by us */
  request.signature = (tether_slice){(char *)text, (size_t)EVP_EncodeBlock(text, digest, (int)size)};
  if (!tether_signature_verify(TETHER_SIGNATURE_V3, secret, &request, now, 0, &error)) abort();
  if (tether_signature_verify(TETHER_SIGNATURE_V3, secret, &request, now + 2, 1, &error)) abort();
  request.method.length = 0;
  if (tether_signature_verify(TETHER_SIGNATURE_V3, secret, &request, now, 0, &error)) abort();
}

static void check_v2(tether_slice secret, tether_signed_request request) {
  char hex[TETHER_SHA256_HEX];
  size_t length;
  tether_error error;
  tether_slice parts[] = {secret, request.method, request.uri, request.body};
  char *all = join(&length, parts, 4);
  if (!tether_sha256((tether_slice){all, length}, hex, &error)) abort();
  free(all);
  request.signature = (tether_slice){hex, sizeof hex};
  if (!tether_signature_verify(TETHER_SIGNATURE_V2, secret, &request, 0, 0, &error)) abort();
  if (tether_signature_verify(TETHER_SIGNATURE_V1, secret, &request, 0, 0, &error)) abort();
}

static void check_events(tether_slice body) {
  size_t count;
  tether_error error;
  bool fine = tether_events_count(body, 3, &count, &error);
  tether_json json;
  tether_json_init(&json, body.data, body.length);
  bool is_json = tether_json_skip(&json) && tether_json_finish(&json);
  if (fine ? !is_json || count > 3 : error.place < 1) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  const char *text = (const char *)data, *line = length ? memchr(text, '\n', length) : NULL;
  size_t first = line ? (size_t)(line - text) : length; /* the URI; behind it the body */
  tether_slice secret = {"secret", 6};
  tether_signed_request request = {{"POST", 4},
                                   {text, first},
                                   {line ? line + 1 : "", line ? length - first - 1 : 0},
                                   {now_digits, sizeof now_digits - 1},
                                   {text, first}};
  tether_buffer uri;
  tether_buffer_init(&uri, TETHER_CEILING_BODY);
  check_uri(request.uri, &uri);
  check_v3(secret, request, &uri);
  check_v2(secret, request);
  check_events(request.body);
  tether_buffer_free(&uri);
  return 0;
}
