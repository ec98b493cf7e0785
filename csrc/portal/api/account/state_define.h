/* Definitions as lines: properties, their groups, pipelines, owners, rules for new records. A line is the document
 * itself, with its kind and its object type. */
#ifndef TETHER_PORTAL_STATE_DEFINE_H
#define TETHER_PORTAL_STATE_DEFINE_H
#include "portal/message/message.h"
#include "portal/store/store.h"

#include <jansson.h>

/* Keeps a line { kind, id or name, … }; `object` NULL: an owner. The second one is for properties, where `unique`
 * stands for hasUniqueValue and a name alone is enough. */
bool portal_define(portal_store *store, const portal_object *object, const json_t *line);
bool portal_define_property(portal_store *store, const portal_object *object, const json_t *line);

/* Keeps a line of what new records need (need.h). */
bool portal_define_rule(portal_store *store, const portal_object *object, const json_t *line, portal_problem *problem);

/* Calls back with a line for each definition. The callback takes the line over. */
void portal_each_definition(portal_store *store, void (*put)(void *context, json_t *line), void *context);
#endif
