/* Read: the fields of request bodies, refused in HubSpot's words. */
#ifndef TETHER_PORTAL_READ_H
#define TETHER_PORTAL_READ_H
#include "portal/api/call.h"
#include "portal/store/rules.h"

/* A record id as it came: a string or a number, of a record or not. */
typedef struct portal_id {
  int64_t value; /* 0: not a number that a record could have */
  char text[44];
} portal_id;

void portal_id_of_text(const char *text, portal_id *id);

/* False: neither a string nor an integer. */
bool portal_id_of_json(const json_t *value, portal_id *id);
bool portal_read_id(portal_call *call, const json_t *value, portal_id *id); /* the same, refused */

/* What an object must have: "from,to". `index`: its place in the list it stands in, `depth`: how many brackets
 * deep it lies, for the message. */
bool portal_require(portal_call *call, const json_t *object, const char *fields, size_t index, size_t depth);

/* `inputs` of the body: an array of at most `most`; NULL: refused. */
json_t *portal_inputs(portal_call *call, int64_t most);

/* There are more inputs than that. */
bool portal_too_many(portal_call *call, int64_t most);

/* The id at `object[name].id`. */
bool portal_read_ref(portal_call *call, const json_t *object, const char *name, portal_id *id);

/* An array of { associationCategory, associationTypeId } of the direction from -> to. */
bool portal_read_types(portal_call *call, const json_t *list, const portal_object *from, const portal_object *to,
                       portal_typeset *types);

/* A type by the words of the wire, whatever its direction. NULL: refused. */
portal_type *portal_read_type(portal_call *call, const char *category, int64_t id, portal_problem *problem);

/* A type of the call's direction by what a path or version 3 calls it: an id, HubSpot's own first as the two id spaces
 * overlap, or a name. NULL: refused. */
const portal_type *portal_named_type(portal_call *call, const char *text);

/* Whether a type belongs to the direction. */
bool portal_check_direction(const portal_type *type, const portal_object *from, const portal_object *to,
                            portal_problem *problem);

/* Says of a type that was refused, in a batch, that it does not fit the call's pair (wire.md, 4.7); a problem that is
 * not about the type stays as it is. */
void portal_unfit_type(const portal_call *call, const char *category, int64_t id, portal_problem *problem);

/* A whole number of a query parameter; `otherwise` when it is absent. */
bool portal_read_number(portal_call *call, const char *name, int64_t otherwise, int64_t *value);
#endif
