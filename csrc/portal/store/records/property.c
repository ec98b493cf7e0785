#include "portal/store/records/property.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "portal/message/words.h"
#include "portal/store/document.h"
#include "portal/store/records/standard.h"
#include "portal/store/records/unique.h"

/* The properties that a read shows without being asked, beside hs_object_id and the two dates. */
static const struct {
  const char *object, *names;
} usual[] = {
    {"contact", "email,firstname,lastname"},
    {"company", "domain,name"},
    {"deal", "amount,closedate,dealname,dealstage,pipeline"},
    {"ticket", "content,hs_pipeline,hs_pipeline_stage,hs_ticket_category,hs_ticket_priority,subject"},
    {"product", "description,name,price"},
    {"line_item", "amount,hs_product_id,quantity"},
};

const char *portal_usual_properties(const portal_object *object) {
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (strcmp(usual[i].object, object->singular) == 0) return usual[i].names;
  return "";
}

bool portal_property_exists(portal_store *store, const portal_object *object, const char *name) {
  return portal_standard_find(object, name) ||
         tether_sql_number(store->sql, 0, "SELECT 1 FROM properties WHERE object = ? AND name = ?", "it", object->key,
                           name) == 1;
}

bool portal_property_exact(portal_store *store, const portal_object *object, const char *name) {
  const portal_standard *standard = portal_standard_find(object, name);
  if (standard && strcmp(standard->type, "enumeration") == 0) return true;
  json_t *own = portal_document(store, PORTAL_PROPERTY, object, name);
  const char *type = json_string_value(json_object_get(own, "type"));
  bool exact = type && strcmp(type, "enumeration") == 0;
  json_decref(own);
  return exact;
}

bool portal_property_learn_as(portal_store *store, const portal_object *object, const char *name, bool unique) {
  return tether_sql_do(store->sql, "INSERT OR REPLACE INTO properties VALUES(?, ?, ?)", "iti", object->key, name,
                       (int64_t)unique);
}

void portal_property_learn(portal_store *store, const portal_object *object, const char *name) {
  tether_sql_do(store->sql, "INSERT OR IGNORE INTO properties VALUES(?, ?, 0)", "it", object->key, name);
}

/* -- definitions -------------------------------------------------------------------------------------------------- */

/* "HIGH=High,LOW=Low" as the API shows options. */
static json_t *options_json(const char *options) {
  json_t *list = json_array();
  while (*options) {
    size_t length = strcspn(options, ","), value = strcspn(options, "=");
    json_array_append_new(list,
                          json_pack("{s:s%, s:s%, s:i, s:b}", "value", options, value, "label", options + value + 1,
                                    length - value - 1, "displayOrder", (int)json_array_size(list), "hidden", 0));
    options += length + (options[length] == ',');
  }
  return list;
}

typedef struct traits {
  bool standard, read_only, unique;
} traits;

/* A definition with every field: the usual ones, over which those of `known` are laid. */
static json_t *completed(const portal_object *object, const char *name, const json_t *known, traits is) {
  char label[PORTAL_WORDS];
  portal_words(name, label);
  json_t *made = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:[], s:i, s:b, s:b, s:b, s:b, s:b, s:b, s:b, s:s}", "name",
                           name, "label", label, "type", "string", "fieldType", "text", "description", "", "groupName",
                           json_sprintf("%sinformation", object->name ? object->name : object->singular), "options",
                           "displayOrder", -1, "calculated", 0, "externalOptions", 0, "hasUniqueValue", (int)is.unique,
                           "hidden", 0, "formField", 1, "hubspotDefined", (int)is.standard, "archived", 0,
                           "dataSensitivity", "non_sensitive");
  json_object_set_new(made, "modificationMetadata",
                      json_pack("{s:b, s:b, s:b, s:b}", "archivable", !is.standard, "readOnlyDefinition",
                                (int)is.standard, "readOnlyOptions", 0, "readOnlyValue", (int)is.read_only));
  json_object_update(made, (json_t *)known);
  json_object_set_new(made, "hasUniqueValue", json_boolean(is.unique));
  return made;
}

static json_t *standard_json(portal_store *store, const portal_object *object, const portal_standard *property) {
  json_t *known = json_pack("{s:s, s:s, s:s, s:o}", "label", property->label, "type", property->type, "fieldType",
                            property->field, "options", options_json(property->options));
  json_t *own = portal_document(store, PORTAL_PROPERTY, object, property->name);
  if (json_is_object(own)) json_object_update(known, own);
  traits is = {.standard = true,
               .read_only = property->read_only,
               .unique = portal_property_unique(store, object, property->name)};
  json_t *made = completed(object, property->name, known, is);
  json_decref(own);
  json_decref(known);
  return made;
}

static json_t *own_json(portal_store *store, const portal_object *object, const char *name) {
  json_t *own = portal_document(store, PORTAL_PROPERTY, object, name);
  traits is = {.unique = portal_property_unique(store, object, name)};
  json_t *made = completed(object, name, json_is_object(own) ? own : NULL, is);
  json_decref(own);
  return made;
}

json_t *portal_property_json(portal_store *store, const portal_object *object, const char *name) {
  const portal_standard *standard = portal_standard_find(object, name);
  if (standard) return standard_json(store, object, standard);
  return portal_property_exists(store, object, name) ? own_json(store, object, name) : NULL;
}

/* Gathers the names first, because looking each one up uses the same prepared statement, which may not begin anew while
 * its rows are read. */
static json_t *own_names(portal_store *store, const portal_object *object) {
  json_t *names = json_array();
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT name FROM properties WHERE object = ? ORDER BY name", "i", object->key);
  while (tether_sql_next(store->sql, rows)) {
    const char *name = (const char *)sqlite3_column_text(rows, 0);
    if (!portal_standard_find(object, name)) json_array_append_new(names, json_string(name));
  }
  return names;
}

json_t *portal_properties_json(portal_store *store, const portal_object *object) {
  json_t *list = json_array(), *names = own_names(store, object), *name;
  size_t place = 0, i;
  const portal_standard *standard;
  while ((standard = portal_standard_each(object, &place)))
    json_array_append_new(list, standard_json(store, object, standard));
  json_array_foreach(names, i, name) { json_array_append_new(list, own_json(store, object, json_string_value(name))); }
  json_decref(names);
  return list;
}

bool portal_property_define(portal_store *store, const portal_object *object, const char *name, const json_t *details) {
  bool unique = json_is_true(json_object_get(details, "hasUniqueValue"));
  return portal_property_learn_as(store, object, name, unique) &&
         portal_document_put(store, PORTAL_PROPERTY, object, name, details);
}

void portal_property_drop(portal_store *store, const portal_object *object, const char *name) {
  tether_sql_do(store->sql, "DELETE FROM properties WHERE object = ? AND name = ?", "it", object->key, name);
  portal_document_drop(store, PORTAL_PROPERTY, object, name);
}

/* -- refusing ----------------------------------------------------------------------------------------------------- */

/* A property whose value is refused (wire.md, 3.4: the reasons stand as JSON in the text, and once more in `errors`).
 */
static bool refuse_property(portal_problem *problem, const char *name, const char *code, const char *reason) {
  json_t *list = json_pack("[{s:b, s:s, s:s, s:s}]", "isValid", 0, "message", reason, "error", code, "name", name);
  char *text = json_dumps(list, JSON_COMPACT);
  portal_refuse(problem, 400, "VALIDATION_ERROR", "Property values were not valid: %s", text ? text : "[]");
  problem->extra = json_pack("{s:[{s:s, s:s, s:{s:[s]}}]}", "errors", "message", reason, "code", code, "context",
                             "propertyName", name);
  free(text);
  json_decref(list);
  return false;
}

bool portal_properties_check(portal_store *store, const portal_object *object, const json_t *properties,
                             portal_problem *problem) {
  const char *name;
  json_t *value;
  if (PORTAL_IS(store, UNKNOWN_PROPERTIES, accept)) return true;
  json_object_foreach((json_t *)properties, name, value) {
    char reason[160];
    if (portal_property_exists(store, object, name)) continue;
    snprintf(reason, sizeof reason, "Property \"%.80s\" does not exist", name);
    return refuse_property(problem, name, "PROPERTY_DOESNT_EXIST", reason);
  }
  return true;
}
