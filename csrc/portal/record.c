#include "portal/record.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

/* The properties that a read shows without being asked, beside hs_object_id and the two dates. */
static const struct {
  const char *object, *names;
} usual[] = {
    {"contact", "email,firstname,lastname"},
    {"company", "domain,name"},
    {"deal", "amount,closedate,dealname,dealstage,pipeline"},
    {"ticket", "content,hs_pipeline,hs_pipeline_stage,hs_ticket_category,hs_ticket_priority,subject"},
    {"product", "description,name,price"},
    {"line_item", "amount,hs_product_id,quantity"},
};

static const char *usual_of(const portal_object *object) {
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (strcmp(usual[i].object, object->singular) == 0) return usual[i].names;
  return "";
}

static bool is_usual(const portal_object *object, const char *name) {
  size_t length = strlen(name);
  for (const char *list = usual_of(object); *list;) {
    size_t one = strcspn(list, ",");
    if (one == length && strncmp(list, name, length) == 0) return true;
    list += one + (list[one] == ',');
  }
  return false;
}

static const char *created_name(const portal_object *object) {
  return *usual_of(object) ? "createdate" : "hs_createdate";
}

static const char *updated_name(const portal_object *object) {
  return strcmp(object->singular, "contact") == 0 ? "lastmodifieddate" : "hs_lastmodifieddate";
}

/* -- views -------------------------------------------------------------------------------------------------------- */

void portal_view_properties(portal_view *view, char *list) {
  for (char *rest = list, *name; (name = strsep(&rest, ",")) && view->property_count < PORTAL_ASKED_MOST;)
    if (*name) view->properties[view->property_count++] = name;
}

void portal_view_linked(portal_call *call, portal_view *view, char *list) {
  for (char *rest = list, *name; (name = strsep(&rest, ",")) && view->linked_count < PORTAL_LINKED_MOST;) {
    const portal_object *object = portal_catalog_object(call->app->catalog, name);
    if (object) view->linked[view->linked_count++] = object;
  }
}

/* -- showing ------------------------------------------------------------------------------------------------------ */

static json_t *time_json(int64_t ms) {
  char text[TETHER_CLOCK_ISO];
  tether_clock_iso(ms, text);
  return json_string(text);
}

static bool exists(portal_app *app, const portal_object *object, const char *name) {
  return tether_sql_number(app->sql, 0, "SELECT 1 FROM properties WHERE object = ? AND name = ?", "it", object->key,
                           name) == 1;
}

/* A property without a value is null, one that does not exist is left out (guide). */
static void show(portal_app *app, const portal_object *object, const json_t *stored, json_t *shown, const char *name,
                 bool known) {
  json_t *value = json_object_get(stored, name);
  if (json_object_get(shown, name)) return;
  if (value)
    json_object_set(shown, name, value);
  else if (known || exists(app, object, name))
    json_object_set_new(shown, name, json_null());
}

static json_t *show_properties(portal_app *app, const portal_object *object, json_t *stored, const portal_view *view) {
  json_t *shown = view->all ? json_copy(stored) : json_object();
  const char *always[] = {"hs_object_id", created_name(object), updated_name(object)};
  for (size_t i = 0; i < sizeof always / sizeof *always; i++) show(app, object, stored, shown, always[i], true);
  for (size_t i = 0; i < view->property_count; i++) show(app, object, stored, shown, view->properties[i], false);
  if (view->all || view->property_count > 0) return shown;
  for (const char *name = usual_of(object); *name;) {
    char one[64];
    size_t length = strcspn(name, ",");
    snprintf(one, sizeof one, "%.*s", (int)length, name);
    show(app, object, stored, shown, one, true);
    name += length + (name[length] == ',');
  }
  return shown;
}

/* One entry per type: a pair with two types stands there twice (observed). */
static json_t *show_links(portal_call *call, const portal_object *from, int64_t id, const portal_object *to) {
  sqlite3_stmt *rows = portal_links_query(call->app, from, id, to, 0);
  json_t *results = json_array();
  while (tether_sql_next(call->app->sql, rows)) {
    const portal_type *type = portal_catalog_type(call->app->catalog, sqlite3_column_int64(rows, 1));
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)sqlite3_column_int64(rows, 0));
    if (type) json_array_append_new(results, json_pack("{s:s, s:s}", "id", digits, "type", type->name));
  }
  return results;
}

static json_t *show_all_links(portal_call *call, const portal_object *object, int64_t id, const portal_view *view) {
  json_t *map = json_object();
  for (size_t i = 0; i < view->linked_count; i++) {
    json_t *results = show_links(call, object, id, view->linked[i]);
    if (json_array_size(results) > 0)
      json_object_set_new(map, view->linked[i]->map_key, json_pack("{s:o}", "results", results));
    else
      json_decref(results);
  }
  if (json_object_size(map) > 0) return map;
  json_decref(map);
  return NULL;
}

json_t *portal_record_json(portal_call *call, const portal_object *object, int64_t id, const portal_view *view) {
  portal_app *app = call->app;
  char digits[24];
  sqlite3_stmt *row = tether_sql_query(
      app->sql, "SELECT properties, created, updated, archived FROM records WHERE object = ? AND id = ?", "ii",
      object->key, id);
  if (!tether_sql_next(app->sql, row)) return NULL;
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
      json_pack("{s:s, s:o, s:o, s:o, s:b}", "id", digits, "properties", show_properties(app, object, stored, view),
                "createdAt", time_json(created), "updatedAt", time_json(updated), "archived", archived != 0);
  json_decref(stored);
  if (archived) json_object_set_new(record, "archivedAt", time_json(archived));
  json_t *links = record && view->linked_count ? show_all_links(call, object, id, view) : NULL;
  if (links) json_object_set_new(record, "associations", links);
  return record;
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

bool portal_properties_read(json_t *properties, portal_problem *problem) {
  const char *name;
  json_t *value;
  if (!json_is_object(properties))
    return portal_refuse(problem, 400, "VALIDATION_ERROR", "Property values were not valid: an object is needed");
  json_object_foreach(properties, name, value) {
    char *text = NULL;
    if (json_is_string(value)) continue;
    if (json_is_object(value) || json_is_array(value)) {
      portal_refuse(problem, 400, "VALIDATION_ERROR", "Property values were not valid: %.100s is no text", name);
      portal_tell(problem, "propertyName", "%s", name);
      return false;
    }
    text = json_is_null(value) ? strdup("") : json_dumps(value, JSON_ENCODE_ANY);
    json_object_set_new_nocheck(properties, name, json_string(text ? text : ""));
    free(text);
  }
  return true;
}

bool portal_property_unique(portal_app *app, const portal_object *object, const char *name) {
  if (tether_sql_number(app->sql, 0, "SELECT is_unique FROM properties WHERE object = ? AND name = ?", "it",
                        object->key, name))
    return true;
  return strcmp(object->singular, "contact") == 0 && strcmp(name, "email") == 0;
}

static void fold(const char *value, char *out, size_t size) {
  size_t i = 0;
  for (; value[i] && i + 1 < size; i++) out[i] = (char)tolower((unsigned char)value[i]);
  out[i] = '\0';
}

int64_t portal_record_by_unique(portal_app *app, const portal_object *object, const char *name, const char *value) {
  char folded[400];
  fold(value, folded, sizeof folded);
  return tether_sql_number(app->sql, 0, "SELECT id FROM uniques WHERE object = ? AND name = ? AND value = ?", "itt",
                           object->key, name, folded);
}

static bool claim_uniques(portal_app *app, const portal_object *object, int64_t id, const json_t *properties,
                          portal_problem *problem) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    char folded[400];
    if (!portal_property_unique(app, object, name)) continue;
    int64_t holder = portal_record_by_unique(app, object, name, json_string_value(value));
    if (holder && holder != id)
      return portal_refuse(problem, 409, "CONFLICT", "%c%s already exists. Existing ID: %lld",
                           toupper((unsigned char)*object->singular), object->singular + 1, (long long)holder);
    tether_sql_do(app->sql, "DELETE FROM uniques WHERE object = ? AND name = ? AND id = ?", "iti", object->key, name,
                  id);
    fold(json_string_value(value), folded, sizeof folded);
    if (*folded)
      tether_sql_do(app->sql, "INSERT INTO uniques VALUES(?, ?, ?, ?)", "itti", object->key, name, folded, id);
  }
  return true;
}

static void learn_names(portal_app *app, const portal_object *object, const json_t *properties) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    tether_sql_do(app->sql, "INSERT OR IGNORE INTO properties VALUES(?, ?, 0)", "it", object->key, name);
  }
}

/* Keeps what is not empty: an empty text clears a property (guide). */
static bool store(portal_app *app, const portal_object *object, int64_t id, const json_t *properties, int64_t created) {
  json_t *kept = json_object(), *value;
  const char *name;
  json_object_foreach((json_t *)properties, name, value) {
    if (*json_string_value(value)) json_object_set(kept, name, value);
  }
  char *text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);
  json_decref(kept);
  if (text)
    tether_sql_do(app->sql, "INSERT OR REPLACE INTO records VALUES(?, ?, ?, ?, ?, NULL)", "iitii", object->key, id,
                  text, created, portal_now_ms(app));
  free(text);
  return text != NULL;
}

/* A contact needs a name or an email, a company a name or a domain (guide). */
static bool check_required(portal_app *app, const portal_object *object, const json_t *properties,
                           portal_problem *problem) {
  static const struct {
    const char *object, *names[3];
  } needed[] = {{"contact", {"email", "firstname", "lastname"}}, {"company", {"name", "domain", "name"}}};
  for (size_t i = 0; app->switches[PORTAL_REQUIRED] && i < sizeof needed / sizeof *needed; i++) {
    if (strcmp(needed[i].object, object->singular) != 0) continue;
    bool given = false;
    for (size_t k = 0; k < 3; k++) given = given || json_object_get(properties, needed[i].names[k]);
    if (!given)
      return portal_refuse(problem, 400, "VALIDATION_ERROR",
                           "Error creating %s. Some required properties were not set.", object->internal);
  }
  return true;
}

static bool check_known(portal_app *app, const portal_object *object, const json_t *properties,
                        portal_problem *problem) {
  const char *name;
  json_t *value;
  if (app->switches[PORTAL_UNKNOWN_PROPERTIES] == 0) return true;
  json_object_foreach((json_t *)properties, name, value) {
    if (is_usual(object, name) || exists(app, object, name)) continue;
    portal_refuse(problem, 400, "VALIDATION_ERROR",
                  "Property values were not valid: [{\"isValid\":false,\"message\":"
                  "\"Property \\\"%.80s\\\" does not exist\",\"error\":\"PROPERTY_DOESNT_EXIST\",\"name\":\"%.80s\"}]",
                  name, name);
    portal_tell(problem, "propertyName", "%s", name);
    return false;
  }
  return true;
}

bool portal_record_insert(portal_app *app, const portal_object *object, int64_t *id, const json_t *properties,
                          portal_problem *problem) {
  if (*id == 0) *id = app->next_id;
  if (!check_required(app, object, properties, problem) || !check_known(app, object, properties, problem)) return false;
  if (!claim_uniques(app, object, *id, properties, problem)) return false;
  if (*id >= app->next_id) app->next_id = *id + 1;
  learn_names(app, object, properties);
  return store(app, object, *id, properties, portal_now_ms(app));
}

bool portal_record_merge(portal_app *app, const portal_object *object, int64_t id, const json_t *properties,
                         portal_problem *problem) {
  sqlite3_stmt *row = tether_sql_query(app->sql, "SELECT properties, created FROM records WHERE object = ? AND id = ?",
                                       "ii", object->key, id);
  if (!tether_sql_next(app->sql, row)) return portal_refuse(problem, 404, NULL, "resource not found");
  json_t *stored = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
  int64_t created = sqlite3_column_int64(row, 1);
  tether_sql_end(row);
  bool fine =
      stored && check_known(app, object, properties, problem) && claim_uniques(app, object, id, properties, problem);
  if (fine) {
    json_object_update(stored, (json_t *)properties);
    learn_names(app, object, properties);
    fine = store(app, object, id, stored, created);
  }
  json_decref(stored);
  return fine;
}
