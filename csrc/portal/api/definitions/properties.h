/* Properties and pipelines: written by a request or by a line of a seed. */
#ifndef TETHER_PORTAL_PROPERTIES_H
#define TETHER_PORTAL_PROPERTIES_H
#include "portal/api/call.h"

/* Keeps a definition { name, label, … } of a property. False: SQLite failed. */
bool portal_property_write(portal_store *store, const portal_object *object, const json_t *body);

/* Keeps a pipeline { id, label, stages, … }; what is left out is filled in. */
bool portal_pipeline_write(portal_store *store, const portal_object *object, json_t *pipeline);

/* All pipelines of a type by id, the standard ones as well: an object, a new reference. */
json_t *portal_pipelines(portal_store *store, const portal_object *object);
#endif
