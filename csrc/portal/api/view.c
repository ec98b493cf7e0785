#include "portal/api/view.h"
#include "portal/store/records/property.h"
#include "portal/store/records/walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "portal/message/cursor.h"

static const char *created_name(const portal_object *object) {
  return *portal_usual_properties(object) ? "createdate" : "hs_createdate";
}

static const char *updated_name(const portal_object *object) {
  return strcmp(object->singular, "contact") == 0 ? "lastmodifieddate" : "hs_lastmodifieddate";
}

/* -- views -------------------------------------------------------------------------------------------------------- */

void portal_view_properties(portal_view *view, char *list) {
  for (char *rest = list, *name; (name = strsep(&rest, ",")) && view->property_count < PORTAL_ASKED_MOST;)
    if (*name) view->properties[view->property_count++] = name;
}

void portal_view_histories(portal_view *view, char *list) {
  for (char *rest = list, *name; (name = strsep(&rest, ",")) && view->history_count < PORTAL_HISTORIES_MOST;)
    if (*name) view->histories[view->history_count++] = name;
}

void portal_view_linked(portal_call *call, portal_view *view, char *list) {
  for (char *rest = list, *name; (name = strsep(&rest, ",")) && view->linked_count < PORTAL_LINKED_MOST;) {
    const portal_object *object = portal_catalog_object(call->store->catalog, name);
    if (object) view->linked[view->linked_count++] = object;
  }
}

/* -- showing ------------------------------------------------------------------------------------------------------ */

static json_t *time_json(int64_t ms) {
  char text[TETHER_CLOCK_ISO];
  tether_clock_iso(ms, text);
  return json_string(text);
}

/* A property without a value is null, one that does not exist is left out (wire.md, 3.2). */
static void show(portal_store *store, const portal_object *object, const json_t *stored, json_t *shown,
                 const char *name, bool known) {
  json_t *value = json_object_get(stored, name);
  if (json_object_get(shown, name)) return;
  if (value)
    json_object_set(shown, name, value);
  else if (known || portal_property_exists(store, object, name))
    json_object_set_new(shown, name, json_null());
}

/* Every value that asked-for properties had, the newest first. */
static json_t *show_history(portal_store *store, const portal_object *object, int64_t id, const portal_view *view) {
  json_t *all = json_object();
  for (size_t i = 0; i < view->history_count; i++) {
    const char *name = view->histories[i];
    json_t *values = json_array();
    sqlite3_stmt *rows = tether_sql_query(
        store->sql,
        "SELECT value, at FROM history WHERE object = ? AND id = ? AND name = ? ORDER BY at DESC, rowid DESC", "iit",
        object->key, id, name);
    while (tether_sql_next(store->sql, rows))
      json_array_append_new(values, json_pack("{s:s, s:o, s:s}", "value", sqlite3_column_text(rows, 0), "timestamp",
                                              time_json(sqlite3_column_int64(rows, 1)), "sourceType", "INTEGRATION"));
    if (json_array_size(values) > 0 || portal_property_exists(store, object, name))
      json_object_set_new(all, name, values);
    else
      json_decref(values);
  }
  return all;
}

static json_t *show_properties(portal_store *store, const portal_object *object, json_t *stored,
                               const portal_view *view) {
  json_t *shown = view->all ? json_copy(stored) : json_object();
  const char *always[] = {"hs_object_id", created_name(object), updated_name(object)};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++) show(store, object, stored, shown, always[i], true);
  for (size_t i = 0; i < view->property_count; i++) show(store, object, stored, shown, view->properties[i], false);
  if (view->all || view->property_count > 0) return shown;
  for (const char *name = portal_usual_properties(object); *name;) {
    char id_text[64];
    size_t length = strcspn(name, ",");
    snprintf(id_text, sizeof id_text, "%.*s", (int)length, name);
    show(store, object, stored, shown, id_text, true);
    name += length + (name[length] == ',');
  }
  return shown;
}

static void add_target(portal_store *store, json_t *results, const portal_target *target) {
  const portal_set *set = portal_links_types(store, target->set);
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)target->id);
  for (size_t i = 0; set && i < set->count; i++)
    if (set->types[i])
      json_array_append_new(results, json_pack("{s:s, s:s}", "id", digits, "type", set->types[i]->name));
}

/* One entry per type: a pair with two types stands there twice (wire.md, 3.2). At most a page of targets: *last is the
 * last one when there are more, else 0. */
static json_t *show_links(portal_call *call, const portal_object *from, int64_t id, const portal_object *to,
                          int64_t *last) {
  portal_walk walk;
  portal_target target = {.id = 0};
  json_t *results = json_array();
  int64_t targets = 0, before = 0;
  *last = 0;
  portal_walk_begin(&walk, call->store, from, id, to, 0);
  while (portal_walk_next(&walk, &target)) {
    if (targets++ == call->store->switches[PORTAL_PAGE]) {
      *last = before;
      break;
    }
    add_target(call->store, results, &target);
    before = target.id;
  }
  portal_walk_end(&walk);
  return results;
}

/* The rest is in the record's list of associations. */
static json_t *paging_json(portal_call *call, int64_t id, const portal_object *to, int64_t last) {
  char cursor[PORTAL_CURSOR], link[TETHER_CEILING_PATH];
  const portal_request *request = call->request;
  int path = (int)strcspn(request->target, "?");
  portal_cursor_write(to->type_id, last, cursor);
  if (request->a)
    snprintf(link, sizeof link, "%.*s/associations/%s?after=%s", path, request->target, to->plural, cursor);
  else
    snprintf(link, sizeof link, "%.*s/%lld/associations/%s?after=%s", path, request->target, (long long)id, to->plural,
             cursor);
  return json_pack("{s:{s:s, s:s}}", "next", "after", cursor, "link", link);
}

static json_t *show_all_links(portal_call *call, const portal_object *object, int64_t id, const portal_view *view) {
  json_t *map = json_object();
  for (size_t i = 0; i < view->linked_count; i++) {
    const portal_object *to = view->linked[i];
    int64_t last;
    json_t *entry = json_pack("{s:o}", "results", show_links(call, object, id, to, &last));
    if (last) json_object_set_new(entry, "paging", paging_json(call, id, to, last));
    if (json_array_size(json_object_get(entry, "results")) > 0) json_object_set(map, to->map_key, entry);
    json_decref(entry);
  }
  if (json_object_size(map) > 0) return map;
  json_decref(map);
  return NULL;
}

json_t *portal_record_json(portal_call *call, const portal_object *object, int64_t id, const portal_view *view) {
  portal_store *store = call->store;
  char digits[24];
  sqlite3_stmt *row = tether_sql_query(
      store->sql, "SELECT properties, created, updated, archived FROM records WHERE object = ? AND id = ?", "ii",
      object->key, id);
  if (!tether_sql_next(store->sql, row)) return NULL;
  json_t *stored = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
  int64_t created = sqlite3_column_int64(row, 1), updated = sqlite3_column_int64(row, 2);
  int64_t archived = sqlite3_column_int64(row, 3);
  tether_sql_end(row);
  if (!stored || (archived != 0) != view->archived) {
    json_decref(stored);
    return NULL;
  }
  snprintf(digits, sizeof digits, "%lld", (long long)id);
  json_object_set_new(stored, "hs_object_id", json_string(digits));
  json_object_set_new(stored, created_name(object), time_json(created));
  json_object_set_new(stored, updated_name(object), time_json(updated));
  json_t *record =
      json_pack("{s:s, s:o, s:o, s:o, s:b}", "id", digits, "properties", show_properties(store, object, stored, view),
                "createdAt", time_json(created), "updatedAt", time_json(updated), "archived", archived != 0);
  json_decref(stored);
  if (archived) json_object_set_new(record, "archivedAt", time_json(archived));
  json_t *links = record && view->linked_count ? show_all_links(call, object, id, view) : NULL;
  if (links) json_object_set_new(record, "associations", links);
  if (record && view->history_count)
    json_object_set_new(record, "propertiesWithHistory", show_history(store, object, id, view));
  return record;
}
