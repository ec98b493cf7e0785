#include "portal/router.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/id.h"

enum { PARTS = 12, PART = 96 };
typedef struct {
  char part[PARTS][PART];
  int count;
} path_parts;

typedef struct {
  const char *method, *pattern; /* F, T: object types; A, B: record ids; N: type id */
  portal_handler *handler;
  bool body;
} route;

static const route objects[] = {
    {"POST", "F", portal_object_create, true},
    {"GET", "F/A", portal_object_get, false},
    {"POST", "F/batch/create", portal_object_batch_create, true},
    {"PUT", "F/A/associations/default/T/B", portal_associate_default, false},
    {"PUT", "F/A/associations/T/B", portal_associate_types, true},
    {"DELETE", "F/A/associations/T/B", portal_remove_pair, false},
    {"PUT", "F/A/associations/T/B/N", portal_associate_type, false},
    {"DELETE", "F/A/associations/T/B/N", portal_remove_type, false},
    {"GET", "F/A/associations/T", portal_list, false},
    {"POST", "associations/F/T/batch/create", portal_batch_create, true},
    {"POST", "associations/F/T/batch/read", portal_batch_read, true},
    {"POST", "associations/F/T/batch/archive", portal_batch_archive, true},
    {"POST", "associations/F/T/batch/labels/archive", portal_batch_labels_archive, true},
    {"POST", "associations/F/T/batch/associate/default", portal_batch_default, true},
    {0},
};

static const route associations[] = {
    {"GET", "definitions/configurations/all", portal_limits_all, false},
    {"GET", "definitions/configurations/F/T", portal_limits_pair, false},
    {"POST", "definitions/configurations/F/T/batch/create", portal_limits_create, true},
    {"POST", "definitions/configurations/F/T/batch/update", portal_limits_update, true},
    {"POST", "definitions/configurations/F/T/batch/purge", portal_limits_purge, true},
    {"POST", "F/T/batch/create", portal_batch_create, true},
    {"POST", "F/T/batch/read", portal_batch_read, true},
    {"POST", "F/T/batch/archive", portal_batch_archive, true},
    {"POST", "F/T/batch/labels/archive", portal_batch_labels_archive, true},
    {"POST", "F/T/batch/associate/default", portal_batch_default, true},
    {"GET", "F/T/labels", portal_labels_list, false},
    {"POST", "F/T/labels", portal_labels_create, true},
    {"PUT", "F/T/labels", portal_labels_update, true},
    {"DELETE", "F/T/labels/N", portal_labels_delete, false},
    {0},
};

/* What stands before the pattern. v4 has no objects of its own: those are v3's. */
static const struct {
  const char *first, *second;
  portal_version version;
  const route *routes;
} families[] = {
    {"v4", "associations", PORTAL_V4, associations},
    {"associations", "v4", PORTAL_V4, associations},
    {"associations", "2025-09", PORTAL_2025_09, associations},
    {"associations", "2026-03", PORTAL_2026_03, associations},
    {"associations", "2026-09", PORTAL_2026_09, associations},
    {"v3", "objects", PORTAL_V4, objects},
    {"v4", "objects", PORTAL_V4, objects},
    {"objects", "2025-09", PORTAL_2025_09, objects},
    {"objects", "2026-03", PORTAL_2026_03, objects},
    {"objects", "2026-09", PORTAL_2026_09, objects},
};

static bool split(const char *path, path_parts *parts) {
  parts->count = 0;
  while (*path) {
    if (*path++ != '/') return false;
    size_t length = strcspn(path, "/");
    if (parts->count == PARTS || length >= PART) return false;
    memcpy(parts->part[parts->count], path, length);
    parts->part[parts->count++][length] = '\0';
    path += length;
  }
  return true;
}

static const route *family(portal_call *call, const path_parts *parts) {
  if (parts->count < 4 || strcmp(parts->part[0], "crm") != 0) return NULL;
  for (size_t i = 0; i < sizeof families / sizeof *families; i++) {
    if (strcmp(parts->part[1], families[i].first) != 0 || strcmp(parts->part[2], families[i].second) != 0) continue;
    call->version = families[i].version;
    return families[i].routes;
  }
  return NULL;
}

static bool matches(const char *pattern, const path_parts *parts) {
  int i = 3;
  for (; *pattern; i++) {
    size_t length = strcspn(pattern, "/");
    if (i >= parts->count) return false;
    bool variable = length == 1 && strchr("FTABN", *pattern);
    if (!variable && (strlen(parts->part[i]) != length || strncmp(pattern, parts->part[i], length) != 0)) return false;
    pattern += length + (pattern[length] == '/');
  }
  return i == parts->count;
}

static bool read_object(portal_call *call, const char *name, portal_object *object) {
  if (portal_rules_object(name, object)) return true;
  if (name[strspn(name, "0123456789-")] == '\0')
    return portal_refuse(call, 400, NULL, "Invalid object or event type id: %s", name);
  return portal_refuse(call, 400, NULL, "Unable to infer object type from: %s", name);
}

static bool read_number(portal_call *call, const char *text, int64_t *number) {
  if (tether_id_parse(text, strlen(text), number)) return true;
  portal_refuse(call, 404, "OBJECT_NOT_FOUND", "Object not found.  objectId are usually numeric.");
  return portal_context(call, "id", "%s", text);
}

static bool read_parts(portal_call *call, const char *pattern, const path_parts *parts) {
  for (int i = 3; *pattern; i++) {
    size_t length = strcspn(pattern, "/");
    const char *text = parts->part[i];
    bool good = true;
    if (length == 1 && *pattern == 'F') good = read_object(call, text, &call->from);
    if (length == 1 && *pattern == 'T') good = read_object(call, text, &call->to);
    if (length == 1 && *pattern == 'A') good = read_number(call, text, &call->a);
    if (length == 1 && *pattern == 'B') good = read_number(call, text, &call->b);
    if (length == 1 && *pattern == 'N') good = read_number(call, text, &call->type_id);
    if (!good) return false;
    pattern += length + (pattern[length] == '/');
  }
  return true;
}

static bool read_body(portal_call *call, const char *content_type, const char *body, size_t length) {
  json_error_t error;
  if (length == 0) return portal_invalid(call, "Invalid JSON input: a request body was expected, but none found");
  if (!content_type || strncasecmp(content_type, "application/json", 16) != 0)
    return portal_refuse(call, 415, "VALIDATION_ERROR", "Content-Type must be application/json");
  call->body = json_loadb(body, length, JSON_DECODE_ANY, &error);
  if (!call->body)
    return portal_refuse(call, 400, NULL, "Invalid input JSON on line %d, column %d: %s", error.line, error.column,
                         error.text);
  return true;
}

/* The route, or the first refusal on the way to it: 404, then 405. */
static const route *find(portal_call *call, const char *method, const path_parts *parts, bool split_well) {
  const route *routes = split_well ? family(call, parts) : NULL, *other = NULL;
  for (; routes && routes->method; routes++) {
    if (!matches(routes->pattern, parts)) continue;
    if (strcmp(routes->method, method) == 0) return routes;
    other = routes;
  }
  if (other)
    portal_refuse(call, 405, NULL, "HTTP 405 Method Not Allowed");
  else
    portal_refuse(call, 404, NULL, "No route for %.10s %.200s", method, call->path);
  return NULL;
}

void portal_route(portal_call *call, const char *method, const char *content_type, const char *body, size_t length) {
  path_parts parts;
  bool split_well = split(call->path, &parts);
  const route *found = find(call, method, &parts, split_well);
  bool good = found && read_parts(call, found->pattern, &parts) &&
              (!found->body || read_body(call, content_type, body, length));
  if (good) {
    portal_store_begin(call->store);
    good = found->handler(call);
    portal_store_end(call->store, good);
    if (!portal_store_sound(call->store)) good = portal_refuse(call, 500, "INTERNAL_ERROR", "internal error");
  }
  if (good) return;
  json_decref(call->result);
  call->status = call->problem.status;
  call->result = portal_problem_json(&call->problem);
}
