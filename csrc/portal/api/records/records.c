/* One record: create with associations, read, list, update, archive. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/records/records.h"
#include "portal/api/view.h"
#include "portal/store/records/merge.h"
#include "portal/store/records/need.h"

enum { PAGE_MOST = 100, PAGE_WITH_HISTORY = 50 }; /* records of a page (wire.md, 3.3) */

/* -- creating ----------------------------------------------------------------------------------------------------- */

/* The target's object type is not said: the first type id tells it. */
static const portal_object *target_of(portal_call *call, const json_t *types) {
  const json_t *spec = json_array_get(types, 0);
  portal_id id = {.value = 0};
  if (!portal_require(call, spec, "associationCategory,associationTypeId", 0, 5)) return NULL;
  const json_t *category = json_object_get(spec, "associationCategory");
  if (!json_is_string(category) || !portal_id_of_json(json_object_get(spec, "associationTypeId"), &id)) {
    portal_wrong_type(call->problem, "AssociationSpec", spec);
    return NULL;
  }
  const portal_type *type = portal_read_type(call, json_string_value(category), id.value, call->problem);
  return type ? type->to : NULL;
}

static bool associate(portal_call *call, int64_t id, const json_t *list) {
  size_t i;
  json_t *entry;
  if (!json_is_array(list)) return portal_wrong_type(call->problem, "java.util.ArrayList", list);
  json_array_foreach((json_t *)list, i, entry) {
    portal_call towards = *call;
    portal_id from = {.value = id}, to;
    portal_typeset types;
    portal_pair pair;
    if (!portal_require(call, entry, "to,types", i, 3) || !portal_read_ref(call, entry, "to", &to)) return false;
    json_t *specs = json_object_get(entry, "types");
    if (json_is_array(specs) && json_array_size(specs) == 0) { /* as everywhere else: no target type, and no link */
      if (!portal_read_types(call, specs, call->from, NULL, &types)) return false;
      continue;
    }
    if (!json_is_array(specs)) return portal_wrong_type(call->problem, "java.util.ArrayList", specs);
    towards.to = target_of(call, specs);
    snprintf(from.text, sizeof from.text, "%lld", (long long)id);
    if (!towards.to || !portal_read_types(call, specs, call->from, towards.to, &types) ||
        !portal_link_pair(&towards, &from, &to, &pair, call->problem) ||
        !portal_link_write(&towards, &pair, &types, PORTAL_ADD, call->problem))
      return false;
  }
  return true;
}

bool portal_record_has_needed(portal_call *call, int64_t id, const json_t *properties) {
  if (call->request->version != PORTAL_2026_09) return true;
  return portal_need_check(call->store, call->from, id, properties, call->problem);
}

/* What a success may bring beside the record (csrc/data/wire.md, 3.1); the category is a guess. */
static void warn(const portal_call *call, json_t *record) {
  if (!record || call->request->version != PORTAL_2026_09 || !PORTAL_IS(call->store, WARNINGS, on)) return;
  json_object_set_new(record, "warnings",
                      json_pack("[{s:s, s:{s:[s]}}]", "category", "RECOMMENDED_PROPERTY_MISSING", "context",
                                "propertyName", "hubspot_owner_id"));
}

json_t *portal_record_make(portal_call *call, json_t *body) {
  json_t *given = json_object_get(body, "properties"), *links = json_object_get(body, "associations");
  json_t *properties = given && !json_is_null(given) ? json_incref(given) : json_object();
  portal_view view = {.all = true};
  int64_t id = 0;
  bool fine = portal_properties_read(properties, call->problem) &&
              portal_record_check_required(call->store, call->from, properties, call->problem) &&
              portal_record_insert(call->store, call->from, &id, properties, call->problem) &&
              (!links || json_is_null(links) || associate(call, id, links)) &&
              portal_record_has_needed(call, id, properties);
  json_decref(properties);
  json_t *record = fine ? portal_record_json(call, call->from, id, &view) : NULL;
  warn(call, record);
  return record;
}

bool portal_record_create(portal_call *call) {
  if (!json_is_object(call->json)) return portal_wrong_type(call->problem, "SimplePublicObjectInput", call->json);
  json_t *record = portal_record_make(call, call->json);
  if (!record) return false;
  portal_answer_header(call->answer, "Location", "%.200s/%s", call->request->target,
                       json_string_value(json_object_get(record, "id")));
  call->answer->body = record;
  call->answer->status = 201;
  return true;
}

/* -- finding ------------------------------------------------------------------------------------------------------ */

bool portal_record_find(portal_call *call, const char *text, int64_t *id) {
  const char *property = portal_query(call->request, "idProperty");
  portal_id given = {.value = 0};
  if (property && *property && strcmp(property, "hs_object_id") != 0) {
    *id = portal_record_by_unique(call->store, call->from, property, text);
    return *id || portal_refuse(call->problem, 404, NULL, "resource not found");
  }
  portal_id_of_text(text, &given);
  *id = portal_record_survivor(call->store, call->from, given.value);
  if (*id) return true;
  portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.");
  portal_tell(call->problem, "id", "%s", given.text);
  return false;
}

void portal_view_of_query(portal_call *call, portal_view *view) {
  const portal_form *query = &call->request->query;
  for (size_t i = 0; i < query->count; i++) {
    const char *name = query->pairs[i].name;
    char *value = (char *)query->pairs[i].value; /* the request's own copy: cut in place */
    if (strcmp(name, "properties") == 0) portal_view_properties(view, value);
    if (strcmp(name, "propertiesWithHistory") == 0) portal_view_histories(view, value);
    if (strcmp(name, "associations") == 0) portal_view_linked(call, view, value);
    if (strcmp(name, "archived") == 0) view->archived = strcmp(value, "true") == 0;
  }
}

bool portal_record_get(portal_call *call) {
  portal_view view = {.all = false};
  int64_t id;
  if (!portal_record_find(call, call->request->a, &id)) return false;
  portal_view_of_query(call, &view);
  call->answer->body = portal_record_json(call, call->from, id, &view);
  if (!call->answer->body) return portal_refuse(call->problem, 404, NULL, "resource not found");
  call->answer->status = 200;
  return true;
}

bool portal_record_list(portal_call *call) {
  portal_view view = {.all = false};
  int64_t limit, after;
  if (!portal_read_number(call, "limit", 10, &limit) || !portal_read_number(call, "after", 0, &after)) return false;
  portal_view_of_query(call, &view);
  int most = view.history_count ? PAGE_WITH_HISTORY : PAGE_MOST;
  if (limit < 1 || limit > most)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "limit must be between 1 and %d, got %lld", most,
                         (long long)limit);
  static const char live[] = "SELECT id FROM records INDEXED BY live WHERE object = ? AND id >= ? AND archived IS NULL "
                             "ORDER BY id LIMIT ?",
                    archived[] = "SELECT id FROM records INDEXED BY archived WHERE object = ? AND id >= ? AND archived "
                                 "IS NOT NULL ORDER BY id LIMIT ?";
  sqlite3_stmt *rows =
      tether_sql_query(call->store->sql, view.archived ? archived : live, "iii", call->from->key, after, limit + 1);
  int64_t ids[PAGE_MOST + 1], next = 0;
  size_t count = 0;
  while (tether_sql_next(call->store->sql, rows)) ids[count++] = sqlite3_column_int64(rows, 0);
  if (count == (size_t)limit + 1) next = ids[--count];
  json_t *results = json_array();
  for (size_t i = 0; i < count; i++)
    json_array_append_new(results, portal_record_json(call, call->from, ids[i], &view));
  call->answer->body = json_pack("{s:o}", "results", results);
  if (next) {
    char digits[24], link[300];
    snprintf(digits, sizeof digits, "%lld", (long long)next);
    snprintf(link, sizeof link, "%.*s?limit=%lld&after=%lld", (int)strcspn(call->request->target, "?"),
             call->request->target, (long long)limit, (long long)next);
    json_object_set_new(call->answer->body, "paging",
                        json_pack("{s:{s:s, s:s}}", "next", "after", digits, "link", link));
  }
  call->answer->status = 200;
  return true;
}

/* -- changing ----------------------------------------------------------------------------------------------------- */

bool portal_record_update(portal_call *call) {
  portal_view view = {.all = true};
  json_t *properties = json_object_get(call->json, "properties");
  int64_t id;
  if (!portal_record_find(call, call->request->a, &id) || !portal_require(call, call->json, "properties", 0, 1) ||
      !portal_properties_read(properties, call->problem))
    return false;
  if (portal_record_presence(call->store, call->from, id) != PORTAL_LIVE)
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  if (!portal_record_merge(call->store, call->from, id, properties, call->problem)) return false;
  call->answer->body = portal_record_json(call, call->from, id, &view);
  call->answer->status = 200;
  return call->answer->body != NULL;
}

bool portal_record_archive(portal_call *call) {
  int64_t id;
  if (!portal_record_find(call, call->request->a, &id)) return false;
  if (PORTAL_IS(call->store, SECOND_DELETE, 404) && portal_record_presence(call->store, call->from, id) != PORTAL_LIVE)
    return portal_refuse(call->problem, 404, NULL, "resource not found");
  portal_record_hide(call->store, call->from, id);
  call->answer->status = 204; /* also when it is archived already: no source says otherwise */
  return true;
}

/* -- contacts only: merging and forgetting ------------------------------------------------------------------------ */

static bool read_id(portal_call *call, const char *name, portal_id *id) {
  const json_t *value = json_object_get(call->json, name);
  if (!portal_id_of_json(value, id)) return portal_wrong_type(call->problem, "java.lang.String", value);
  id->value = portal_record_survivor(call->store, call->from, id->value);
  if (portal_record_presence(call->store, call->from, id->value) == PORTAL_LIVE) return true;
  return portal_refuse(call->problem, 404, NULL, "resource not found");
}

/* The survivor has a new id, unless a switch says otherwise, and the ids of both lead there. */
bool portal_record_merge_two(portal_call *call) {
  portal_id into = {.value = 0}, gone = {.value = 0};
  portal_view view = {.all = true};
  portal_store *store = call->store;
  if (!portal_require(call, call->json, "primaryObjectId,objectIdToMerge", 0, 1) ||
      !read_id(call, "primaryObjectId", &into) || !read_id(call, "objectIdToMerge", &gone))
    return false;
  if (into.value == gone.value)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "A record cannot be merged with itself");
  if (!portal_record_absorb(store, call->from, into.value, gone.value, call->problem)) return false;
  if (PORTAL_IS(store, MERGE_ID, new) && !portal_record_renew(store, call->from, &into.value, call->problem))
    return false;
  call->answer->body = portal_record_json(call, call->from, into.value, &view);
  call->answer->status = 200;
  return true;
}

bool portal_record_gdpr_delete(portal_call *call) {
  const char *property = json_string_value(json_object_get(call->json, "idProperty"));
  const char *value = json_string_value(json_object_get(call->json, "objectId"));
  portal_id id = {.value = 0};
  if (!portal_require(call, call->json, "objectId", 0, 1)) return false;
  if (property && value)
    id.value = portal_record_by_unique(call->store, call->from, property, value);
  else
    portal_id_of_json(json_object_get(call->json, "objectId"), &id);
  call->answer->status = 204;
  return portal_record_erase(call->store, call->from, id.value);
}
