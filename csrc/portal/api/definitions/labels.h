/* Labels and limits: making an association type of the account's own, limiting any type. */
#ifndef TETHER_PORTAL_LABELS_H
#define TETHER_PORTAL_LABELS_H
#include "portal/api/call.h"

typedef struct portal_label {
  const char *text, *inverse_text; /* text NULL: the plain type; inverse NULL: the same text on both sides */
  const char *name;                /* of the plain type NULL: made of the object types */
  int64_t id, inverse_id;          /* 0: the next free ones, which are told */
} portal_label;

bool portal_label_make(portal_store *store, const portal_object *from, const portal_object *to, portal_label *label,
                       portal_problem *problem);

/* Removes a type of the account's own, in both directions. Refused when the type is in use, or when it is the plain one
 * and labels stand beside it. */
bool portal_label_remove(portal_call *call, const portal_type *type);

/* How many labels there are between two object types. A paired label counts once. */
int64_t portal_labels_between(const portal_store *store, const portal_object *from, const portal_object *to);

/* Limits the targets of a record with the type; refused when it contradicts the other limits of the pair. */
bool portal_limit_set(portal_store *store, portal_type *type, int64_t most, portal_problem *problem);
#endif
