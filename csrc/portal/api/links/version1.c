/* Version 1: links by the id of a definition alone, { fromObjectId, toObjectId, category, definitionId }. */
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"

/* What was the plain type of a pair then is its primary one now (csrc/data/wire.md, 6.4): the plain one is meant. */
static const portal_type *meant(portal_call *call, const portal_type *type) {
  return type->kind == TETHER_PRIMARY ? portal_catalog_plain(call->store->catalog, type->from, type->to) : type;
}

typedef struct input {
  portal_call call; /* towards the object types of the definition */
  portal_id from, to;
  portal_typeset types;
} input;

static bool read(portal_call *call, const json_t *given, size_t i, size_t depth, input *out) {
  portal_id definition = {.value = 0};
  const char *category = json_string_value(json_object_get(given, "category"));
  if (!portal_require(call, given, "fromObjectId,toObjectId,category,definitionId", i, depth) ||
      !portal_read_id(call, json_object_get(given, "fromObjectId"), &out->from) ||
      !portal_read_id(call, json_object_get(given, "toObjectId"), &out->to) ||
      !portal_read_id(call, json_object_get(given, "definitionId"), &definition))
    return false;
  if (!category) return portal_wrong_type(call->problem, "AssociationCategory", json_object_get(given, "category"));
  const portal_type *type = portal_read_type(call, category, definition.value, call->problem);
  if (!type) return false;
  out->call = *call;
  out->call.from = type->from;
  out->call.to = type->to;
  out->types.count = 0;
  portal_typeset_add(&out->types, meant(call, type));
  return true;
}

static bool associate(input *in) {
  portal_pair pair;
  return portal_link_pair(&in->call, &in->from, &in->to, &pair, in->call.problem) &&
         portal_link_write(&in->call, &pair, &in->types, PORTAL_ADD, in->call.problem);
}

static bool dissociate(input *in) {
  portal_pair pair;
  if (!portal_loose_pair(&in->call, &in->from, &in->to, &pair, in->call.problem)) return false;
  portal_link_remove(&in->call, &pair, &in->types);
  return true;
}

static bool single_pair(portal_call *call, bool (*work)(input *in)) {
  input in = {.from = {.value = 0}};
  return read(call, call->json, 0, 1, &in) && work(&in) && portal_answer_nothing(call);
}

static bool all(portal_call *call, bool (*work)(input *in)) {
  json_t *given;
  size_t i;
  if (!json_is_array(call->json)) return portal_wrong_type(call->problem, "java.util.ArrayList", call->json);
  json_array_foreach(call->json, i, given) {
    input in = {.from = {.value = 0}};
    if (!read(call, given, i, 2, &in) || !work(&in)) return false;
  }
  return portal_answer_nothing(call);
}

bool portal_v1_create(portal_call *call) { return single_pair(call, associate); }
bool portal_v1_delete(portal_call *call) { return single_pair(call, dissociate); }
bool portal_v1_create_batch(portal_call *call) { return all(call, associate); }
bool portal_v1_delete_batch(portal_call *call) { return all(call, dissociate); }
