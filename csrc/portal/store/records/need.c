#include "portal/store/records/need.h"

#include <stdio.h>
#include <string.h>

#include "portal/store/document.h"

static const char *text_of(const json_t *object, const char *name) {
  return json_string_value(json_object_get(object, name));
}

bool portal_need_put(portal_store *store, const portal_object *object, const json_t *rule, portal_problem *problem) {
  const char *property = text_of(rule, "property"), *association = text_of(rule, "association");
  const json_t *when = json_object_get(rule, "when");
  char name[160];
  if ((property != NULL) == (association != NULL))
    return portal_refuse(problem, 400, NULL, "a rule needs a property or an association");
  if (when && (!property || !text_of(when, "property") || !text_of(when, "value")))
    return portal_refuse(problem, 400, NULL, "when: a property and its value are needed");
  if (association && !portal_catalog_object(store->catalog, association))
    return portal_refuse(problem, 400, NULL, "association: there is no object type %.60s", association);
  snprintf(name, sizeof name, "%s %.120s", property ? "property" : "association", property ? property : association);
  return portal_document_put(store, PORTAL_RULE, object, name, rule);
}

static bool has_value(const json_t *properties, const char *name) {
  const char *value = text_of(properties, name);
  return value && *value;
}

static bool applies(const json_t *when, const json_t *properties) {
  const char *value = when ? text_of(properties, text_of(when, "property")) : NULL;
  return !when || (value && strcmp(value, text_of(when, "value")) == 0);
}

/* Whether a record has a link to any record of a type. */
static bool is_tied(portal_store *store, const portal_object *object, int64_t id, const char *type) {
  const portal_object *to = portal_catalog_object(store->catalog, type);
  if (!to) return true; /* the type is gone, and the rule with it */
  return portal_graph_degree(store->graph, portal_graph_way(store->graph, object->rank, to->rank, 0), id) > 0;
}

/* The words are a guess: what is missing is told by the context alone. */
static void miss(json_t *errors, const char *code, const char *key, const char *name) {
  json_array_append_new(errors, json_pack("{s:s, s:s, s:{s:[s]}}", "message", "A required value is missing", "code",
                                          code, "context", key, name));
}

/* The name of the third code is a guess: the changelog names those of properties alone. */
static void check_rule(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                       const json_t *rule, json_t *errors) {
  const char *property = text_of(rule, "property"), *association = text_of(rule, "association");
  const json_t *when = json_object_get(rule, "when");
  if (property && applies(when, properties) && !has_value(properties, property))
    miss(errors, when ? "MISSING_CONDITIONAL_REQUIRED_PROPERTY" : "MISSING_REQUIRED_PROPERTY", "propertyName",
         property);
  if (association && id && !is_tied(store, object, id, association))
    miss(errors, "MISSING_REQUIRED_ASSOCIATION", "objectType", association);
}

bool portal_need_check(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                       portal_problem *problem) {
  json_t *rules = portal_documents(store, PORTAL_RULE, object), *errors = json_array(), *rule;
  const char *name;
  json_object_foreach(rules, name, rule) { check_rule(store, object, id, properties, rule, errors); }
  json_decref(rules);
  if (json_array_size(errors) == 0) {
    json_decref(errors);
    return true;
  }
  portal_refuse(problem, 400, "VALIDATION_ERROR", "Error creating %s. Some required properties were not set.",
                object->internal);
  problem->extra = json_pack("{s:o}", "errors", errors);
  return false;
}
