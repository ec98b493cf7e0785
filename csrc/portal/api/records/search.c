/* Search: filters, a query word, one sort, pages. Every live record of the type is looked at unless each group has a
 * condition that an index answers. */
#define _GNU_SOURCE /* strcasestr */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/records/candidates.h"
#include "portal/api/records/filter.h"
#include "portal/api/records/records.h"
#include "portal/store/records/property.h"
#include "portal/store/records/value.h"

enum {
  GROUPS_MOST = 5,
  FILTERS_MOST = 6,
  ALL_FILTERS_MOST = 18,
  QUERY_MOST = 3000,
  PAGE_MOST = 200,
  HITS_MOST = 10000
};

/* The pseudo property associations.{objectType}: whether a link to one of the ids exists; without ids, to anything. */
static bool is_linked(portal_call *call, int64_t id, const portal_object *to, const json_t *ids) {
  size_t i;
  json_t *value;
  const portal_type *plain = portal_catalog_plain(call->store->catalog, call->from, to);
  if (!ids) return plain && portal_links_first(call->store, plain, id) != 0;
  json_array_foreach((json_t *)ids, i, value) {
    portal_id target = {.value = 0};
    portal_id_of_json(value, &target);
    portal_pair pair = {.from = call->from, .to = to, .from_id = id};
    pair.to_id = target.value ? portal_record_survivor(call->store, to, target.value) : 0;
    if (pair.to_id && portal_links_any(call->store, &pair)) return true;
  }
  return false;
}

static bool linked(portal_call *call, int64_t id, const json_t *filter, const char *type) {
  const char *name = json_string_value(json_object_get(filter, "operator"));
  json_t *ids = portal_filter_values(filter);
  bool found = is_linked(call, id, portal_catalog_object(call->store->catalog, type), ids);
  json_decref(ids);
  return strncmp(name, "N", 1) == 0 ? !found : found; /* NEQ, NOT_IN, NOT_HAS_PROPERTY */
}

/* -- the whole ---------------------------------------------------------------------------------------------------- */

static bool group_holds(portal_call *call, int64_t id, const json_t *properties, const json_t *group) {
  size_t i;
  json_t *filter;
  json_array_foreach(json_object_get(group, "filters"), i, filter) {
    const char *name = json_string_value(json_object_get(filter, "propertyName"));
    const char *type = portal_filter_linked(call, filter);
    bool fine = type ? linked(call, id, filter, type)
                     : portal_filter_holds(filter, json_string_value(json_object_get(properties, name)),
                                           portal_property_exact(call->store, call->from, name));
    if (!fine) return false;
  }
  return true;
}

static bool query_holds(const json_t *properties, const char *query) {
  const char *name;
  json_t *value;
  if (!query || !*query) return true;
  json_object_foreach((json_t *)properties, name, value) {
    if (json_is_string(value) && strcasestr(json_string_value(value), query)) return true;
  }
  return false;
}

static bool hit(portal_call *call, int64_t id, const json_t *properties) {
  json_t *groups = json_object_get(call->json, "filterGroups"), *group;
  size_t i;
  if (!query_holds(properties, json_string_value(json_object_get(call->json, "query")))) return false;
  json_array_foreach(groups, i, group) {
    if (group_holds(call, id, properties, group)) return true;
  }
  return json_array_size(groups) == 0;
}

/* `filters` at the top is one group (csrc/data/wire.md, 3.6); it takes the place of filterGroups in the body. */
static bool gather(portal_call *call) {
  json_t *filters = json_object_get(call->json, "filters"), *groups = json_object_get(call->json, "filterGroups");
  if (groups && !json_is_null(groups) && !json_is_array(groups))
    return portal_wrong_type(call->problem, "java.util.ArrayList", groups);
  if (!filters || json_is_null(filters)) return true;
  if (!json_is_array(filters)) return portal_wrong_type(call->problem, "java.util.ArrayList", filters);
  if (json_array_size(filters) > 0 && json_array_size(groups) > 0)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "filters and filterGroups cannot stand together");
  return json_array_size(filters) == 0 ||
         json_object_set_new(call->json, "filterGroups", json_pack("[{s:O}]", "filters", filters)) == 0;
}

static bool check_groups(portal_call *call) {
  if (!gather(call)) return false;
  json_t *groups = json_object_get(call->json, "filterGroups"), *group, *filter;
  size_t i, k, all = 0;
  json_array_foreach(groups, i, group) {
    json_t *filters = json_object_get(group, "filters");
    if (!json_is_array(filters)) return portal_wrong_type(call->problem, "java.util.ArrayList", filters);
    all += json_array_size(filters);
    if (json_array_size(filters) > FILTERS_MOST) all = ALL_FILTERS_MOST + 1;
    json_array_foreach(filters, k, filter) {
      if (!portal_filter_check(call, filter)) return false;
    }
  }
  if (json_array_size(groups) <= GROUPS_MOST && all <= ALL_FILTERS_MOST) return true;
  return portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                       "At most %d filter groups of %d filters, %d in all, are supported", GROUPS_MOST, FILTERS_MOST,
                       ALL_FILTERS_MOST);
}

typedef struct found {
  int64_t id;
  char *key; /* the value that is sorted by; NULL: none */
} found;

typedef struct hits {
  found *list;
  size_t count, capacity;
} hits;

static bool add_hit(hits *all, int64_t id, const char *key) {
  if (!tether_grow(&all->list, &all->capacity, all->count + 1, sizeof *all->list)) return false;
  all->list[all->count++] = (found){.id = id, .key = key ? strdup(key) : NULL};
  return true;
}

static int by_key(const void *a, const void *b) {
  const found *x = a, *y = b;
  int order = portal_value_compare(x->key ? x->key : "", y->key ? y->key : "");
  return order ? order : x->id < y->id ? -1 : x->id > y->id;
}

/* "createdate" or "-createdate", or { propertyName, direction } as v3's clients send. */
static const char *sort_of(const json_t *body, bool *descending) {
  const json_t *sort = json_array_get(json_object_get(body, "sorts"), 0);
  const char *direction = json_string_value(json_object_get(sort, "direction"));
  const char *name =
      json_is_object(sort) ? json_string_value(json_object_get(sort, "propertyName")) : json_string_value(sort);
  *descending = (direction && strcmp(direction, "DESCENDING") == 0) || (name && *name == '-');
  return name && *name == '-' ? name + 1 : name;
}

static int by_id(const void *a, const void *b) {
  const found *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* Looks at one record; false: no memory. Without a condition and a sort its properties are not needed. */
static bool look(portal_call *call, hits *all, int64_t id, const char *sort) {
  portal_view view = {.all = true};
  json_t *groups = json_object_get(call->json, "filterGroups"), *query = json_object_get(call->json, "query");
  if (!sort && json_array_size(groups) == 0 && !json_is_string(query)) return add_hit(all, id, NULL);
  json_t *record = portal_record_json(call, call->from, id, &view);
  const json_t *properties = json_object_get(record, "properties");
  bool fine = !record || !hit(call, id, properties) ||
              add_hit(all, id, sort ? json_string_value(json_object_get(properties, sort)) : NULL);
  json_decref(record);
  return fine;
}

/* Whether a record is live, and was written long enough ago to be found. */
static bool is_visible(portal_call *call, int64_t id, int64_t until) {
  return tether_sql_number(call->store->sql, 0,
                           "SELECT 1 FROM records WHERE object = ? AND id = ? AND archived IS NULL AND updated <= ?",
                           "iii", call->from->key, id, until) == 1;
}

static bool look_at_all(portal_call *call, hits *all, int64_t until, const char *sort) {
  bool fine = true;
  sqlite3_stmt *rows = tether_sql_query(
      call->store->sql, "SELECT id FROM records WHERE object = ? AND archived IS NULL AND updated <= ? ORDER BY id",
      "ii", call->from->key, until);
  while (fine && tether_sql_next(call->store->sql, rows)) fine = look(call, all, sqlite3_column_int64(rows, 0), sort);
  tether_sql_end(rows);
  return fine;
}

/* Only the records that an index names, each once. */
static bool look_at(portal_call *call, hits *all, portal_ids *named, int64_t until, const char *sort) {
  bool fine = true;
  portal_ids_sort(named);
  for (size_t i = 0; fine && i < named->count; i++)
    if ((i == 0 || named->list[i] != named->list[i - 1]) && is_visible(call, named->list[i], until))
      fine = look(call, all, named->list[i], sort);
  return fine;
}

static bool collect(portal_call *call, hits *all) {
  bool descending;
  const char *sort = sort_of(call->json, &descending);
  int64_t until = portal_now_ms(&call->store->clock) - call->store->switches[PORTAL_SEARCH_DELAY] * 1000;
  portal_ids named = {.count = 0};
  bool indexed = portal_candidates(call, json_object_get(call->json, "filterGroups"), &named);
  bool fine = indexed ? look_at(call, all, &named, until, sort) : look_at_all(call, all, until, sort);
  free(named.list);
  if (all->count > 1) qsort(all->list, all->count, sizeof *all->list, sort ? by_key : by_id);
  for (size_t i = 0; descending && i < all->count / 2; i++) {
    found swap = all->list[i];
    all->list[i] = all->list[all->count - 1 - i];
    all->list[all->count - 1 - i] = swap;
  }
  return fine;
}

static bool read_after(portal_call *call, int64_t *after) {
  const json_t *from = json_object_get(call->json, "after");
  portal_id start = {.value = 0};
  *after = 0;
  if (!from || json_is_null(from)) return true;
  bool whole = portal_id_of_json(from, &start) && (start.value > 0 || strcmp(start.text, "0") == 0);
  *after = start.value;
  return whole || strcmp(start.text, "") == 0 ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "after must be an integer, got %s", start.text);
}

static bool read_page(portal_call *call, int64_t *limit, int64_t *after) {
  const json_t *given = json_object_get(call->json, "limit");
  const char *query = json_string_value(json_object_get(call->json, "query"));
  *limit = json_is_integer(given) ? json_integer_value(given) : 10;
  if (!read_after(call, after)) return false;
  if (*limit < 1 || *limit > PAGE_MOST)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "limit must be between 1 and %d", PAGE_MOST);
  if (*after >= HITS_MOST)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Only the first %d results can be paged", HITS_MOST);
  if (query && strlen(query) > QUERY_MOST)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "query may have at most %d characters", QUERY_MOST);
  return json_array_size(json_object_get(call->json, "sorts")) <= 1 ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "At most one sort is supported");
}

static void show(portal_call *call, const hits *all, int64_t limit, int64_t after) {
  portal_view view = {.all = false};
  json_t *names = json_object_get(call->json, "properties"), *name, *results = json_array();
  size_t i, end = (size_t)after + (size_t)limit;
  json_array_foreach(names, i, name) {
    if (json_is_string(name) && view.property_count < PORTAL_ASKED_MOST)
      view.properties[view.property_count++] = json_string_value(name);
  }
  for (i = (size_t)after; i < end && i < all->count; i++)
    json_array_append_new(results, portal_record_json(call, call->from, all->list[i].id, &view));
  call->answer->body = json_pack("{s:I, s:o}", "total", (json_int_t)all->count, "results", results);
  if (end < all->count) {
    char digits[24];
    snprintf(digits, sizeof digits, "%zu", end);
    json_object_set_new(call->answer->body, "paging", json_pack("{s:{s:s}}", "next", "after", digits));
  }
  call->answer->status = 200;
}

bool portal_record_search(portal_call *call) {
  hits all = {.count = 0};
  int64_t limit, after;
  if (!json_is_object(call->json)) return portal_wrong_type(call->problem, "PublicObjectSearchRequest", call->json);
  if (!read_page(call, &limit, &after) || !check_groups(call)) return false;
  bool fine = collect(call, &all);
  if (fine) show(call, &all, limit, after);
  for (size_t i = 0; i < all.count; i++) free(all.list[i].key);
  free(all.list);
  return fine;
}
