#include "portal/api/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"

static const char invalid[] = "One or more associations are invalid";

void portal_id_of_text(const char *text, portal_id *id) {
  size_t length = strlen(text), kept = length < sizeof id->text ? length : sizeof id->text - 1;
  memcpy(id->text, text, kept);
  id->text[kept] = '\0';
  if (!tether_id_parse(text, length, &id->value)) id->value = 0;
}

bool portal_id_of_json(const json_t *value, portal_id *id) {
  if (json_is_string(value)) {
    portal_id_of_text(json_string_value(value), id);
    return true;
  }
  if (!json_is_integer(value)) return false;
  id->value = json_integer_value(value) > 0 ? json_integer_value(value) : 0;
  snprintf(id->text, sizeof id->text, "%lld", (long long)json_integer_value(value));
  return true;
}

bool portal_read_id(portal_call *call, const json_t *value, portal_id *id) {
  return portal_id_of_json(value, id) || portal_wrong_type(call->problem, "java.lang.String", value);
}

/* The place where object number `index`, at a depth of brackets, is closed. HubSpot's parser names this place, and not
 * the missing field's. */
static void place_of(const portal_request *request, size_t index, size_t depth, int *line, int *column) {
  bool quoted = false;
  size_t level = 0, seen = 0;
  *line = *column = 1;
  for (size_t i = 0; i < request->length; i++, ++*column) {
    char c = request->body[i];
    if (c == '\n') {
      ++*line;
      *column = 0;
    } else if (quoted) {
      if (c == '\\')
        i++, ++*column;
      else if (c == '"')
        quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      level++;
    } else if (c == '}' || c == ']') {
      if (c == '}' && level == depth && seen++ == index) return;
      if (level > 0) level--;
    }
  }
}

bool portal_require(portal_call *call, const json_t *object, const char *fields, size_t index, size_t depth) {
  char missing[200] = "";
  if (!json_is_object(object)) return portal_wrong_type(call->problem, "Input", object);
  for (const char *name = fields; *name;) {
    size_t length = strcspn(name, ","), used = strlen(missing);
    const json_t *value = json_object_getn(object, name, length);
    if (!value || json_is_null(value))
      snprintf(missing + used, sizeof missing - used, "%s%.*s", used ? ", " : "", (int)length, name);
    name += length + (name[length] == ',');
  }
  if (!*missing) return true;
  int line, column;
  place_of(call->request, index, depth, &line, &column);
  return portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                       "Invalid input JSON on line %d, column %d. Some required fields were not set: [%s]", line,
                       column, missing);
}

/* A batch may be worked in another order than it came, and say once what it was told twice. */
static json_t *arrange(portal_call *call, json_t *inputs) {
  if (PORTAL_IS(call->store, RESULTS_ORDER, reversed))
    for (size_t i = 0, end = json_array_size(inputs); i < end; i++)
      json_array_insert(inputs, i, json_array_get(inputs, end - 1)), json_array_remove(inputs, end);
  for (size_t i = json_array_size(inputs); PORTAL_IS(call->store, DUPLICATES, once) && i-- > 1;)
    for (size_t k = 0; k < i; k++)
      if (json_equal(json_array_get(inputs, i), json_array_get(inputs, k))) {
        json_array_remove(inputs, i);
        break;
      }
  return inputs;
}

bool portal_too_many(portal_call *call, int64_t most) {
  return portal_refuse(
      call->problem, 400, "VALIDATION_ERROR",
      "The maximum number of inputs supported in a batch is %lld. Please reduce the number of items and "
      "try again",
      (long long)most);
}

json_t *portal_inputs(portal_call *call, int64_t most) {
  if (!portal_require(call, call->json, "inputs", 0, 1)) return NULL;
  json_t *inputs = json_object_get(call->json, "inputs");
  if (!json_is_array(inputs)) {
    portal_wrong_type(call->problem, "java.util.ArrayList", inputs);
    return NULL;
  }
  if (json_array_size(inputs) == 0 && PORTAL_IS(call->store, EMPTY_INPUTS, 400)) {
    portal_refuse(call->problem, 400, "VALIDATION_ERROR", "inputs must not be empty");
    return NULL;
  }
  if ((int64_t)json_array_size(inputs) <= most) return arrange(call, inputs);
  portal_too_many(call, most);
  return NULL;
}

bool portal_read_ref(portal_call *call, const json_t *object, const char *name, portal_id *id) {
  const json_t *ref = json_object_get(object, name);
  if (!json_is_object(ref)) return portal_wrong_type(call->problem, "PublicObjectId", ref);
  return portal_read_id(call, json_object_get(ref, "id"), id);
}

/* -- types -------------------------------------------------------------------------------------------------------- */

static const char *const categories[] = {"HUBSPOT_DEFINED", "USER_DEFINED", "INTEGRATOR_DEFINED", "WORK"};
enum { CATEGORIES = sizeof categories / sizeof *categories };

static size_t number_of(const char *category) {
  size_t i = 0;
  while (i < CATEGORIES && strcmp(categories[i], category) != 0) i++;
  return i;
}

portal_type *portal_read_type(portal_call *call, const char *category, int64_t id, portal_problem *problem) {
  portal_type *type = NULL;
  if (number_of(category) == CATEGORIES) {
    portal_refuse(problem, 400, NULL,
                  "Invalid input JSON on line 1, column 1: Cannot deserialize value of type `AssociationCategory` from "
                  "String \"%.60s\"",
                  category);
    return NULL;
  }
  if (id > 0 && strcmp(category, "HUBSPOT_DEFINED") == 0) type = portal_catalog_type(call->store->catalog, id);
  if (id > 0 && strcmp(category, "USER_DEFINED") == 0) type = portal_catalog_type(call->store->catalog, -id);
  if (type) return type;
  portal_refuse(problem, 400, "VALIDATION_ERROR", "%s", invalid);
  portal_tell(problem, "associationSpec", "%s=%lld", category, (long long)id);
  portal_tell(problem, "INVALID_ASSOCIATION_TYPE_ID", "%s=%lld is not a valid association definition id", category,
              (long long)id);
  problem->row = true;
  return NULL;
}

bool portal_check_direction(const portal_type *type, const portal_object *from, const portal_object *to,
                            portal_problem *problem) {
  if (type->from == from && type->to == to) return true;
  bool wrong_from = type->from != from;
  portal_refuse(problem, 400, "VALIDATION_ERROR",
                "invalid %s object type %s for associations to be created. expected: %s. For definition %d-%lld",
                wrong_from ? "from" : "to", wrong_from ? from->type_id : to->type_id,
                wrong_from ? type->from->type_id : type->to->type_id, type->key > 0 ? 0 : 1,
                (long long)portal_type_id(type));
  problem->row = true;
  return false;
}

void portal_unfit_type(const portal_call *call, const char *category, int64_t id, portal_problem *problem) {
  char type[48];
  if (!problem->row) return;
  snprintf(type, sizeof type, "%zu-%lld", number_of(category), (long long)id);
  portal_refuse(problem, 400, "VALIDATION_ERROR", "%s is not a valid association type between %s and %s", type,
                call->from->internal, call->to->internal);
  problem->sub_category = "crm.associations.INVALID_ASSOCIATION_TYPE";
  problem->row = true;
  portal_tell(problem, "type", "%s", type);
  portal_tell(problem, "fromObjectType", "%s", call->from->internal);
  portal_tell(problem, "toObjectType", "%s", call->to->internal);
}

static const portal_type *of_direction(portal_call *call, int64_t key) {
  const portal_type *type = portal_catalog_type(call->store->catalog, key);
  return type && type->from == call->from && type->to == call->to ? type : NULL;
}

const portal_type *portal_named_type(portal_call *call, const char *text) {
  char *end;
  int64_t id = strtoll(text, &end, 10);
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  for (size_t i = 0; *end && i < count; i++)
    if (types[i]->from == call->from && types[i]->to == call->to && strcmp(types[i]->name, text) == 0) return types[i];
  if (!*end && id > 0) {
    bool own_first = PORTAL_IS(call->store, PATH_TYPES, own);
    const portal_type *first = of_direction(call, own_first ? -id : id);
    const portal_type *found = first ? first : of_direction(call, own_first ? id : -id);
    if (found) return found;
  }
  const portal_type *type = portal_read_type(call, "HUBSPOT_DEFINED", *end ? 0 : id, call->problem);
  return type && portal_check_direction(type, call->from, call->to, call->problem) ? type : NULL;
}

bool portal_read_types(portal_call *call, const json_t *list, const portal_object *from, const portal_object *to,
                       portal_typeset *types) {
  types->count = 0;
  if (!json_is_array(list)) return portal_wrong_type(call->problem, "java.util.ArrayList", list);
  bool empty = json_array_size(list) == 0;
  if (empty && PORTAL_IS(call->store, EMPTY_TYPES, accept)) return true;
  if (empty || json_array_size(list) > 100)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "One to 100 association types are needed, got %zu",
                         json_array_size(list));
  for (size_t i = 0; i < json_array_size(list); i++) {
    const json_t *spec = json_array_get(list, i);
    if (!portal_require(call, spec, "associationCategory,associationTypeId", i, json_is_array(call->json) ? 2 : 5))
      return false;
    const json_t *category = json_object_get(spec, "associationCategory"),
                 *id = json_object_get(spec, "associationTypeId");
    if (!json_is_string(category)) return portal_wrong_type(call->problem, "AssociationCategory", category);
    portal_id number = {.value = 0};
    if (!portal_id_of_json(id, &number) || number.value > INT32_MAX)
      return portal_wrong_type(call->problem, "java.lang.Integer", id);
    portal_type *type = portal_read_type(call, json_string_value(category), number.value, call->problem);
    if (!type || !portal_check_direction(type, from, to, call->problem)) {
      bool batch = call->to && !json_is_array(call->json);
      if (batch) portal_unfit_type(call, json_string_value(category), number.value, call->problem);
      return false;
    }
    portal_typeset_add(types, type);
  }
  return true;
}

bool portal_read_number(portal_call *call, const char *name, int64_t otherwise, int64_t *value) {
  const char *text = portal_query(call->request, name);
  char *end;
  *value = text ? strtoll(text, &end, 10) : otherwise;
  if (!text || (*text && !*end)) return true;
  return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Invalid query parameter %s: a number is needed", name);
}
