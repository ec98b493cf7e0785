#include "core/redis/script.h"

#include <openssl/evp.h>
#include <stdio.h>

bool tether_redis_script_init(tether_redis_script *script, const char *text, size_t length, tether_error *error) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (!EVP_Digest(text, length, digest, &size, EVP_sha1(), NULL) || size * 2 + 1 != sizeof script->digest)
    return tether_fail(error, TETHER_NO_MEMORY, "the digest of a script cannot be made");
  script->text = text;
  script->length = length;
  for (unsigned i = 0; i < size; i++) snprintf(script->digest + 2 * i, 3, "%02x", digest[i]);
  return true;
}
