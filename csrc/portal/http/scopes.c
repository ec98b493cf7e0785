#include "portal/http/scopes.h"

#include <stdio.h>
#include <string.h>

#include "portal/http/route.h"

static const char refusal[] = "This app hasn't been granted all required scopes to make this call. Read more about "
                              "required scopes here: https://developers.hubspot.com/scopes.";

enum { SCOPE = 128 };

static bool granted(const portal_app *app, const char *wanted) {
  const char *list = app->scopes;
  size_t length = strlen(wanted);
  while (*list) {
    size_t word = strcspn(list, ",");
    if (word == length && strncmp(list, wanted, length) == 0) return true;
    list += word + (list[word] == ',');
  }
  return false;
}

/* Any scope of the kind, crm.objects.….read, does for associations, labels and limits: a list joined by "or"
 * (wire.md, 12.4).
 */
static bool granted_any(const portal_app *app, const char *begin, const char *end) {
  for (const char *list = app->scopes; *list;) {
    size_t word = strcspn(list, ","), tail = strlen(end);
    if (strncmp(list, begin, strlen(begin)) == 0 && word >= tail && strncmp(list + word - tail, end, tail) == 0)
      return true;
    list += word + (list[word] == ',');
  }
  return false;
}

/* Reading is what GET, search and batch read do. */
static bool reads(const portal_call *call) {
  const portal_route *route = call->request->route;
  return strcmp(route->method, "GET") == 0 || strstr(route->name, "_read") || strstr(route->name, "search");
}

static bool refuse(portal_call *call, const char *wanted) {
  bool granular = PORTAL_IS(call->store, SCOPE_NAMES, requiredGranularScopes);
  portal_refuse(call->problem, 403, "MISSING_SCOPES", "%s", refusal);
  call->problem->extra = json_pack("{s:[{s:s, s:{s:[s]}}], s:{s:s}}", "errors", "message",
                                   "One or more of the following scopes are required.", "context",
                                   granular ? "requiredGranularScopes" : "requiredScopes", wanted, "links", "scopes",
                                   "https://developers.hubspot.com/scopes");
  return false;
}

bool portal_scopes_allow(portal_call *call) {
  const portal_app *app = call->app;
  const char *family = call->request->route->family, *kind = reads(call) ? "read" : "write";
  char wanted[SCOPE], end[16];
  if (!app->scopes || (call->request->route->flags & (PORTAL_ROUTE_OPEN | PORTAL_ROUTE_ADMIN))) return true;
  snprintf(end, sizeof end, ".%s", kind);
  if (strcmp(family, "schemas") == 0) {
    snprintf(wanted, sizeof wanted, "crm.schemas.custom.%s", kind);
    return granted(app, wanted) || granted(app, "crm.objects.custom.read") || refuse(call, wanted);
  }
  if (strcmp(family, "account") == 0) return granted(app, "oauth") || refuse(call, "oauth");
  const char *object = call->from ? call->from->name ? "custom" : call->from->plural : "contacts";
  snprintf(wanted, sizeof wanted, "crm.objects.%.80s.%s", object, kind);
  if (strcmp(family, "objects") != 0 || call->to)
    return granted_any(app, "crm.objects.", end) || granted(app, "tickets") || refuse(call, wanted);
  return granted(app, wanted) || granted(app, call->from ? call->from->plural : "") || refuse(call, wanted);
}
