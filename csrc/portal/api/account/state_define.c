#include "portal/api/account/state_define.h"

#include <string.h>

#include "portal/api/account/owners.h"
#include "portal/api/definitions/properties.h"
#include "portal/store/document.h"
#include "portal/store/records/need.h"
#include "portal/store/records/property.h"

/* The line without what says whose it is. */
static json_t *document_of(const json_t *line) {
  json_t *document = json_deep_copy(line);
  if (json_is_object(json_object_get(document, "kind")) || json_is_string(json_object_get(document, "kind")))
    json_object_del(document, "kind");
  json_object_del(document, "type");
  return document;
}

bool portal_define(portal_store *store, const portal_object *object, const json_t *line) {
  const char *kind = json_string_value(json_object_get(line, "kind"));
  json_t *document = document_of(line);
  bool fine = false;
  if (strcmp(kind, "owner") == 0)
    fine = portal_owner_write(store, document);
  else if (strcmp(kind, "pipeline") == 0)
    fine = portal_pipeline_write(store, object, document);
  else
    fine = portal_document_put(store, PORTAL_PROPERTY_GROUP, object, json_string_value(json_object_get(line, "name")),
                               document);
  json_decref(document);
  return fine;
}

/* The type of a property goes by `valueType`: `type` is the object's. */
bool portal_define_property(portal_store *store, const portal_object *object, const json_t *line) {
  json_t *document = document_of(line), *type = json_object_get(line, "valueType");
  bool unique = json_is_true(json_object_get(line, "unique"));
  json_object_del(document, "unique");
  json_object_del(document, "valueType");
  if (type) json_object_set(document, "type", type);
  if (unique) json_object_set_new(document, "hasUniqueValue", json_true());
  bool known = json_object_size(document) > 1 + (size_t)unique;
  const char *name = json_string_value(json_object_get(line, "name"));
  bool fine = known ? portal_property_define(store, object, name, document)
                    : portal_property_learn_as(store, object, name, unique);
  json_decref(document);
  return fine;
}

bool portal_define_rule(portal_store *store, const portal_object *object, const json_t *line, portal_problem *problem) {
  json_t *rule = document_of(line);
  bool fine = portal_need_put(store, object, rule, problem);
  json_decref(rule);
  return fine;
}

static const struct {
  portal_document_kind kind;
  const char *name;
} kinds[] = {
    {PORTAL_PROPERTY_GROUP, "group"}, {PORTAL_PIPELINE, "pipeline"}, {PORTAL_RULE, "rule"}, {PORTAL_OWNER, "owner"}};

enum { OF_OBJECTS = 3 }; /* the first kinds; the last belongs to no object type */

static void put_all(portal_store *store, size_t kind, const portal_object *object,
                    void (*put)(void *context, json_t *line), void *context) {
  json_t *all = portal_documents(store, kinds[kind].kind, object), *document;
  const char *name;
  json_object_foreach(all, name, document) {
    if (json_is_null(document)) continue; /* a standard one that was taken away is there again in a new account */
    json_t *line = json_deep_copy(document);
    json_object_set_new(line, "kind", json_string(kinds[kind].name));
    if (object) json_object_set_new(line, "type", json_string(object->name ? object->type_id : object->plural));
    put(context, line);
  }
  json_decref(all);
}

void portal_each_definition(portal_store *store, void (*put)(void *context, json_t *line), void *context) {
  size_t count;
  portal_object *const *objects = portal_catalog_objects(store->catalog, &count);
  for (size_t i = 0; i < count; i++)
    for (size_t kind = 0; kind < OF_OBJECTS; kind++) put_all(store, kind, objects[i], put, context);
  put_all(store, OF_OBJECTS, NULL, put, context);
}
