/* Types: HubSpot's object types and built-in association types, from the two .tsv files beside this one.
 *
 * Constant data, generated at build time by generate.lua; nothing is allocated, any thread may read.
 * The ids are the same in every account (wire.md, 6.1); an account's own labels are not here. */
#ifndef TETHER_TYPES_H
#define TETHER_TYPES_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tether_object_type {
  const char *id;       /* "0-1"; "" where no source names it: ask the account */
  const char *singular; /* "contact": the name that the association types use */
  const char *plural;   /* "contacts" */
  const char *aliases;  /* comma separated, some with a blank; the internal name first: "MEETING_EVENT,…" */
} tether_object_type;

typedef enum tether_kind { TETHER_PRIMARY, TETHER_UNLABELED, TETHER_LABELED, TETHER_HIERARCHY } tether_kind;

typedef struct tether_type {
  int32_t id;
  int32_t inverse;                     /* id of the other direction, itself for symmetric types, 0: none is known */
  const tether_object_type *from, *to; /* never NULL */
  tether_kind kind;
  const char *name; /* systematic and unique: "contact_to_primary_company" */
  bool guide;       /* in the guide's table of 410; false: one of the 11 extras */
} tether_type;

/* All object types, by id. */
const tether_object_type *tether_object_types(size_t *count);

/* Finds by type id, singular, plural or alias, in any letter case; NULL: not a built-in one. */
const tether_object_type *tether_object_type_find(const char *name, size_t length);

/* All association types, sorted by from, to, kind, id. */
const tether_type *tether_types(size_t *count);

/* The types of one direction, a run of the table; NULL and 0 when the table has none. */
const tether_type *tether_types_of_pair(const tether_object_type *from, const tether_object_type *to, size_t *count);

/* The built-in type of this id (category HUBSPOT_DEFINED); NULL: none. */
const tether_type *tether_type_by_id(int64_t id);

/* The built-in type of this systematic name, in any letter case; NULL: none. */
const tether_type *tether_type_by_name(const char *name, size_t length);

/* The first type of this kind in the direction: the plain one, the primary one; NULL: none. */
const tether_type *tether_type_of_kind(const tether_object_type *from, const tether_object_type *to, tether_kind kind);

/* "primary", "unlabeled", "labeled", "hierarchy". */
const char *tether_kind_name(tether_kind kind);

#endif
