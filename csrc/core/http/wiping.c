#include "core/http/wiping.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

enum {
  SMALLEST = 24,   /* of malloc's sizes, which are 16 apart */
  SMALL = 1032,    /* up to here it keeps lists of each size, which hand out what was freed last */
  LARGEST = 65536, /* OpenSSL's and libcurl's buffers are smaller */
  SMALL_EACH = 16, /* twice what such a list holds */
  LARGE_EACH = 4
};

/* -- libcurl's memory ---------------------------------------------------------------------------------------------- */

static void wipe(void *memory) {
  if (memory) explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

/* Never by realloc: what that moves it leaves behind. */
static void *resize(void *old, size_t size) {
  size_t held = old ? malloc_usable_size(old) : 0;
  if (held >= size && held / 2 <= size) return old;
  void *memory = malloc(size);
  if (!memory) return NULL;
  if (old) memcpy(memory, old, held < size ? held : size);
  wipe(old);
  return memory;
}

bool tether_wiping_start(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, malloc, wipe, resize, strdup, calloc) == CURLE_OK;
}

/* -- what others leave --------------------------------------------------------------------------------------------- */

/* Adds blocks of one size to a chain, cleared: held until the end, so that malloc hands each of them out once. */
static void *clear_size(size_t size, int count, void *chain) {
  for (int i = 0; i < count; i++) {
    void **block = malloc(size);
    if (!block) break;
    explicit_bzero(block, malloc_usable_size(block));
    *block = chain;
    chain = block;
  }
  return chain;
}

void tether_wiping_wash(void) {
  void *chain = NULL;
  for (size_t size = LARGEST; size > SMALL; size -= size / 5) chain = clear_size(size, LARGE_EACH, chain);
  for (size_t size = SMALL; size >= SMALLEST; size -= 16) chain = clear_size(size, SMALL_EACH, chain);
  while (chain) {
    void *next = *(void **)chain;
    free(chain);
    chain = next;
  }
}
