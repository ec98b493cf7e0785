/* Sets: the sets of association types that pairs of records hold, each once. A pair holds the number of its set.
 *
 * A set is never dropped, and a number never means another set. Number 0 is the empty set. */
#ifndef TETHER_PORTAL_SETS_H
#define TETHER_PORTAL_SETS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORTAL_KEYS_MOST = 160 };     /* of a set; a key more is left out */
enum { PORTAL_NO_SET = UINT32_MAX }; /* in place of a number: no memory */

struct portal_type;

typedef struct portal_set {
  size_t count, label_count;
  int64_t *keys;   /* sorted */
  int64_t *labels; /* those of them whose links are counted apart, sorted */

  /* What the owner of the catalog keeps beside the keys: what they stand for, and as what answers show them. Both are
   * freed with the set, and good while `generation` is the catalog's. */
  uint64_t generation;
  const struct portal_type **types; /* as many as keys; NULL: one that is gone */
  char *text;                       /* NULL: not written yet */
  size_t length;
} portal_set;

typedef struct portal_sets portal_sets;

/* Whether links with a type are counted apart: false of a type that every link of its direction has. It is asked once
 * for each key of a new set, and its answer for a key never changes. */
typedef bool portal_is_label(const void *context, int64_t key);

portal_sets *portal_sets_new(portal_is_label *is_label, const void *context); /* NULL: no memory */
void portal_sets_free(portal_sets *sets);                                     /* NULL is fine */

/* The number of a set, made when it is new; `keys` are sorted, none twice. PORTAL_NO_SET: no memory. */
uint32_t portal_sets_number(portal_sets *sets, const int64_t *keys, size_t count);

/* The set of a number that was given out; good until the next number is made. */
portal_set *portal_sets_at(const portal_sets *sets, uint32_t number);
uint32_t portal_sets_count(const portal_sets *sets); /* numbers are below it */

/* The number of a set with one key more or less. PORTAL_NO_SET: no memory. */
uint32_t portal_sets_add(portal_sets *sets, uint32_t number, int64_t key);
uint32_t portal_sets_take(portal_sets *sets, uint32_t number, int64_t key);

bool portal_sets_has(const portal_sets *sets, uint32_t number, int64_t key);
#endif
