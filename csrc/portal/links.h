/* Links: what the account does with associations, whichever route asked for it.
 *
 * Both directions of a link are kept, written and removed together. Functions that return bool refuse into the call. */
#ifndef TETHER_PORTAL_LINKS_H
#define TETHER_PORTAL_LINKS_H
#include "portal/call.h"

typedef struct portal_pair {
  portal_object from, to;
  int64_t a, b;
} portal_pair;

enum { PORTAL_MAX_TYPES = 64 }; /* in one write */
typedef struct portal_types {
  portal_type list[PORTAL_MAX_TYPES];
  size_t count;
} portal_types;

/* By category and id, whatever its direction; false: there is none. Refuses nothing. */
bool portal_type_load(portal_store *store, bool user, int64_t id, portal_type *type);

/* The unlabeled type of a direction. Refuses nothing. */
bool portal_type_plain(portal_store *store, const portal_object *from, const portal_object *to, portal_type *type);

/* One AssociationSpec of a request; with `to` NULL any target fits (object create). */
bool portal_type_read(portal_call *call, const json_t *spec, const portal_object *from, const portal_object *to,
                      portal_type *type);
bool portal_types_read(portal_call *call, const json_t *specs, const portal_object *from, const portal_object *to,
                       portal_types *types);
/* Fits the direction, or the recorded 400. */
bool portal_type_fits(portal_call *call, const portal_type *type, const portal_object *from, const portal_object *to);
bool portal_type_unknown(portal_call *call, const char *category, int64_t id); /* returns false */

bool portal_record_exists(portal_store *store, const portal_object *object, int64_t id);

/* Writes the types and the unlabeled one. `replace`: custom labels of this direction that are not named go. */
bool portal_link_write(portal_call *call, const portal_pair *pair, const portal_types *types, bool replace);
void portal_link_remove(portal_call *call, const portal_pair *pair);
void portal_link_remove_type(portal_call *call, const portal_pair *pair, const portal_type *type);

/* Appends MultiAssociatedObjectWithLabel of the record's links to `to`, `limit` targets behind id `after`; returns the
 * last target when there are more, else 0. */
int64_t portal_link_page(portal_call *call, const portal_pair *pair, int64_t limit, int64_t after, json_t *results);

/* {category, typeId, label} */
json_t *portal_type_json(const portal_type *type);
/* PublicDefaultAssociation of both directions, the inverse first; one when there is no inverse. */
void portal_default_json(const portal_pair *pair, const portal_type *type, json_t *results);
/* LabelsBetweenObjectPair */
json_t *portal_pair_json(const portal_pair *pair, const portal_types *types);
#endif
