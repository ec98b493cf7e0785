/* Rules: what the API decides without looking anything up. Pure: no store, no socket, no clock. */
#ifndef TETHER_PORTAL_RULES_H
#define TETHER_PORTAL_RULES_H
#include "data/types.h"

/* Ceilings of one call: documented for read and create, held at 100 for the others (advice). */
enum {
  PORTAL_MAX_CREATE = 2000,
  PORTAL_MAX_READ = 1000,
  PORTAL_MAX_OTHER = 100,
  PORTAL_PAGE = 500,
  PORTAL_MAX_LABELS = 50, /* of one direction; the 51st answers 437 (observed) */
  PORTAL_KEY = 72,
  PORTAL_TEXT = 200
};

typedef struct portal_object {
  char key[PORTAL_KEY]; /* what the store and `fromObjectTypeId` call it: "0-1", "2-33", "p_pet" */
  const tether_object_type *builtin;
} portal_object;

/* An association type with the direction that it belongs to; the id alone identifies nothing. */
typedef struct portal_type {
  portal_object from, to;
  bool user; /* USER_DEFINED, else HUBSPOT_DEFINED */
  int64_t id, inverse;
  bool plain;              /* the unlabeled type: to remove it is to remove the link */
  bool exclusive;          /* a record has at most one of it: the primary company */
  char label[PORTAL_TEXT]; /* "": null */
} portal_type;

/* By id, singular, plural, alias; 2-N and p_name pass as custom objects. */
bool portal_rules_object(const char *name, portal_object *object);

void portal_rules_internal(const portal_object *object, char out[PORTAL_KEY]); /* "CONTACT" */
const char *portal_rules_singular(const portal_object *object);
const char *portal_rules_map_key(const portal_object *object); /* "companies", "line items" with its blank (observed) */

void portal_rules_builtin(const tether_type *from, portal_type *type);
const char *portal_rules_category(const portal_type *type);

/* The name that `associations` of a record shows: contact_to_company is the primary type, and its plain sibling ends
 * in _unlabeled (observed). */
void portal_rules_wire_name(const portal_type *type, char out[PORTAL_TEXT]);

/* No hyphens, no digit in front (guide). */
bool portal_rules_label_name(const char *name);

enum { PORTAL_CURSOR = 48 };
/* An opaque cursor, base64 and then URL-encoded as in the recorded samples; reading takes either form. */
void portal_rules_cursor(int64_t id, char out[PORTAL_CURSOR]);
bool portal_rules_cursor_read(const char *cursor, int64_t *id);
#endif
