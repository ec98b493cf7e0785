/* Properties: what records of a type can have. Standard ones come with the account; a name that a record was written
 * with is one as well. */
#include <ctype.h>
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/batch.h"
#include "portal/api/definitions/properties.h"
#include "portal/api/handlers.h"
#include "portal/store/document.h"
#include "portal/store/records/property.h"
#include "portal/store/records/standard.h"

static bool one_of(const char *text, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i], text) == 0) return true;
  return false;
}

static bool check_kind(portal_call *call, const json_t *body) {
  static const char *const types[] = {"string", "number",       "date", "datetime",          "enumeration",
                                      "bool",   "phone_number", "json", "object_coordinates"};
  static const char *const fields[] = {"text",        "textarea", "number",   "date",
                                       "select",      "radio",    "checkbox", "booleancheckbox",
                                       "phonenumber", "file",     "html",     "calculation_equation"};
  const char *type = json_string_value(json_object_get(body, "type")),
             *field = json_string_value(json_object_get(body, "fieldType"));
  if (type && !one_of(type, types, sizeof types / sizeof *types))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "type: %.60s is not a type of a property", type);
  if (field && !one_of(field, fields, sizeof fields / sizeof *fields))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "fieldType: %.60s is not a type of a field", field);
  return true;
}

/* Small letters, digits and underscores, a letter first. */
static bool check_name(portal_call *call, const char *name) {
  bool fine = name && islower((unsigned char)*name) && strlen(name) <= 100;
  for (const char *at = name; fine && *at; at++)
    fine = islower((unsigned char)*at) || isdigit((unsigned char)*at) || *at == '_';
  return fine || portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                               "A property's name has small letters, digits and underscores, a letter first");
}

static bool check_free(portal_call *call, const char *name) {
  json_t *own = portal_document(call->store, PORTAL_PROPERTY, call->from, name);
  bool taken = own || portal_standard_find(call->from, name);
  json_decref(own);
  return !taken ||
         portal_refuse(call->problem, 409, "OBJECT_ALREADY_EXISTS", "A property named '%.100s' already exists.", name);
}

bool portal_property_write(portal_store *store, const portal_object *object, const json_t *body) {
  json_t *details = json_deep_copy(body);
  const char *name = json_string_value(json_object_get(body, "name"));
  if (!json_is_array(json_object_get(details, "options"))) json_object_set_new(details, "options", json_array());
  portal_default_to(details, "createdAt", portal_now_json(store));
  portal_default_to(details, "updatedAt", portal_now_json(store));
  bool fine = portal_property_define(store, object, name, details);
  json_decref(details);
  return fine;
}

static json_t *create(portal_call *call, const json_t *body, size_t i, size_t depth) {
  const char *name = json_string_value(json_object_get(body, "name"));
  if (!portal_require(call, body, "name,label,type,fieldType,groupName", i, depth) || !check_name(call, name) ||
      !check_kind(call, body) || !check_free(call, name) || !portal_property_write(call->store, call->from, body))
    return NULL;
  return portal_property_json(call->store, call->from, name);
}

static bool refuse_unknown(portal_call *call, const char *name) {
  portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "Property %.100s does not exist", name);
  portal_tell(call->problem, "ids", "%s", name);
  return false;
}

/* -- one ---------------------------------------------------------------------------------------------------------- */

bool portal_properties_list(portal_call *call) {
  const char *archived = portal_query(call->request, "archived");
  bool none = archived && strcmp(archived, "true") == 0; /* archived ones are gone at once */
  return portal_answer_results(call, none ? json_array() : portal_properties_json(call->store, call->from));
}

bool portal_property_get(portal_call *call) {
  json_t *found = portal_property_json(call->store, call->from, call->request->id);
  return found ? portal_answer_json(call, 200, found) : refuse_unknown(call, call->request->id);
}

bool portal_property_create(portal_call *call) {
  json_t *made = create(call, call->json, 0, 1);
  return made && portal_answer_json(call, 201, made);
}

bool portal_property_update(portal_call *call) {
  static const char *const fixed[] = {"name", "hasUniqueValue", "createdAt", "archived", "updatedAt"};
  if (!json_is_object(call->json)) return portal_wrong_type(call->problem, "PropertyUpdate", call->json);
  json_t *before = portal_property_json(call->store, call->from, call->request->id);
  if (!before) return refuse_unknown(call, call->request->id);
  for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) json_object_del(call->json, fixed[i]);
  json_object_del(before, "updatedAt");
  json_object_update(before, call->json);
  bool fine = check_kind(call, before) && portal_property_write(call->store, call->from, before);
  json_decref(before);
  return fine && portal_property_get(call);
}

/* Of a standard property nothing is taken away. */
static bool archive(portal_call *call, const char *name) {
  if (portal_standard_find(call->from, name))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "%.100s is a HubSpot-defined property", name);
  portal_property_drop(call->store, call->from, name);
  return true;
}

bool portal_property_archive(portal_call *call) {
  return archive(call, call->request->id) && portal_answer_nothing(call);
}

/* -- batches ------------------------------------------------------------------------------------------------------ */

static bool create_one(portal_batch *batch, json_t *input, size_t i) {
  json_t *made = create(batch->call, input, i, 3);
  if (made) portal_batch_item(batch, made);
  return made != NULL;
}

static bool read_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  const char *name = json_string_value(json_object_get(input, "name"));
  if (!portal_require(call, input, "name", i, 3)) return false;
  json_t *found = name ? portal_property_json(call->store, call->from, name) : NULL;
  if (found) {
    portal_batch_item(batch, found);
    return true;
  }
  refuse_unknown(call, name ? name : "");
  portal_batch_fail(batch, call->problem);
  return true;
}

static bool archive_one(portal_batch *batch, json_t *input, size_t i) {
  const char *name = json_string_value(json_object_get(input, "name"));
  return portal_require(batch->call, input, "name", i, 3) && archive(batch->call, name ? name : "");
}

static bool each(portal_call *call, portal_batch_work work, int status) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_MOST], work, status, 207);
}

bool portal_properties_create(portal_call *call) { return each(call, create_one, 201); }
bool portal_properties_read_batch(portal_call *call) { return each(call, read_one, 200); }
bool portal_properties_archive(portal_call *call) { return each(call, archive_one, 204); }
