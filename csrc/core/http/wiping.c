#include "core/http/wiping.h"

#include <curl/curl.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
  SMALLEST = 24,   /* of malloc's sizes, which are 16 apart */
  SMALL = 1032,    /* up to here it keeps lists of each size, which hand out what was freed last */
  LARGEST = 65536, /* OpenSSL's and libcurl's buffers are smaller */
  SMALL_EACH = 16, /* twice what such a list holds */
  LARGE_EACH = 4   /* blocks of each larger size: few are freed at a time */
};

/* -- buffers that libcurl takes anew for each request -------------------------------------------------------------- */

/* They are held unwiped until the last transport closes: wiping a quarter of a megabyte for each request would cost as
 * much as reading its answer. */
enum { HELD = 32, HELD_SMALLEST = 32 << 10 };

static struct {
  atomic_flag busy; /* never waited for: a thread that finds it set does without these buffers */
  void *blocks[HELD];
  size_t count;
} held = {.busy = ATOMIC_FLAG_INIT};

static bool hold(void *memory, size_t size) {
  if (size < HELD_SMALLEST || atomic_flag_test_and_set(&held.busy)) return false;
  bool fits = held.count < HELD;
  if (fits) held.blocks[held.count++] = memory;
  atomic_flag_clear(&held.busy);
  return fits;
}

/* A block that was held, of at least that size and not twice as large; NULL: there is none. */
static void *take_held(size_t size) {
  void *found = NULL;
  if (size < HELD_SMALLEST || atomic_flag_test_and_set(&held.busy)) return NULL;
  for (size_t i = held.count; i-- > 0 && !found;) {
    size_t usable = malloc_usable_size(held.blocks[i]);
    if (usable < size || usable / 2 > size) continue;
    found = held.blocks[i];
    held.blocks[i] = held.blocks[--held.count];
  }
  atomic_flag_clear(&held.busy);
  return found;
}

static void *next_held(void) {
  if (atomic_flag_test_and_set(&held.busy)) return NULL;
  void *block = held.count ? held.blocks[--held.count] : NULL;
  atomic_flag_clear(&held.busy);
  return block;
}

/* -- libcurl's memory ---------------------------------------------------------------------------------------------- */

static void wipe_and_free(void *memory) {
  explicit_bzero(memory, malloc_usable_size(memory));
  free(memory);
}

static void wipe(void *memory) {
  if (memory && !hold(memory, malloc_usable_size(memory))) wipe_and_free(memory);
}

static void *allocate(size_t size) {
  void *memory = take_held(size);
  return memory ? memory : malloc(size);
}

/* Does not use realloc, which leaves the old bytes behind when it moves a block. */
static void *resize(void *old, size_t size) {
  size_t usable = old ? malloc_usable_size(old) : 0;
  if (usable >= size && usable / 2 <= size) return old;
  void *memory = allocate(size);
  if (!memory) return NULL;
  if (old) memcpy(memory, old, usable < size ? usable : size);
  wipe(old);
  return memory;
}

bool tether_wiping_start(void) {
  return curl_global_init_mem(CURL_GLOBAL_DEFAULT, allocate, wipe, resize, strdup, calloc) == CURLE_OK;
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
  for (void *block; (block = next_held());) wipe_and_free(block);
  for (size_t size = LARGEST; size > SMALL; size -= size / 5) chain = clear_size(size, LARGE_EACH, chain);
  for (size_t size = SMALL; size >= SMALLEST; size -= 16) chain = clear_size(size, SMALL_EACH, chain);
  while (chain) {
    void *next = *(void **)chain;
    free(chain);
    chain = next;
  }
}
