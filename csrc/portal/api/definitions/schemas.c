/* Schemas: the account's own object types, and the names and object types of association ids. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "portal/api/answers.h"
#include "portal/api/batch.h"
#include "portal/api/definitions/labels.h"
#include "portal/api/definitions/properties.h"
#include "portal/api/definitions/schemas.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/message/words.h"
#include "portal/store/links.h"
#include "portal/store/records/property.h"

enum {
  FIRST_NUMBER = 3000001, /* N of the first "2-N" */
  NO_LIMIT = 500000       /* how many "any number" is */
};

/* A new object type is wired to the activities by itself (wire.md, 4.23). */
static const char *const activities[] = {"call",    "communication", "conversation", "email", "engagement",
                                         "meeting", "note",          "postal_mail",  "task"};

/* -- showing ------------------------------------------------------------------------------------------------------ */

/* How many a record may have, and what the other direction is called (csrc/data/wire.md, 4.23). */
static json_t *relation_json(portal_store *store, const portal_type *type) {
  const portal_type *inverse = portal_catalog_inverse(store->catalog, type);
  bool primary = type->kind == TETHER_PRIMARY;
  json_t *fields =
      json_pack("{s:s, s:s, s:s, s:b, s:b, s:I, s:I, s:b, s:b, s:b, s:b, s:s?}", "category", portal_type_category(type),
                "cardinality", portal_rules_is_exclusive(type) ? "ONE_TO_MANY" : "MANY_TO_MANY", "inverseCardinality",
                inverse && portal_rules_is_exclusive(inverse) ? "ONE_TO_MANY" : "MANY_TO_MANY",
                "hasUserEnforcedMaxToObjectIds", type->most > 0, "hasUserEnforcedMaxFromObjectIds",
                inverse && inverse->most > 0, "maxToObjectIds", (json_int_t)(type->most ? type->most : NO_LIMIT),
                "maxFromObjectIds", (json_int_t)(inverse && inverse->most ? inverse->most : NO_LIMIT), "isPrimary",
                (int)primary, "isInversePrimary", (int)(inverse && inverse->kind == TETHER_PRIMARY), "isDefault",
                (int)(type->kind == TETHER_UNLABELED), "hidden", 0, "label", type->label);
  if (!inverse) return fields;
  json_object_set_new(fields, "inverseId", json_integer(portal_type_id(inverse)));
  json_object_set_new(fields, "inverseName", json_string(inverse->name));
  json_object_set_new(fields, "inverseLabel", inverse->label ? json_string(inverse->label) : json_null());
  return fields;
}

/* The names of fresh labels may lag behind (wire.md, 4.23). */
static json_t *associations_json(portal_store *store, const portal_object *object) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  int64_t late = portal_now_ms(&store->clock) - store->switches[PORTAL_NAME_DELAY] * 1000;
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    const portal_type *type = types[i];
    char id[24];
    if ((type->from != object && type->to != object) || !*type->from->type_id || !*type->to->type_id) continue;
    snprintf(id, sizeof id, "%lld", (long long)portal_type_id(type));
    json_t *item = json_pack("{s:s, s:s, s:s}", "id", id, "fromObjectTypeId", type->from->type_id, "toObjectTypeId",
                             type->to->type_id);
    if (type->made_ms <= late) json_object_set_new(item, "name", json_string(type->name));
    json_object_update_new(item, relation_json(store, type));
    json_array_append_new(list, item);
  }
  return list;
}

static json_t *details_of(portal_store *store, const portal_object *object) {
  json_t *details = NULL;
  if (!object->name) return json_object();
  sqlite3_stmt *row = tether_sql_query(store->sql, "SELECT details FROM objects WHERE name = ?", "t", object->name);
  if (tether_sql_next(store->sql, row) && sqlite3_column_text(row, 0))
    details = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
  tether_sql_end(row);
  return details ? details : json_object();
}

/* What a request leaves out: includeAssociationDefinitions, includePropertyDefinitions false. */
typedef struct omissions {
  bool associations, properties;
} omissions;

static omissions omissions_of_query(const portal_call *call) {
  const char *associations = portal_query(call->request, "includeAssociationDefinitions"),
             *properties = portal_query(call->request, "includePropertyDefinitions");
  return (omissions){.associations = associations && strcmp(associations, "false") == 0,
                     .properties = properties && strcmp(properties, "false") == 0};
}

static json_t *schema_json(portal_store *store, const portal_object *object, omissions without) {
  char singular[PORTAL_WORDS], plural[PORTAL_WORDS];
  json_t *schema = details_of(store, object);
  static const char *const lists[] = {"requiredProperties", "searchableProperties", "secondaryDisplayProperties"};
  portal_words(object->singular, singular);
  portal_words(object->plural, plural);
  json_object_set_new(schema, "id", json_string(object->type_id));
  json_object_set_new(schema, "objectTypeId", json_string(object->type_id));
  json_object_set_new(schema, "fullyQualifiedName", json_string(object->name ? object->map_key : object->internal));
  json_object_set_new(schema, "name", json_string(object->name ? object->name : object->internal));
  portal_default_to(schema, "labels", json_pack("{s:s, s:s}", "singular", singular, "plural", plural));
  for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) portal_default_to(schema, lists[i], json_array());
  json_object_set_new(schema, "archived", json_false());
  portal_default_to(schema, "allowsSensitiveProperties", json_false());
  json_object_set_new(schema, "properties", without.properties ? json_array() : portal_properties_json(store, object));
  json_object_set_new(schema, "associations", without.associations ? json_array() : associations_json(store, object));
  return schema;
}

bool portal_schemas_list(portal_call *call) {
  const char *archived = portal_query(call->request, "archived");
  json_t *results = json_array();
  size_t count;
  portal_object *const *objects = portal_catalog_objects(call->store->catalog, &count);
  bool none = archived && strcmp(archived, "true") == 0; /* archived ones are gone at once */
  for (size_t i = 0; i < count && !none; i++)
    if (objects[i]->name)
      json_array_append_new(results, schema_json(call->store, objects[i], omissions_of_query(call)));
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

bool portal_schema_get(portal_call *call) {
  call->answer->body = schema_json(call->store, call->from, omissions_of_query(call));
  call->answer->status = 200;
  return true;
}

static bool omitted(const portal_call *call, const char *name) {
  return json_is_false(json_object_get(call->json, name));
}

static bool read_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_problem problem = {.status = 0};
  const char *name = json_string_value(input);
  (void)i;
  if (!name) return portal_wrong_type(call->problem, "java.lang.String", input);
  const portal_object *object = portal_catalog_object(call->store->catalog, name);
  omissions without = {omitted(call, "includeAssociationDefinitions"), omitted(call, "includePropertyDefinitions")};
  if (object) {
    portal_batch_item(batch, schema_json(call->store, object, without));
    return true;
  }
  portal_refuse(&problem, 404, "OBJECT_NOT_FOUND", "Unable to infer object type from: %.100s", name);
  portal_tell(&problem, "ids", "%s", name);
  portal_batch_fail(batch, &problem);
  return true;
}

bool portal_schemas_read(portal_call *call) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_MOST], read_one, 200, 207);
}

/* -- making ------------------------------------------------------------------------------------------------------- */

static bool link_all(portal_call *call, const portal_object *object, const json_t *others) {
  size_t i;
  json_t *other;
  for (i = 0; i < sizeof activities / sizeof *activities; i++)
    if (!portal_schema_link(call, object, portal_catalog_object(call->store->catalog, activities[i]), NULL))
      return false;
  json_array_foreach((json_t *)others, i, other) {
    const char *name = json_is_string(other) ? json_string_value(other) : "";
    const portal_object *to = portal_catalog_object(call->store->catalog, name);
    if (!to) return portal_refuse(call->problem, 400, NULL, "Unable to infer object type from: %.60s", name);
    if (!portal_schema_link(call, object, to, NULL)) return false;
  }
  return true;
}

/* Its properties are kept as any others are. */
static bool define_properties(portal_call *call, const portal_object *object, const json_t *properties) {
  size_t i;
  json_t *property;
  json_array_foreach((json_t *)properties, i, property) {
    const char *name = json_string_value(json_object_get(property, "name"));
    if (name && !portal_property_write(call->store, object, property)) return false;
  }
  return true;
}

static json_t *details_json(const json_t *body) {
  static const char *const kept[] = {"labels",
                                     "requiredProperties",
                                     "searchableProperties",
                                     "primaryDisplayProperty",
                                     "secondaryDisplayProperties",
                                     "properties",
                                     "description",
                                     "createdAt",
                                     "updatedAt"};
  json_t *details = json_object();
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
    json_t *value = json_object_get(body, kept[i]);
    if (value && !json_is_null(value)) json_object_set(details, kept[i], value);
  }
  return details;
}

/* Now, unless there is a time. */
static void stamp(portal_store *store, json_t *details, const char *name) {
  char now[TETHER_CLOCK_ISO];
  tether_clock_iso(portal_now_ms(&store->clock), now);
  portal_default_to(details, name, json_string(now));
}

/* Letters, digits and underscores, a letter first. */
static bool good_name(const char *name) {
  if (!isalpha((unsigned char)*name) || strlen(name) > 80) return false;
  for (; *name; name++)
    if (!isalnum((unsigned char)*name) && *name != '_') return false;
  return true;
}

static bool taken(portal_call *call, const char *name) {
  char own[100];
  snprintf(own, sizeof own, "p_%s", name);
  return portal_catalog_object(call->store->catalog, own) != NULL;
}

const portal_object *portal_schema_make(portal_call *call, const json_t *body, int64_t number) {
  const char *name = json_string_value(json_object_get(body, "name"));
  portal_store *store = call->store;
  char plural[100];
  if (!name || !good_name(name)) {
    portal_refuse(call->problem, 400, "VALIDATION_ERROR", "name: letters, digits and underscores are needed");
    return NULL;
  }
  if (taken(call, name)) {
    portal_refuse(call->problem, 409, "OBJECT_ALREADY_EXISTS", "Object type %s already exists", name);
    return NULL;
  }
  if (!number) number = tether_sql_number(store->sql, FIRST_NUMBER - 1, "SELECT max(number) FROM objects", "") + 1;
  if (number < 1 || number > PORTAL_NUMBER_MOST) {
    portal_refuse(call->problem, 400, "VALIDATION_ERROR", "There is no object type 2-%lld: numbers go from 1 to %d",
                  (long long)number, PORTAL_NUMBER_MOST);
    return NULL;
  }
  json_t *details = details_json(body);
  stamp(store, details, "createdAt");
  stamp(store, details, "updatedAt");
  char *text = json_dumps(details, JSON_COMPACT);
  json_decref(details);
  snprintf(plural, sizeof plural, "%ss", name);
  tether_sql_do(store->sql, "INSERT INTO objects VALUES(?, ?, ?, ?, ?)", "itttt", number, name, name, plural, text);
  free(text);
  const portal_object *object = portal_catalog_add_object(store->catalog, number, name, name, plural);
  if (!object) return NULL;
  if (!define_properties(call, object, json_object_get(body, "properties"))) return NULL;
  if (json_is_false(json_object_get(body, "wired"))) return object;
  return link_all(call, object, json_object_get(body, "associatedObjects")) ? object : NULL;
}

bool portal_schema_create(portal_call *call) {
  if (!portal_require(call, call->json, "name,labels", 0, 1)) return false;
  const portal_object *object = portal_schema_make(call, call->json, 0);
  if (!object) return false;
  call->answer->body = schema_json(call->store, object, (omissions){.associations = false});
  call->answer->status = 201;
  return true;
}

/* -- changing ----------------------------------------------------------------------------------------------------- */

static bool check_own(portal_call *call) {
  return call->from->name ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "%s is not a custom object", call->from->plural);
}

bool portal_schema_update(portal_call *call) {
  if (!json_is_object(call->json)) return portal_wrong_type(call->problem, "ObjectTypeDefinitionPatch", call->json);
  if (!check_own(call)) return false;
  json_t *details = details_of(call->store, call->from), *given = details_json(call->json);
  json_object_del(details, "updatedAt");
  json_object_update(details, given);
  stamp(call->store, details, "updatedAt");
  json_decref(given);
  char *text = json_dumps(details, JSON_COMPACT);
  json_decref(details);
  tether_sql_do(call->store->sql, "UPDATE objects SET details = ? WHERE name = ?", "tt", text, call->from->name);
  free(text);
  json_t *schema = schema_json(call->store, call->from, (omissions){true, true});
  json_object_del(schema, "associations"); /* the answer has the definition alone (csrc/data/wire.md, 4.23) */
  json_object_del(schema, "properties");
  return portal_answer_json(call, 200, schema);
}

/* The labels of an archived object type go with it (wire.md, 4.16). */
bool portal_schema_delete(portal_call *call) {
  portal_store *store = call->store;
  int64_t key = call->from->key;
  if (!check_own(call)) return false;
  tether_sql_do(
      store->sql,
      "DELETE FROM limits WHERE type IN (SELECT -id FROM definitions WHERE from_object = ?1 OR to_object = ?1)", "i",
      key);
  tether_sql_do(store->sql, "DELETE FROM definitions WHERE from_object = ?1 OR to_object = ?1", "i", key);
  portal_links_drop_object(store, call->from);
  tether_sql_do(store->sql, "DELETE FROM records WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM uniques WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM facets WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM merges WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM history WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM properties WHERE object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM documents WHERE kind IN (1, 2, 3) AND object = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM objects WHERE name = ?", "t", call->from->name);
  call->answer->status = 204;
  return portal_store_reload(store);
}
