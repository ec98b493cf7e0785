/* Which object types can be tied at all: the plain types that schemas bring. */
#include <stdio.h>

#include "portal/api/definitions/labels.h"
#include "portal/api/definitions/schemas.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"

bool portal_schema_link(portal_call *call, const portal_object *object, const portal_object *to, const char *name) {
  portal_label plain = {.text = NULL, .name = name};
  return portal_catalog_plain(call->store->catalog, object, to) ||
         portal_label_make(call->store, object, to, &plain, call->problem);
}

bool portal_schema_associate(portal_call *call) {
  const portal_object *ends[2];
  static const char *const names[] = {"fromObjectTypeId", "toObjectTypeId"};
  if (!portal_require(call, call->json, "fromObjectTypeId,toObjectTypeId", 0, 1)) return false;
  for (int i = 0; i < 2; i++) {
    const char *name = json_string_value(json_object_get(call->json, names[i]));
    ends[i] = name ? portal_catalog_object(call->store->catalog, name) : NULL;
    if (!ends[i])
      return portal_refuse(call->problem, 400, NULL, "Invalid object or event type id: %.60s", name ? name : "null");
  }
  if (!portal_schema_link(call, ends[0], ends[1], json_string_value(json_object_get(call->json, "name")))) return false;
  const portal_type *type = portal_catalog_plain(call->store->catalog, ends[0], ends[1]);
  char id[24];
  snprintf(id, sizeof id, "%lld", (long long)portal_type_id(type));
  call->answer->body = json_pack("{s:s, s:s, s:s, s:s}", "id", id, "fromObjectTypeId", ends[0]->type_id,
                                 "toObjectTypeId", ends[1]->type_id, "name", type->name);
  call->answer->status = 201;
  return true;
}

/* A type of the account's own between this object type and another one. */
bool portal_schema_dissociate(portal_call *call) {
  portal_id id = {.value = 0};
  portal_id_of_text(call->request->id, &id);
  const portal_type *type = id.value ? portal_catalog_type(call->store->catalog, -id.value) : NULL;
  if (!type || (type->from != call->from && type->to != call->from))
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  call->answer->status = 204;
  return portal_label_remove(call, type);
}
