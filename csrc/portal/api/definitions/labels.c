/* Labels: the association types of a pair of object types, and the account's own ones. */
#include <stdio.h>
#include <string.h>

#include "portal/api/definitions/labels.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/store/links.h"

static json_t *type_json(const portal_type *type) {
  return json_pack("{s:s, s:I, s:s?}", "category", portal_type_category(type), "typeId",
                   (json_int_t)portal_type_id(type), "label", type->label);
}

/* A type as a list shows it. Sources differ on whether it names the object types: a switch decides. */
static json_t *listed_json(const portal_store *store, const portal_type *type) {
  json_t *item = type_json(type);
  bool ids = PORTAL_IS(store, LABEL_TYPES, ids);
  if (PORTAL_IS(store, LABEL_TYPES, absent) || !item) return item;
  json_object_set_new(item, "fromObjectTypeId", ids ? json_string(type->from->type_id) : json_null());
  json_object_set_new(item, "toObjectTypeId", ids ? json_string(type->to->type_id) : json_null());
  return item;
}

/* A recorded list of contacts and companies has none of the built-in labels but Primary. */
static bool is_hidden(const portal_store *store, const portal_type *type) {
  return type->key > 0 && type->kind == TETHER_LABELED && PORTAL_IS(store, BUILT_IN_LABELS, hide);
}

bool portal_labels_list(portal_call *call) {
  json_t *results = json_array();
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  size_t own = 0; /* the catalog has the account's own types in front, the newest first; the list has them behind, the
                     oldest first */
  while (own < count && types[own]->key < 0) own++;
  int64_t late = portal_now_ms(&call->store->clock) - call->store->switches[PORTAL_LABEL_DELAY] * 1000;
  for (size_t i = 0; i < count; i++) {
    const portal_type *type = i < count - own ? types[own + i] : types[count - 1 - i];
    if (type->from == call->from && type->to == call->to && type->made_ms <= late && !is_hidden(call->store, type))
      json_array_append_new(results, listed_json(call->store, type));
  }
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

/* -- making ------------------------------------------------------------------------------------------------------- */

static bool between(const portal_type *type, const portal_object *from, const portal_object *to) {
  return (type->from == from && type->to == to) || (type->from == to && type->to == from);
}

int64_t portal_labels_between(const portal_store *store, const portal_object *from, const portal_object *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  int64_t labels = 0;
  for (size_t i = 0; i < count; i++)
    if (types[i]->key < 0 && types[i]->label && between(types[i], from, to) && types[i]->inverse <= types[i]->key)
      labels++;
  return labels;
}

static bool check_texts(portal_store *store, const portal_object *from, const portal_object *to,
                        const portal_label *label, portal_problem *problem) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  for (size_t i = 0; i < count; i++) {
    const portal_type *type = types[i];
    if (type->key < 0 && strcmp(type->name, label->name) == 0)
      return portal_refuse(problem, 400, "VALIDATION_ERROR",
                           "Association definition named %s already exists for portal", label->name);
    if (!type->label || is_hidden(store, type) || type->from != from || type->to != to ||
        strcmp(type->label, label->text) != 0)
      continue;
    portal_refuse(problem, 400, "VALIDATION_ERROR",
                  "Association definition label %s already exists on ObjectType pair %s, %s", label->text,
                  from->type_id, to->type_id);
    problem->sub_category = "AssociationValidationError.DUPLICATE_ASSOCIATION_LABEL";
    return false;
  }
  return true;
}

static int64_t free_id(const portal_store *store) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  return count && types[0]->key < 0 ? 1 - types[0]->key : 1; /* sorted by key: the first has the largest id */
}

static bool add_type(portal_store *store, const portal_type *type) {
  tether_sql_do(store->sql, "DELETE FROM gone WHERE id = ?", "i", -type->key);
  tether_sql_do(store->sql, "INSERT INTO definitions VALUES(?, ?, ?, ?, ?, ?, ?)", "iiiitti", -type->key,
                type->from->key, type->to->key, -type->inverse, type->label, type->name, type->made_ms);
  return portal_catalog_add(store->catalog, type);
}

/* A type and its other direction. One that is symmetric, on a same-object pair, has one id. */
static bool add_both(portal_store *store, const portal_object *from, const portal_object *to, portal_label *label) {
  bool symmetric = from == to && !label->inverse_text;
  const char *other = label->inverse_text ? label->inverse_text : label->text;
  if (!label->id) label->id = free_id(store);
  if (!label->inverse_id || symmetric) label->inverse_id = symmetric ? label->id : label->id + 1;
  portal_type type = {.key = -label->id,
                      .inverse = -label->inverse_id,
                      .from = from,
                      .to = to,
                      .kind = label->text ? TETHER_LABELED : TETHER_UNLABELED,
                      .label = (char *)label->text,
                      .name = (char *)label->name,
                      .made_ms = portal_now_ms(&store->clock)};
  portal_type inverse_type = {.key = -label->inverse_id,
                              .inverse = -label->id,
                              .from = to,
                              .to = from,
                              .kind = type.kind,
                              .label = (char *)other,
                              .name = type.name,
                              .made_ms = type.made_ms};
  return add_type(store, &type) && (symmetric || add_type(store, &inverse_type));
}

/* A pair that has no type at all gets its plain one with the first label (wire.md, 4.14). */
static bool make_plain(portal_store *store, const portal_object *from, const portal_object *to, portal_label *plain) {
  char name[200];
  if (portal_catalog_plain(store->catalog, from, to)) return true;
  portal_label made = *plain;
  snprintf(name, sizeof name, "%.90s_to_%.90s", from->singular, to->singular);
  if (!made.name) made.name = name;
  bool fine = add_both(store, from, to, &made);
  plain->id = made.id;
  plain->inverse_id = made.inverse_id;
  return fine;
}

/* A label needs two ids, and the plain type that may come with it two more. */
static bool check_ids(const portal_store *store, const portal_label *label, portal_problem *problem) {
  int64_t last = label->id ? label->id + 1 : free_id(store) + 3;
  return last <= PORTAL_NUMBER_MOST ||
         portal_refuse(problem, 400, "VALIDATION_ERROR", "There is no association type id left: they go from 1 to %d",
                       PORTAL_NUMBER_MOST);
}

bool portal_label_make(portal_store *store, const portal_object *from, const portal_object *to, portal_label *label,
                       portal_problem *problem) {
  portal_label plain = {.text = NULL};
  int64_t cap = store->switches[PORTAL_LABEL_CAP];
  if (!check_ids(store, label, problem)) return false;
  if (!label->text) return make_plain(store, from, to, label);
  if (!check_texts(store, from, to, label, problem)) return false;
  if (portal_labels_between(store, from, to) >= cap)
    return portal_refuse(problem, 437, NULL, "No more than %lld association types are allowed between %s and %s",
                         (long long)cap, from->type_id, to->type_id);
  return make_plain(store, from, to, &plain) && add_both(store, from, to, label);
}

/* The words of a body. An empty label stands for the plain type alone (wire.md, 4.14). */
static bool read_label(portal_call *call, portal_label *label) {
  const json_t *text = json_object_get(call->json, "label"), *name = json_object_get(call->json, "name");
  const json_t *inverse = json_object_get(call->json, "inverseLabel");
  if (!portal_require(call, call->json, "label,name", 0, 1)) return false;
  if (!json_is_string(text)) return portal_wrong_type(call->problem, "java.lang.String", text);
  if (!json_is_string(name)) return portal_wrong_type(call->problem, "java.lang.String", name);
  label->text = *json_string_value(text) ? json_string_value(text) : NULL;
  label->name = json_string_value(name);
  label->inverse_text = json_is_string(inverse) && *json_string_value(inverse) ? json_string_value(inverse) : NULL;
  if (strchr(label->name, '-') || (*label->name >= '0' && *label->name <= '9') || !*label->name)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                         "Association definition name %.100s must not contain hyphens or begin with a number",
                         label->name);
  return true;
}

bool portal_labels_create(portal_call *call) {
  portal_label label = {.id = 0};
  portal_store *store = call->store;
  if (!read_label(call, &label) || !portal_label_make(store, call->from, call->to, &label, call->problem)) return false;
  const portal_type *made = label.text ? portal_catalog_type(store->catalog, -label.id)
                                       : portal_catalog_plain(store->catalog, call->from, call->to);
  const portal_type *inverse_type = portal_catalog_type(store->catalog, made->inverse);
  json_t *results = json_pack("[o]", type_json(made));
  if (inverse_type && inverse_type != made) /* the inverse first (wire.md, 4.14) */
    json_array_insert_new(results, PORTAL_IS(call->store, LABEL_ORDER, forward) ? 1 : 0, type_json(inverse_type));
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

/* -- changing ----------------------------------------------------------------------------------------------------- */

/* An own type of the path's pair, either direction. */
static portal_type *own_type(portal_call *call, int64_t id) {
  portal_type *type = id > 0 ? portal_catalog_type(call->store->catalog, -id) : NULL;
  return type && between(type, call->from, call->to) ? type : NULL;
}

static bool rename_type(portal_call *call, portal_type *type, const char *text) {
  tether_sql_do(call->store->sql, "UPDATE definitions SET label = ? WHERE id = ?", "ti", text, -type->key);
  return portal_catalog_rename(call->store->catalog, type, text);
}

bool portal_labels_update(portal_call *call) {
  portal_id id = {.value = 0};
  if (!portal_require(call, call->json, "associationTypeId,label", 0, 1)) return false;
  const json_t *text = json_object_get(call->json, "label"), *inverse = json_object_get(call->json, "inverseLabel");
  if (!json_is_string(text)) return portal_wrong_type(call->problem, "java.lang.String", text);
  if (!portal_id_of_json(json_object_get(call->json, "associationTypeId"), &id))
    return portal_wrong_type(call->problem, "java.lang.Integer", json_object_get(call->json, "associationTypeId"));
  portal_type *type = own_type(call, id.value);
  if (!type || !type->label || !*json_string_value(text))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Unable to find association type %s", id.text);
  portal_type *inverse_type =
      type->inverse != type->key ? portal_catalog_type(call->store->catalog, type->inverse) : NULL;
  if (!rename_type(call, type, json_string_value(text))) return false;
  /* left out, the label goes on both sides (wire.md, 4.15) */
  const char *other = json_is_string(inverse) ? json_string_value(inverse) : json_string_value(text);
  if (inverse_type && !rename_type(call, inverse_type, other)) return false;
  call->answer->status = 204;
  return true;
}

/* What limits tracking counts on for a while (wire.md, 4.22). */
static void note_dropped(portal_store *store, const portal_type *type) {
  if (type->label && store->switches[PORTAL_TRACKING_DELAY])
    tether_sql_do(store->sql, "INSERT INTO dropped VALUES(?, ?, ?, ?)", "iiit", portal_now_ms(&store->clock),
                  type->from->key, type->to->key, type->label);
}

static void drop_type(portal_store *store, int64_t key) {
  note_dropped(store, portal_catalog_type(store->catalog, key));
  portal_links_drop_type(store, portal_catalog_type(store->catalog, key));
  tether_sql_do(store->sql, "DELETE FROM limits WHERE type = ?", "i", key);
  tether_sql_do(store->sql, "DELETE FROM definitions WHERE id = ?", "i", -key);
  portal_catalog_remove(store->catalog, key);
}

/* Either id of a pair removes both; records lose the label and stay linked (wire.md, 4.16). */
bool portal_label_remove(portal_call *call, const portal_type *type) {
  int64_t key = type->key, inverse = type->inverse;
  long long id = (long long)portal_type_id(type);
  if (!type->label && portal_labels_between(call->store, type->from, type->to) > 0)
    return portal_refuse(call->problem, 400, NULL,
                         "Definition with label still exists; Cannot delete unlabeled type with associationTypeId %lld",
                         id);
  if (PORTAL_IS(call->store, LABEL_IN_USE, refuse) && portal_links_use(call->store, type))
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                         "Association type %lld is in use and cannot be deleted", id);
  drop_type(call->store, key);
  if (inverse != key) {
    drop_type(call->store, inverse);
    tether_sql_do(call->store->sql, "INSERT OR IGNORE INTO gone VALUES(?)", "i", -inverse);
  }
  return !tether_sql_failed(call->store->sql, NULL);
}

/* Whether an id went when the other id of its label was deleted (wire.md, 4.16). */
static bool went_along(const portal_call *call, int64_t id) {
  return PORTAL_IS(call->store, SECOND_LABEL_DELETE, 204) &&
         tether_sql_number(call->store->sql, 0, "SELECT 1 FROM gone WHERE id = ?", "i", id);
}

bool portal_labels_delete(portal_call *call) {
  portal_id id = {.value = 0};
  portal_id_of_text(call->request->id, &id);
  const portal_type *type = own_type(call, id.value);
  call->answer->status = 204;
  if (type) return portal_label_remove(call, type);
  return went_along(call, id.value) ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Unable to find objectTypeIds");
}
