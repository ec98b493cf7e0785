#include "portal/http/route.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

enum { SEGMENTS_MOST = 20, DATED = PORTAL_2025_09 | PORTAL_2026_03 | PORTAL_2026_09 };

static const struct {
  const char *text;
  portal_version version;
} versions[] = {{"2026-03", PORTAL_2026_03}, {"2025-09", PORTAL_2025_09},
                {"2026-09", PORTAL_2026_09}, {"2026-09-beta", PORTAL_2026_09},
                {"v4", PORTAL_V4},           {"v3", PORTAL_V3},
                {"v2", PORTAL_V2},           {"v1", PORTAL_V1}};

/* Where the versions of a family live. The batches of associations have a second address in the dated versions. */
static const struct {
  const char *family, *path;
  unsigned versions;
  bool batches; /* serves the batches of the family only */
} prefixes[] = {
    {"associations", "crm/objects/{v}/associations", DATED, true},
    {"objects", "crm/objects/{v}", DATED, false},
    {"objects", "crm/{v}/objects", PORTAL_V3 | PORTAL_V4, false},
    {"associations", "crm/associations/{v}", DATED | PORTAL_V4, false},
    {"associations", "crm/{v}/associations", PORTAL_V3 | PORTAL_V4, false},
    {"limits", "crm/limits/{v}", DATED, false},
    {"limits", "crm/{v}/limits", PORTAL_V3, false},
    {"schemas", "crm-object-schemas/{v}/schemas", DATED | PORTAL_V3, false},
    {"schemas", "crm/{v}/schemas", PORTAL_V3, false},
    {"properties", "crm/properties/{v}", DATED, false},
    {"properties", "crm/{v}/properties", PORTAL_V3, false},
    {"pipelines", "crm/pipelines/{v}", DATED, false},
    {"pipelines", "crm/{v}/pipelines", PORTAL_V3, false},
    {"owners", "crm/owners/{v}", DATED, false},
    {"owners", "crm/{v}/owners", PORTAL_V3, false},
    {"v1", "crm-associations/{v}/associations", PORTAL_V1, false},
    {"account", "account-info/{v}", DATED | PORTAL_V3, false},
    {"webhooks", "webhooks/{v}", PORTAL_V3 | PORTAL_2026_03, false},
    {"webhooks", "app-webhooks/{v}", PORTAL_2026_09, false},
    {"portal", "portal", 0, false}, /* the admin routes: no version */
    {"oauth", "oauth/{v}", PORTAL_V1 | PORTAL_V2 | PORTAL_V3 | PORTAL_2026_03 | PORTAL_2026_09, false},
};

#define BATCH "{f}/{t}/batch/" /* how the paths of the batches of links begin */

typedef struct segments {
  size_t count;
  const char *list[SEGMENTS_MOST];
} segments;

/* -- reading the target ------------------------------------------------------------------------------------------- */

/* Cuts the next part of a path off at a slash, and decodes it. *rest is then what follows; NULL after the last part. */
static char *cut(char **rest, bool *fine) {
  char *part = *rest, *end = strchr(part, '/');
  *rest = end ? end + 1 : NULL;
  if (!end) end = part + strlen(part);
  *fine = portal_percent_decode(part, end, false) && *fine;
  return part;
}

static bool read_target(portal_request *request, segments *found) {
  bool fine = *request->target == '/';
  request->text = fine ? strdup(request->target + 1) : NULL;
  if (!request->text) return false;
  char *query = strchr(request->text, '?'), *rest = request->text;
  if (query) *query++ = '\0';
  while (rest && fine) {
    if (found->count == SEGMENTS_MOST) return false;
    found->list[found->count++] = cut(&rest, &fine);
  }
  return fine && portal_form_read(&request->query, query ? query : "", query ? strlen(query) : 0);
}

/* -- matching ----------------------------------------------------------------------------------------------------- */

static portal_version version_of(const char *text) {
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
    if (strcmp(versions[i].text, text) == 0) return versions[i].version;
  return 0;
}

const char *portal_version_name(unsigned version) {
  for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
    if (versions[i].version == version) return versions[i].text;
  return "";
}

static void keep(portal_request *request, char letter, const char *value) {
  const char **place = letter == 'f'   ? &request->f
                       : letter == 't' ? &request->t
                       : letter == 'a' ? &request->a
                       : letter == 'b' ? &request->b
                                       : &request->id;
  if (letter == 'v')
    request->version = version_of(value);
  else
    *place = value;
}

/* Matches a pattern against the segments from *at on, and moves *at behind them. */
static bool match(const char *pattern, const segments *found, size_t *at, portal_request *request) {
  while (*pattern) {
    size_t length = strcspn(pattern, "/");
    if (*at == found->count) return false;
    const char *segment = found->list[(*at)++];
    if (*pattern == '{') {
      if (!*segment) return false;
      keep(request, pattern[1], segment);
    } else if (strncmp(pattern, segment, length) != 0 || segment[length]) {
      return false;
    }
    pattern += length + (pattern[length] == '/');
  }
  return true;
}

static void forget(portal_request *request) { request->f = request->t = request->a = request->b = request->id = NULL; }

/* Whether no source has the path (wire.md, 1.2): a type id in a path of v4, and batches of v4 behind the dated prefix.
 */
static bool is_undocumented(const portal_request *request, size_t prefix, const portal_route *route) {
  if (request->version != PORTAL_V4) return false;
  bool batch = strncmp(route->path, BATCH, strlen(BATCH)) == 0;
  return (route->flags & PORTAL_ROUTE_TYPED) || (batch && strcmp(prefixes[prefix].path, "crm/associations/{v}") == 0);
}

/* Whether the portal serves the route. Its own routes are served only when it was opened with them. */
static bool is_served(const portal_request *request, const portal_route *route) {
  if (!(route->flags & PORTAL_ROUTE_ADMIN) || (route->flags & PORTAL_ROUTE_ALWAYS)) return true;
  return route->flags & PORTAL_ROUTE_PAGE ? request->page : request->admin;
}

/* Looks behind one prefix. True: found; `known` is set when another method would have matched. */
static bool find_behind(portal_request *request, const segments *found, size_t prefix, size_t taken, bool *known) {
  size_t count;
  const portal_route *routes = portal_routes(&count);
  for (size_t i = 0; i < count; i++) {
    const portal_route *route = &routes[i];
    if (strcmp(route->family, prefixes[prefix].family) != 0 ||
        (route->versions && !(route->versions & request->version)))
      continue;
    if (!is_served(request, route)) continue;
    if (prefixes[prefix].batches && strncmp(route->path, BATCH, strlen(BATCH)) != 0) continue;
    forget(request);
    size_t at = taken;
    if (!match(route->path, found, &at, request) || at != found->count) continue;
    if (strcmp(route->method, request->method) == 0) {
      request->overview = prefixes[prefix].batches;
      request->undocumented = is_undocumented(request, prefix, route);
      request->route = route;
      request->operation = route->name;
      request->secret = route->flags & PORTAL_ROUTE_OPEN;
      return true;
    }
    *known = true;
  }
  return false;
}

bool portal_route_find(portal_request *request, portal_problem *problem) {
  segments found = {.count = 0};
  bool known = false;
  request->route = NULL;
  request->operation = "";
  if (strlen(request->target) > TETHER_CEILING_PATH) return portal_refuse(problem, 414, NULL, "HTTP 414 URI Too Long");
  if (!read_target(request, &found)) return portal_refuse(problem, 400, NULL, "Bad request: the target cannot be read");
  for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
    size_t taken = 0;
    if (!match(prefixes[i].path, &found, &taken, request) ||
        (prefixes[i].versions && !(prefixes[i].versions & request->version)))
      continue;
    if (find_behind(request, &found, i, taken, &known)) return true;
  }
  forget(request);
  return known ? portal_refuse(problem, 405, NULL, "HTTP 405 Method Not Allowed")
               : portal_refuse(problem, 404, NULL, "%s", "");
}
