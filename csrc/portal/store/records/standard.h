/* Standard: the properties and pipelines that every account has. A choice of what HubSpot has, not all of it. */
#ifndef TETHER_PORTAL_STANDARD_H
#define TETHER_PORTAL_STANDARD_H
#include "portal/store/catalog.h"

typedef struct portal_standard {
  const char *object; /* singular; "": of every type */
  const char *name, *label;
  const char *type, *field; /* on the wire: "string", "text" */
  const char *options;      /* "HIGH=High,LOW=Low"; "": none */
  bool read_only;           /* HubSpot computes it */
} portal_standard;

/* The standard property of a name; NULL: none. */
const portal_standard *portal_standard_find(const portal_object *object, const char *name);

/* Walks through those of an object type: `place` begins at 0. NULL behind the last. */
const portal_standard *portal_standard_each(const portal_object *object, size_t *place);

/* The standard pipelines of an object type as JSON: an array; NULL: none. */
const char *portal_standard_pipelines(const portal_object *object);
#endif
