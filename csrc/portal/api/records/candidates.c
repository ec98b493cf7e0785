#include "portal/api/records/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "portal/api/read.h"
#include "portal/api/records/filter.h"
#include "portal/store/records/facet.h"
#include "portal/store/records/record.h"
#include "portal/store/records/value.h"
#include "portal/store/records/walk.h"

static int by_value(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

void portal_ids_sort(portal_ids *ids) {
  if (ids->count > 1) qsort(ids->list, ids->count, sizeof *ids->list, by_value);
}

static void add(portal_call *call, portal_ids *ids, int64_t id) {
  if (tether_grow(&ids->list, &ids->capacity, ids->count + 1, sizeof *ids->list))
    ids->list[ids->count++] = id;
  else
    call->store->short_of_memory = true; /* the request fails */
}

/* The records that are linked to one with this id. */
static void add_linked(portal_call *call, const char *type, const json_t *value, portal_ids *ids) {
  const portal_object *to = portal_catalog_object(call->store->catalog, type);
  portal_id id = {.value = 0};
  portal_id_of_json(value, &id);
  int64_t target = id.value ? portal_record_survivor(call->store, to, id.value) : 0;
  portal_walk walk;
  portal_target reached;
  if (!target) return;
  portal_walk_begin(&walk, call->store, to, target, call->from, 0);
  while (portal_walk_next(&walk, &reached)) add(call, ids, reached.id);
  portal_walk_end(&walk);
}

static void add_having(portal_call *call, const char *name, const char *value, portal_ids *ids) {
  char key[PORTAL_VALUE_KEY];
  portal_value_key(value, key);
  sqlite3_stmt *rows = portal_facets_query(call->store, call->from, name, key);
  while (tether_sql_next(call->store->sql, rows)) add(call, ids, sqlite3_column_int64(rows, 0));
}

/* These are made while a record is shown: no index has them. */
static bool is_made(const char *name) {
  static const char *const made[] = {"createdate", "hs_createdate", "lastmodifieddate", "hs_lastmodifieddate"};
  for (size_t i = 0; i < sizeof made / sizeof *made; i++)
    if (strcmp(made[i], name) == 0) return true;
  return false;
}

/* Whether an index knows the records that meet a filter: of few values, and positive. */
static bool has_index(const json_t *filter) {
  const char *how = json_string_value(json_object_get(filter, "operator"));
  return (strcmp(how, "EQ") == 0 || strcmp(how, "IN") == 0) &&
         !is_made(json_string_value(json_object_get(filter, "propertyName")));
}

static void add_meeting(portal_call *call, const json_t *filter, portal_ids *ids) {
  const char *name = json_string_value(json_object_get(filter, "propertyName"));
  const char *type = portal_filter_linked(call, filter);
  json_t *values = portal_filter_values(filter), *value;
  size_t i;
  json_array_foreach(values, i, value) {
    portal_id id = {.value = 0};
    if (type)
      add_linked(call, type, value, ids);
    else if (strcmp(name, "hs_object_id") != 0)
      add_having(call, name, json_string_value(value), ids);
    else if (portal_id_of_json(value, &id) && id.value)
      add(call, ids, id.value);
  }
  json_decref(values);
}

static const json_t *indexed(const json_t *group) {
  json_t *filter;
  size_t i;
  json_array_foreach(json_object_get(group, "filters"), i, filter) {
    if (has_index(filter)) return filter;
  }
  return NULL;
}

bool portal_candidates(portal_call *call, const json_t *groups, portal_ids *ids) {
  json_t *group;
  size_t i;
  json_array_foreach((json_t *)groups, i, group) {
    if (!indexed(group)) return false;
  }
  json_array_foreach((json_t *)groups, i, group) { add_meeting(call, indexed(group), ids); }
  return json_array_size(groups) > 0;
}
