/* Labels: the association types of a pair, and the account's own ones among them. */
#include <inttypes.h>
#include <string.h>

#include "portal/links.h"

bool portal_labels_list(portal_call *call) {
  json_t *results = json_array();
  size_t count = 0;
  portal_type type;
  const tether_type *known = call->from.builtin && call->to.builtin
                                 ? tether_types_of_pair(call->from.builtin, call->to.builtin, &count)
                                 : NULL;
  for (size_t i = 0; i < count; i++)
    if (portal_type_load(call->store, false, known[i].id, &type))
      json_array_append_new(results, portal_type_json(&type));
  sqlite3_stmt *rows = portal_store_select(
      call->store, "SELECT type_id FROM labels WHERE from_type = ? AND to_type = ? ORDER BY type_id", "ss",
      call->from.key, call->to.key);
  while (portal_store_row(call->store, rows))
    if (portal_type_load(call->store, true, sqlite3_column_int64(rows, 0), &type))
      json_array_append_new(results, portal_type_json(&type));
  sqlite3_finalize(rows);
  return portal_done(call, 200, json_pack("{s:o}", "results", results));
}

typedef struct {
  const char *label, *inverse, *name;
} request;

static bool read_request(portal_call *call, request *asked) {
  asked->label = json_string_value(json_object_get(call->body, "label"));
  asked->inverse = json_string_value(json_object_get(call->body, "inverseLabel"));
  if (!asked->label)
    return portal_invalid(call, "Invalid input JSON on line 1, column 1. Some required fields were not set: [label]");
  if (strlen(asked->label) >= PORTAL_TEXT || (asked->inverse && strlen(asked->inverse) >= PORTAL_TEXT))
    return portal_invalid(call, "The label is too long");
  return true;
}

/* The forward id is the lower of the two adjacent ones (guide); a single label of a same-object pair has one id. */
static int64_t insert(portal_call *call, const char *label, const char *inverse, const char *name) {
  int64_t id = portal_store_number(call->store, 1, "SELECT coalesce(max(type_id), 0) + 1 FROM labels", "");
  bool single = strcmp(call->from.key, call->to.key) == 0 && strcmp(label, inverse) == 0;
  portal_store_run(call->store, "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)", "issssi", id, call->from.key,
                   call->to.key, label, name, single ? id : id + 1);
  if (!single)
    portal_store_run(call->store, "INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)", "issssi", id + 1, call->to.key,
                     call->from.key, inverse, name, id);
  return id;
}

static bool check_new(portal_call *call, const request *asked) {
  char from[PORTAL_KEY], to[PORTAL_KEY];
  portal_rules_internal(&call->from, from);
  portal_rules_internal(&call->to, to);
  if (!asked->name || !portal_rules_label_name(asked->name))
    return portal_invalid(call, "The name must be set, have no hyphen and not begin with a digit");
  if (portal_store_number(call->store, 0, "SELECT count(*) FROM labels WHERE name = ?", "s", asked->name))
    return portal_invalid(call, "Association definition named %s already exists for portal", asked->name);
  const char *count = "SELECT count(*) FROM labels WHERE from_type = ? AND to_type = ? AND label <> ''";
  if (*asked->label &&
      portal_store_number(call->store, 0, count, "ss", call->from.key, call->to.key) >= PORTAL_MAX_LABELS)
    return portal_refuse(call, 437, "VALIDATION_ERROR",
                         "No more than %d association types are allowed between %s and %s", PORTAL_MAX_LABELS, from,
                         to);
  if (*asked->label && portal_store_number(call->store, 0,
                                           "SELECT count(*) FROM labels WHERE from_type = ? AND to_type = ? AND "
                                           "label = ?",
                                           "sss", call->from.key, call->to.key, asked->label)) {
    portal_invalid(call, "Association definition label %s already exists on ObjectType pair %s, %s", asked->label, from,
                   to);
    call->problem.sub_category = "AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL";
    return false;
  }
  return true;
}

bool portal_labels_create(portal_call *call) {
  request asked = {.name = json_string_value(json_object_get(call->body, "name"))};
  portal_type type, plain, inverse;
  if (!read_request(call, &asked) || !check_new(call, &asked)) return false;
  int64_t id = 0;
  if (!portal_type_plain(call->store, &call->from, &call->to, &plain)) id = insert(call, "", "", asked.name);
  if (*asked.label) id = insert(call, asked.label, asked.inverse ? asked.inverse : asked.label, asked.name);
  json_t *results = json_array();
  bool made = id && portal_type_load(call->store, true, id, &type);
  if (made && type.inverse != id && portal_type_load(call->store, true, type.inverse, &inverse))
    json_array_append_new(results, portal_type_json(&inverse));
  if (made) json_array_append_new(results, portal_type_json(&type));
  return portal_done(call, 200, json_pack("{s:o}", "results", results));
}

static bool of_pair(const portal_call *call, const portal_type *type) {
  return strcmp(type->from.key, call->from.key) == 0 && strcmp(type->to.key, call->to.key) == 0;
}

static void rename_label(portal_call *call, int64_t id, const char *label) {
  portal_store_run(call->store, "UPDATE labels SET label = ? WHERE type_id = ?", "si", label, id);
}

bool portal_labels_update(portal_call *call) {
  request asked = {0};
  portal_type type;
  const json_t *id = json_object_get(call->body, "associationTypeId");
  if (!json_is_integer(id))
    return portal_invalid(call, "Invalid input JSON on line 1, column 1. Some required fields were not set: "
                                "[associationTypeId]");
  if (!read_request(call, &asked)) return false;
  if (!portal_type_load(call->store, true, json_integer_value(id), &type) || !of_pair(call, &type) || type.plain)
    return portal_invalid(call, "Unable to find association type %" JSON_INTEGER_FORMAT, json_integer_value(id));
  if (!*asked.label) return portal_invalid(call, "The label may not be empty");
  /* Without inverseLabel the text goes on both sides (observed). */
  if (type.inverse != type.id)
    rename_label(call, type.inverse, asked.inverse && *asked.inverse ? asked.inverse : asked.label);
  rename_label(call, type.id, asked.label);
  return portal_done(call, 204, NULL);
}

bool portal_labels_delete(portal_call *call) {
  portal_type type;
  if (!portal_type_load(call->store, true, call->type_id, &type) || !of_pair(call, &type))
    return portal_invalid(call, "Unable to find objectTypeIds");
  if (type.plain &&
      portal_store_number(call->store, 0,
                          "SELECT count(*) FROM labels WHERE from_type = ? AND to_type = ? AND label <> ''", "ss",
                          call->from.key, call->to.key))
    return portal_invalid(
        call, "Definition with label still exists; Cannot delete unlabeled type with associationTypeId %" PRId64,
        type.id);
  int64_t ids[] = {type.id, type.inverse};
  for (int i = 0; i < 2; i++) {
    portal_store_run(call->store, "DELETE FROM links WHERE category = 'USER_DEFINED' AND type_id = ?", "i", ids[i]);
    portal_store_run(call->store, "DELETE FROM limits WHERE category = 'USER_DEFINED' AND type_id = ?", "i", ids[i]);
    portal_store_run(call->store, "DELETE FROM labels WHERE type_id = ?", "i", ids[i]);
  }
  return portal_done(call, 204, NULL);
}
