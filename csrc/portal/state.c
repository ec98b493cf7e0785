#include "portal/state.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "portal/labels.h"
#include "portal/link.h"
#include "portal/record.h"
#include "portal/route.h"
#include "portal/schemas.h"

/* A line is worked like a request, by the functions that requests are worked by. */

static const char *text_of(const json_t *line, const char *name) {
  return json_string_value(json_object_get(line, name));
}

static bool read_object(portal_call *call, const json_t *line, const char *name, const portal_object **object) {
  const char *text = text_of(line, name);
  *object = text ? portal_catalog_object(call->app->catalog, text) : NULL;
  return *object ||
         portal_refuse(call->problem, 400, NULL, "%s: there is no object type %.60s", name, text ? text : "(none)");
}

static bool read_pair_of_types(portal_call *call, const json_t *line) {
  return read_object(call, line, "from", &call->from) && read_object(call, line, "to", &call->to);
}

/* A custom object that nobody defined comes into being with its first record: 2-33. */
static bool define(portal_call *call, const char *type_id) {
  char name[40];
  int64_t number;
  if (!type_id || strncmp(type_id, "2-", 2) != 0 || !tether_id_parse(type_id + 2, strlen(type_id + 2), &number) ||
      portal_catalog_object(call->app->catalog, type_id))
    return true;
  snprintf(name, sizeof name, "object_%lld", (long long)number);
  tether_sql_do(call->app->sql, "INSERT INTO objects VALUES(?, ?, ?, ?, NULL)", "ittt", number, name, name, name);
  return portal_catalog_add_object(call->app->catalog, number, name, name, name);
}

static bool read_record(portal_call *call, const json_t *line) {
  json_t *properties = json_object_get(line, "properties");
  portal_id id = {.value = 0};
  const json_t *given = json_object_get(line, "id");
  if (!define(call, text_of(line, "type")) || !read_object(call, line, "type", &call->from)) return false;
  if (given && (!portal_id_of_json(given, &id) || !id.value))
    return portal_refuse(call->problem, 400, NULL, "id: a positive integer is needed");
  if (id.value && portal_record_presence(call->app, call->from, id.value) != PORTAL_ABSENT)
    return true; /* stays as it is */
  properties = properties ? json_incref(properties) : json_object();
  bool fine = portal_properties_read(properties, call->problem) &&
              portal_record_insert(call->app, call->from, &id.value, properties, call->problem);
  json_decref(properties);
  return fine;
}

static bool read_schema(portal_call *call, const json_t *line) {
  return portal_schema_make(call, line, json_integer_value(json_object_get(line, "number")));
}

/* What HubSpot's own pages make of a label: lower case, underscores. */
static void name_of(const char *label, char *name, size_t size) {
  size_t i = 0;
  for (; label[i] && i + 1 < size; i++) name[i] = (char)(isalnum((unsigned char)label[i]) ? tolower(label[i]) : '_');
  name[i] = '\0';
}

static bool read_label(portal_call *call, const json_t *line) {
  char made[200];
  portal_label label = {.text = text_of(line, "label"),
                        .inverse_text = text_of(line, "inverseLabel"),
                        .name = text_of(line, "name"),
                        .id = json_integer_value(json_object_get(line, "id")),
                        .inverse_id = json_integer_value(json_object_get(line, "inverseId"))};
  if (!read_pair_of_types(call, line)) return false;
  if (!label.name) name_of(label.text ? label.text : "plain", made, sizeof made);
  if (!label.name) label.name = made;
  for (int i = 0; i < 2; i++) {
    int64_t id = i ? label.inverse_id : label.id;
    if (id < 0 || (id && portal_catalog_type(call->app->catalog, -id)))
      return portal_refuse(call->problem, 400, NULL, "the label id %lld is taken", (long long)id);
  }
  return portal_label_make(call->app, call->from, call->to, &label, call->problem);
}

/* A type by id (HubSpot's), by label, or by category and id. */
static portal_type *read_type(portal_call *call, const json_t *given) {
  size_t count;
  portal_type *const *types = portal_catalog_types(call->app->catalog, &count);
  const char *label = json_string_value(given), *category = json_is_object(given) ? text_of(given, "category") : NULL;
  for (size_t i = 0; label && i < count; i++) {
    portal_type *type = types[i];
    if (type->from == call->from && type->to == call->to && type->label && strcmp(type->label, label) == 0) return type;
  }
  int64_t id = json_integer_value(category ? json_object_get(given, "typeId") : given);
  portal_type *type = id ? portal_read_type(call, category ? category : "HUBSPOT_DEFINED", id, call->problem) : NULL;
  if (type && portal_check_direction(type, call->from, call->to, call->problem)) return type;
  if (call->problem->status == 0) portal_refuse(call->problem, 400, NULL, "there is no such type or label");
  return NULL;
}

static bool read_link(portal_call *call, const json_t *line) {
  portal_id a = {.value = 0}, b = {.value = 0};
  portal_pair pair;
  portal_typeset types = {.count = 0};
  json_t *given = json_object_get(line, "types"), *one;
  size_t i;
  if (!read_pair_of_types(call, line)) return false;
  if (!portal_id_of_json(json_object_get(line, "fromId"), &a) || !portal_id_of_json(json_object_get(line, "toId"), &b))
    return portal_refuse(call->problem, 400, NULL, "fromId and toId are needed");
  json_array_foreach(given, i, one) {
    const portal_type *type = read_type(call, one);
    if (!type) return false;
    portal_typeset_add(&types, type);
  }
  if (types.count == 0) portal_typeset_add(&types, portal_link_plain(call, call->from, call->to));
  return types.count > 0 && portal_link_pair(call, &a, &b, &pair, call->problem) &&
         portal_link_write(call, &pair, &types, PORTAL_ADD, call->problem);
}

static bool read_limit(portal_call *call, const json_t *line) {
  if (!read_pair_of_types(call, line)) return false;
  portal_type *type = read_type(call, json_object_get(line, "type"));
  return type && portal_limit_set(call->app, type, json_integer_value(json_object_get(line, "most")), call->problem);
}

static bool read_line(portal_call *call, const char *text, size_t length) {
  static const struct {
    const char *kind;
    bool (*read)(portal_call *call, const json_t *line);
  } kinds[] = {{"schema", read_schema},
               {"record", read_record},
               {"label", read_label},
               {"link", read_link},
               {"limit", read_limit}};
  json_error_t error;
  json_t *line = json_loadb(text, length, 0, &error);
  if (!line) return portal_refuse(call->problem, 400, NULL, "no JSON: %s", error.text);
  const char *kind = text_of(line, "kind");
  bool known = false, fine = false;
  for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].kind, kind) != 0) continue;
    known = true;
    fine = kinds[i].read(call, line);
  }
  if (!known) portal_refuse(call->problem, 400, NULL, "kind: schema, record, label, link or limit is needed");
  json_decref(line);
  return fine;
}

static bool is_blank(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!isspace((unsigned char)text[i])) return false;
  return true;
}

static bool read_lines(portal_app *app, const char *lines, size_t length, tether_error *error) {
  const char *end = lines + length;
  for (int64_t number = 1; lines < end; number++) {
    const char *stop = memchr(lines, '\n', (size_t)(end - lines));
    size_t size = (size_t)((stop ? stop : end) - lines);
    portal_problem problem = {.status = 0};
    portal_call call = {.app = app, .problem = &problem};
    bool fine = is_blank(lines, size) || read_line(&call, lines, size);
    if (!fine) tether_fail_at(error, TETHER_INVALID, number, "line %lld: %s", (long long)number, problem.message);
    portal_problem_clear(&problem);
    if (!fine) return false;
    lines += size + 1;
  }
  return true;
}

bool portal_state_read(portal_app *app, const char *lines, size_t length, tether_error *error) {
  tether_sql_script(app->sql, "BEGIN");
  bool fine = read_lines(app, lines, length, error);
  if (fine && tether_sql_script(app->sql, "COMMIT")) return true;
  tether_sql_failed(app->sql, error);
  tether_sql_forgive(app->sql);
  tether_sql_script(app->sql, "ROLLBACK");
  tether_sql_forgive(app->sql);
  portal_app_reload(app);
  return false;
}

bool portal_state_reports(portal_app *app, tether_buffer *out, tether_error *error) {
  sqlite3_stmt *rows = tether_sql_query(app->sql, "SELECT body FROM reports ORDER BY id", "");
  bool fine = true;
  while (fine && tether_sql_next(app->sql, rows))
    fine = tether_buffer_text(out, (const char *)sqlite3_column_text(rows, 0), error) &&
           tether_buffer_text(out, "\n", error);
  tether_sql_end(rows);
  if (!tether_sql_failed(app->sql, error)) return fine;
  tether_sql_forgive(app->sql);
  return false;
}

bool portal_state_counters(const portal_app *app, tether_buffer *out, tether_error *error) {
  size_t count;
  const portal_route *routes = portal_routes(&count);
  const portal_counters *counters = &app->counters;
  json_t *operations = json_object();
  for (size_t i = 0; i < count; i++)
    if (counters->routes[i]) json_object_set_new(operations, routes[i].name, json_integer(counters->routes[i]));
  json_t *all = json_pack("{s:I, s:I, s:I, s:I, s:o}", "requests", (json_int_t)counters->requests, "faults",
                          (json_int_t)counters->faults, "rateLimited", (json_int_t)counters->rate_limited, "linked",
                          (json_int_t)counters->linked, "operations", operations);
  char *text = all ? json_dumps(all, JSON_COMPACT) : NULL;
  json_decref(all);
  bool fine = text ? tether_buffer_text(out, text, error) : tether_fail(error, TETHER_NO_MEMORY, "no memory");
  free(text);
  return fine;
}
