/* Type sets: which association types a link holds, each set stored once.
 *
 * A table owns its sets; a set is named by its index, 0 is the empty set (the default association). One thread. */
#ifndef TETHER_TYPESET_H
#define TETHER_TYPESET_H
#include "base/error.h"

/* The wire's categories (wire.md, 6.1). */
typedef enum tether_category {
  TETHER_HUBSPOT_DEFINED,
  TETHER_USER_DEFINED,
  TETHER_INTEGRATOR_DEFINED,
  TETHER_WORK,
  TETHER_CATEGORIES,
  TETHER_RESERVED = TETHER_CATEGORIES /* not on the wire: stands for types that are not known yet */
} tether_category;

typedef struct tether_spec {
  tether_category category;
  int32_t id; /* > 0 */
} tether_spec;

typedef struct tether_typesets tether_typesets;

enum { TETHER_TYPES_MAX = 256 }; /* types in one set: far above the 50 labels a pair may have */

/* "HUBSPOT_DEFINED", …; "RESERVED"; never NULL. */
const char *tether_category_name(tether_category category);

/* False: no such category. */
bool tether_category_find(const char *name, tether_category *category);

tether_typesets *tether_typesets_new(void); /* NULL: out of memory */
void tether_typesets_free(tether_typesets *sets);

/* The index of the set with exactly these types, in any order, repeats allowed; made when it is new. On failure the
 * table is as before: BAD_ARGUMENT (an id below 1, more than TETHER_TYPES_MAX), NO_MEMORY. */
bool tether_typesets_intern(tether_typesets *sets, const tether_spec *types, size_t count, uint32_t *index,
                            tether_error *error);

/* The index of a new set whose types are not known yet: until it is defined it holds one RESERVED type, whose id is the
 * index, so that unions of such sets stay apart. */
bool tether_typesets_reserve(tether_typesets *sets, uint32_t *index, tether_error *error);

/* Whether the set holds a RESERVED type. */
bool tether_typesets_is_reserved(const tether_typesets *sets, uint32_t index);

/* The index of the set with exactly these types, sorted and each once; UINT32_MAX: there is none. Define can make
 * several sets with the same types; the answer is then always the same set. NO_MEMORY. */
bool tether_typesets_find(tether_typesets *sets, const tether_spec *types, size_t count, uint32_t *index,
                          tether_error *error);

/* Gives a set other types. Whoever holds its index now holds these. Fails as intern does. */
bool tether_typesets_define(tether_typesets *sets, uint32_t index, const tether_spec *types, size_t count,
                            tether_error *error);

/* NULL: out of memory. */
tether_typesets *tether_typesets_copy(const tether_typesets *sets);

/* The index of the union of two sets. */
bool tether_typesets_union(tether_typesets *sets, uint32_t first, uint32_t second, uint32_t *index,
                           tether_error *error);

/* The types of a set, sorted by category and id; valid until the next intern or union. */
const tether_spec *tether_typesets_at(const tether_typesets *sets, uint32_t index, size_t *count);

size_t tether_typesets_count(const tether_typesets *sets); /* indices are below it */

#endif
