#include "portal/lab/hints.h"

#include <stdlib.h>

enum { LIVE_SLOTS = 1 << 15, LINKED_BITS = 1 << 23, WORD = 64 };

struct portal_hints {
  struct {
    int64_t object, id;
    uint64_t round;
  } live[LIVE_SLOTS];
  uint64_t round;                      /* slots of another one are empty */
  bool any;                            /* any pair may be linked */
  uint64_t linked[LINKED_BITS / WORD]; /* a Bloom filter: two bits a pair */
};

portal_hints *portal_hints_new(void) { return calloc(1, sizeof(portal_hints)); }

void portal_hints_free(portal_hints *hints) { free(hints); }

static uint64_t mix(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

/* -- records ------------------------------------------------------------------------------------------------------ */

static size_t place_of(int64_t object, int64_t id) { return mix((uint64_t)id + mix((uint64_t)object)) % LIVE_SLOTS; }

bool portal_hints_live(const portal_hints *hints, int64_t object, int64_t id) {
  size_t place = place_of(object, id);
  return id && hints->live[place].id == id && hints->live[place].object == object &&
         hints->live[place].round == hints->round;
}

void portal_hints_add_live(portal_hints *hints, int64_t object, int64_t id) {
  size_t place = place_of(object, id);
  hints->live[place].object = object;
  hints->live[place].id = id;
  hints->live[place].round = hints->round;
}

void portal_hints_forget_live(portal_hints *hints) { hints->round++; }

/* -- pairs -------------------------------------------------------------------------------------------------------- */

static uint64_t hash_of(int64_t from, int64_t to, int64_t a, int64_t b) {
  return mix(mix(mix((uint64_t)from * 31 + (uint64_t)to) + (uint64_t)a) + (uint64_t)b);
}

bool portal_hints_linked(const portal_hints *hints, int64_t from, int64_t to, int64_t a, int64_t b) {
  uint64_t hash = hash_of(from, to, a, b), one = hash % LINKED_BITS, two = (hash >> 32) % LINKED_BITS;
  return hints->any ||
         ((hints->linked[one / WORD] >> one % WORD) & (hints->linked[two / WORD] >> two % WORD) & (uint64_t)1);
}

void portal_hints_add_linked(portal_hints *hints, int64_t from, int64_t to, int64_t a, int64_t b) {
  uint64_t hash = hash_of(from, to, a, b), one = hash % LINKED_BITS, two = (hash >> 32) % LINKED_BITS;
  hints->linked[one / WORD] |= (uint64_t)1 << one % WORD;
  hints->linked[two / WORD] |= (uint64_t)1 << two % WORD;
}

void portal_hints_doubt(portal_hints *hints) { hints->any = true; }
