/* Association types of the account: HubSpot's own from the table, custom ones from the store. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "portal/links.h"

static bool load_label(portal_store *store, int64_t id, portal_type *type) {
  sqlite3_stmt *row =
      portal_store_select(store, "SELECT from_type, to_type, label, inverse FROM labels WHERE type_id = ?", "i", id);
  bool found = portal_store_row(store, row);
  memset(type, 0, sizeof *type);
  if (found) {
    portal_rules_object((const char *)sqlite3_column_text(row, 0), &type->from);
    portal_rules_object((const char *)sqlite3_column_text(row, 1), &type->to);
    snprintf(type->label, sizeof type->label, "%s", (const char *)sqlite3_column_text(row, 2));
    type->inverse = sqlite3_column_int64(row, 3);
    type->user = true;
    type->id = id;
    type->plain = !*type->label;
  }
  sqlite3_finalize(row);
  return found;
}

bool portal_type_load(portal_store *store, bool user, int64_t id, portal_type *type) {
  if (user) return load_label(store, id, type);
  const tether_type *known = tether_type_by_id(id);
  if (known) portal_rules_builtin(known, type);
  return known != NULL;
}

bool portal_type_plain(portal_store *store, const portal_object *from, const portal_object *to, portal_type *type) {
  const tether_type *known =
      from->builtin && to->builtin ? tether_type_of_kind(from->builtin, to->builtin, TETHER_UNLABELED) : NULL;
  if (known) return portal_type_load(store, false, known->id, type);
  int64_t id =
      portal_store_number(store, 0, "SELECT type_id FROM labels WHERE from_type = ? AND to_type = ? AND label = ''",
                          "ss", from->key, to->key);
  return id && portal_type_load(store, true, id, type);
}

bool portal_type_unknown(portal_call *call, const char *category, int64_t id) {
  portal_invalid(call, "One or more associations are invalid");
  portal_context(call, "associationSpec", "%s=%" PRId64, category, id);
  return portal_context(call, "INVALID_ASSOCIATION_TYPE_ID", "%s=%" PRId64 " is not a valid association definition id",
                        category, id);
}

bool portal_type_fits(portal_call *call, const portal_type *type, const portal_object *from, const portal_object *to) {
  if (strcmp(type->from.key, from->key) != 0)
    return portal_invalid(
        call, "invalid from object type %s for associations to be created. expected: %s. For definition 0-%" PRId64,
        from->key, type->from.key, type->id);
  if (to && strcmp(type->to.key, to->key) != 0)
    return portal_invalid(
        call, "invalid to object type %s for associations to be created. expected: %s. For definition 0-%" PRId64,
        to->key, type->to.key, type->id);
  return true;
}

bool portal_type_read(portal_call *call, const json_t *spec, const portal_object *from, const portal_object *to,
                      portal_type *type) {
  const char *category = json_string_value(json_object_get(spec, "associationCategory"));
  const json_t *id = json_object_get(spec, "associationTypeId");
  if (!category || !json_is_integer(id))
    return portal_invalid(call, "Invalid input JSON on line 1, column 3. Some required fields were not set: [%s%s%s]",
                          category ? "" : "associationCategory", category || json_is_integer(id) ? "" : ", ",
                          json_is_integer(id) ? "" : "associationTypeId");
  bool user = strcmp(category, "USER_DEFINED") == 0, known = user || strcmp(category, "HUBSPOT_DEFINED") == 0;
  if (!known || !portal_type_load(call->store, user, json_integer_value(id), type))
    return portal_type_unknown(call, category, json_integer_value(id));
  return portal_type_fits(call, type, from, to);
}

bool portal_types_read(portal_call *call, const json_t *specs, const portal_object *from, const portal_object *to,
                       portal_types *types) {
  types->count = 0;
  if (!json_is_array(specs))
    return portal_refuse(call, 400, NULL,
                         "Invalid input JSON on line 1, column 1: Cannot deserialize value of type "
                         "`java.util.ArrayList<AssociationSpec>` from this value");
  if (json_array_size(specs) == 0) return portal_invalid(call, "At least one association type is required");
  if (json_array_size(specs) > PORTAL_MAX_TYPES)
    return portal_invalid(call, "At most %d association types may be given", PORTAL_MAX_TYPES);
  for (; types->count < json_array_size(specs); types->count++)
    if (!portal_type_read(call, json_array_get(specs, types->count), from, to, &types->list[types->count]))
      return false;
  return true;
}

json_t *portal_type_json(const portal_type *type) {
  return json_pack("{s:s, s:I, s:s?}", "category", portal_rules_category(type), "typeId", (json_int_t)type->id, "label",
                   *type->label ? type->label : NULL);
}
