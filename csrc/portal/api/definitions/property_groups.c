/* Groups of properties, as pages show them. */
#include <stdio.h>
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/message/words.h"
#include "portal/store/document.h"

enum { NAME = 120 };

/* Every type has one: "contactinformation". */
static void usual_name(const portal_object *object, char out[NAME]) {
  snprintf(out, NAME, "%.100sinformation", object->name ? object->name : object->singular);
}

static json_t *usual_json(const portal_object *object) {
  char name[NAME], words[PORTAL_WORDS];
  usual_name(object, name);
  portal_words(object->name ? object->name : object->singular, words);
  return json_pack("{s:s, s:o, s:i, s:b}", "name", name, "label", json_sprintf("%s information", words), "displayOrder",
                   0, "archived", 0);
}

static json_t *group_json(portal_call *call, const char *name) {
  char usual[NAME];
  json_t *own = portal_document(call->store, PORTAL_PROPERTY_GROUP, call->from, name);
  if (own) return own;
  usual_name(call->from, usual);
  return strcmp(usual, name) == 0 ? usual_json(call->from) : NULL;
}

static bool refuse_unknown(portal_call *call) {
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "Property group %.100s does not exist",
                       call->request->id);
}

bool portal_groups_list(portal_call *call) {
  json_t *own = portal_documents(call->store, PORTAL_PROPERTY_GROUP, call->from), *results = json_array(), *group;
  char usual[NAME];
  const char *name;
  usual_name(call->from, usual);
  if (!json_object_get(own, usual)) json_array_append_new(results, usual_json(call->from));
  json_object_foreach(own, name, group) { json_array_append(results, group); }
  json_decref(own);
  return portal_answer_results(call, results);
}

bool portal_group_get(portal_call *call) {
  json_t *found = group_json(call, call->request->id);
  return found ? portal_answer_json(call, 200, found) : refuse_unknown(call);
}

bool portal_group_create(portal_call *call) {
  const char *name = json_string_value(json_object_get(call->json, "name"));
  if (!portal_require(call, call->json, "name,label", 0, 1)) return false;
  json_t *taken = name ? group_json(call, name) : NULL;
  json_decref(taken);
  if (!name || taken)
    return portal_refuse(call->problem, name ? 409 : 400, name ? "OBJECT_ALREADY_EXISTS" : "VALIDATION_ERROR",
                         "A property group named '%.100s' already exists.", name ? name : "");
  json_t *made = json_pack("{s:s, s:O, s:i, s:b}", "name", name, "label", json_object_get(call->json, "label"),
                           "displayOrder", -1, "archived", 0);
  if (json_is_integer(json_object_get(call->json, "displayOrder")))
    json_object_set(made, "displayOrder", json_object_get(call->json, "displayOrder"));
  portal_document_put(call->store, PORTAL_PROPERTY_GROUP, call->from, name, made);
  return portal_answer_json(call, 201, made);
}

bool portal_group_update(portal_call *call) {
  static const char *const fields[] = {"label", "displayOrder"};
  json_t *found = group_json(call, call->request->id);
  if (!found) return refuse_unknown(call);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (json_object_get(call->json, fields[i]))
      json_object_set(found, fields[i], json_object_get(call->json, fields[i]));
  portal_document_put(call->store, PORTAL_PROPERTY_GROUP, call->from, call->request->id, found);
  return portal_answer_json(call, 200, found);
}

bool portal_group_archive(portal_call *call) {
  portal_document_drop(call->store, PORTAL_PROPERTY_GROUP, call->from, call->request->id);
  return portal_answer_nothing(call);
}
