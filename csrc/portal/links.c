#include "portal/links.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool same(const portal_object *left, const portal_object *right) { return strcmp(left->key, right->key) == 0; }

static portal_pair turned(const portal_pair *pair) {
  return (portal_pair){.from = pair->to, .to = pair->from, .a = pair->b, .b = pair->a};
}

bool portal_record_exists(portal_store *store, const portal_object *object, int64_t id) {
  return portal_store_number(store, 0, "SELECT 1 FROM records WHERE type = ? AND id = ? AND archived = 0", "si",
                             object->key, id) == 1;
}

static bool check_record(portal_call *call, const portal_object *object, int64_t id) {
  if (portal_record_exists(call->store, object, id)) return true;
  char internal[PORTAL_KEY];
  portal_rules_internal(object, internal);
  portal_invalid(call, "One or more associations are invalid");
  call->problem.row = true;
  return portal_context(call, "INVALID_OBJECT_IDS", "%s=%" PRId64 " is not valid", internal, id);
}

/* A limit that somebody set: how many records one record may have by this type. */
static bool check_limit(portal_call *call, const portal_pair *pair, const portal_type *type) {
  int64_t most = portal_store_number(
      call->store, -1, "SELECT most FROM limits WHERE category = ? AND type_id = ? AND from_type = ? AND to_type = ?",
      "siss", portal_rules_category(type), type->id, pair->from.key, pair->to.key);
  if (most < 0) return true;
  int64_t others = portal_store_number(call->store, 0,
                                       "SELECT count(*) FROM links WHERE from_type = ? AND from_id = ? AND to_type = ? "
                                       "AND category = ? AND type_id = ? AND to_id <> ?",
                                       "sissii", pair->from.key, pair->a, pair->to.key, portal_rules_category(type),
                                       type->id, pair->b);
  if (others < most) return true;
  portal_invalid(call, "The association limit of %" PRId64 " would be exceeded", most);
  call->problem.row = true;
  portal_context(call, "associationTypeId", "%" PRId64, type->id);
  portal_context(call, "limit", "%" PRId64, most);
  return portal_context(call, "objectId", "%" PRId64, pair->a);
}

static void delete_row(portal_call *call, const portal_pair *pair, const char *category, int64_t type_id) {
  portal_store_run(call->store,
                   "DELETE FROM links WHERE from_type = ? AND from_id = ? AND to_type = ? AND to_id = ? AND "
                   "category = ? AND type_id = ?",
                   "sisisi", pair->from.key, pair->a, pair->to.key, pair->b, category, type_id);
}

/* The primary moves: the old one keeps its unlabeled type. */
static void make_room(portal_call *call, const portal_pair *pair, const portal_type *type) {
  const char *category = portal_rules_category(type);
  portal_store_run(call->store,
                   "DELETE FROM links WHERE from_type = ? AND to_type = ? AND to_id = ? AND category = ? AND "
                   "type_id = ? AND from_id IN (SELECT to_id FROM links WHERE from_type = ? AND from_id = ? AND "
                   "to_type = ? AND category = ? AND type_id = ? AND to_id <> ?)",
                   "ssisisissii", pair->to.key, pair->from.key, pair->a, category, type->inverse, pair->from.key,
                   pair->a, pair->to.key, category, type->id, pair->b);
  portal_store_run(call->store,
                   "DELETE FROM links WHERE from_type = ? AND from_id = ? AND to_type = ? AND category = ? AND "
                   "type_id = ? AND to_id <> ?",
                   "sissii", pair->from.key, pair->a, pair->to.key, category, type->id, pair->b);
}

static bool add_row(portal_call *call, const portal_pair *pair, const portal_type *type) {
  if (type->exclusive) make_room(call, pair, type);
  if (!check_limit(call, pair, type)) return false;
  portal_store_run(call->store, "INSERT OR IGNORE INTO links VALUES (?, ?, ?, ?, ?, ?)", "sisisi", pair->from.key,
                   pair->a, pair->to.key, pair->b, portal_rules_category(type), type->id);
  return true;
}

static bool add(portal_call *call, const portal_pair *pair, const portal_type *type) {
  portal_pair back = turned(pair);
  portal_type inverse;
  if (!add_row(call, pair, type)) return false;
  if (!type->inverse || !portal_type_load(call->store, type->user, type->inverse, &inverse)) return true;
  return add_row(call, &back, &inverse);
}

static bool named(const portal_types *types, int64_t id) {
  for (size_t i = 0; i < types->count; i++)
    if (types->list[i].user && types->list[i].id == id) return true;
  return false;
}

/* The custom labels of a link, as many as one write may name. */
static size_t custom_labels(portal_call *call, const portal_pair *pair, int64_t ids[PORTAL_MAX_TYPES]) {
  sqlite3_stmt *rows = portal_store_select(call->store,
                                           "SELECT l.type_id FROM links l JOIN labels n ON n.type_id = l.type_id "
                                           "WHERE l.from_type = ? AND l.from_id = ? AND l.to_type = ? AND l.to_id = ? "
                                           "AND l.category = 'USER_DEFINED' AND n.label <> ''",
                                           "sisi", pair->from.key, pair->a, pair->to.key, pair->b);
  size_t count = 0;
  while (count < PORTAL_MAX_TYPES && portal_store_row(call->store, rows)) ids[count++] = sqlite3_column_int64(rows, 0);
  sqlite3_finalize(rows);
  return count;
}

static void drop_others(portal_call *call, const portal_pair *pair, const portal_types *types) {
  int64_t ids[PORTAL_MAX_TYPES];
  portal_type type;
  size_t count = custom_labels(call, pair, ids);
  for (size_t i = 0; i < count; i++)
    if (!named(types, ids[i]) && portal_type_load(call->store, true, ids[i], &type))
      portal_link_remove_type(call, pair, &type);
}

bool portal_link_write(portal_call *call, const portal_pair *pair, const portal_types *types, bool replace) {
  if (same(&pair->from, &pair->to) && pair->a == pair->b)
    return portal_invalid(call, "Cannot associate object %" PRId64 " with itself", pair->a);
  if (!check_record(call, &pair->from, pair->a) || !check_record(call, &pair->to, pair->b)) return false;
  if (replace) drop_others(call, pair, types);
  portal_type plain;
  if (portal_type_plain(call->store, &pair->from, &pair->to, &plain) && !add(call, pair, &plain)) return false;
  for (size_t i = 0; i < types->count; i++)
    if (!add(call, pair, &types->list[i])) return false;
  return true;
}

void portal_link_remove(portal_call *call, const portal_pair *pair) {
  portal_pair ways[] = {*pair, turned(pair)};
  for (int i = 0; i < 2; i++)
    portal_store_run(call->store, "DELETE FROM links WHERE from_type = ? AND from_id = ? AND to_type = ? AND to_id = ?",
                     "sisi", ways[i].from.key, ways[i].a, ways[i].to.key, ways[i].b);
}

void portal_link_remove_type(portal_call *call, const portal_pair *pair, const portal_type *type) {
  portal_pair back = turned(pair);
  if (type->plain) {
    portal_link_remove(call, pair);
    return;
  }
  delete_row(call, pair, portal_rules_category(type), type->id);
  if (type->inverse) delete_row(call, &back, portal_rules_category(type), type->inverse);
}

static json_t *target_json(int64_t id) {
  return json_pack("{s:I, s:[]}", "toObjectId", (json_int_t)id, "associationTypes");
}

int64_t portal_link_page(portal_call *call, const portal_pair *pair, int64_t limit, int64_t after, json_t *results) {
  sqlite3_stmt *rows = portal_store_select(
      call->store,
      "SELECT l.to_id, l.category, l.type_id FROM links l JOIN records r ON r.type = l.to_type AND r.id = l.to_id "
      "WHERE l.from_type = ? AND l.from_id = ? AND l.to_type = ? AND l.to_id > ? AND r.archived = 0 ORDER BY l.to_id",
      "sisi", pair->from.key, pair->a, pair->to.key, after);
  int64_t current = 0, count = 0, next = 0;
  json_t *target = NULL;
  while (next == 0 && portal_store_row(call->store, rows)) {
    int64_t id = sqlite3_column_int64(rows, 0);
    if (id != current && count++ == limit) {
      next = current;
      break;
    }
    if (id != current) json_array_append_new(results, target = target_json(id));
    current = id;
    portal_type type;
    bool user = strcmp((const char *)sqlite3_column_text(rows, 1), "USER_DEFINED") == 0;
    if (portal_type_load(call->store, user, sqlite3_column_int64(rows, 2), &type))
      json_array_append_new(json_object_get(target, "associationTypes"), portal_type_json(&type));
  }
  sqlite3_finalize(rows);
  return next;
}

static json_t *default_json(const portal_pair *pair, const portal_type *type, int64_t id) {
  json_t *from = json_object(), *to = json_object();
  portal_set_id(from, "id", pair->a);
  portal_set_id(to, "id", pair->b);
  return json_pack("{s:o, s:o, s:{s:s, s:I}}", "from", from, "to", to, "associationSpec", "associationCategory",
                   portal_rules_category(type), "associationTypeId", (json_int_t)id);
}

void portal_default_json(const portal_pair *pair, const portal_type *type, json_t *results) {
  portal_pair back = turned(pair);
  if (type->inverse) json_array_append_new(results, default_json(&back, type, type->inverse));
  json_array_append_new(results, default_json(pair, type, type->id));
}

json_t *portal_pair_json(const portal_pair *pair, const portal_types *types) {
  json_t *labels = json_array();
  for (size_t i = 0; i < types->count; i++)
    if (*types->list[i].label) json_array_append_new(labels, json_string(types->list[i].label));
  return json_pack("{s:s, s:I, s:s, s:I, s:o}", "fromObjectTypeId", pair->from.key, "fromObjectId", (json_int_t)pair->a,
                   "toObjectTypeId", pair->to.key, "toObjectId", (json_int_t)pair->b, "labels", labels);
}
