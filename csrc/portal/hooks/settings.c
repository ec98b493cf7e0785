#include "portal/hooks/settings.h"

#include <stdlib.h>
#include <string.h>

#include "portal/hooks/sign.h"
#include "portal/hooks/target.h"

static const struct {
  const char *name;
  unsigned bit;
} versions[] = {{"v1", PORTAL_SIGN_V1}, {"v2", PORTAL_SIGN_V2}, {"v3", PORTAL_SIGN_V3}};

static unsigned version_of(const char *name) {
  for (size_t i = 0; name && i < sizeof versions / sizeof *versions; i++)
    if (strcmp(versions[i].name, name) == 0) return versions[i].bit;
  return 0;
}

/* Absent: they stay. */
static bool read_versions(const json_t *list, unsigned *bits, portal_problem *problem) {
  size_t i;
  const json_t *version;
  bool known = true;
  *bits = 0;
  if (!list) return true;
  json_array_foreach(list, i, version) {
    unsigned bit = version_of(json_string_value(version));
    known = known && bit;
    *bits |= bit;
  }
  unsigned older = PORTAL_SIGN_V1 | PORTAL_SIGN_V2;
  if (known && *bits && (*bits & older) != older) return true;
  return portal_refuse(problem, 400, "VALIDATION_ERROR",
                       "signatures: a list of v1, v2 and v3 is needed; v1 and v2 share a header, so only one of them");
}

static bool read_concurrent(const json_t *settings, size_t *concurrent, portal_problem *problem) {
  const json_t *number = json_object_get(json_object_get(settings, "throttling"), "maxConcurrentRequests");
  if (!number) number = json_object_get(settings, "concurrent");
  *concurrent = 0;
  if (!number) return true;
  json_int_t value = json_integer_value(number);
  *concurrent = value > 0 && value <= 100 ? (size_t)value : 0;
  return *concurrent || portal_refuse(problem, 400, "VALIDATION_ERROR",
                                      "maxConcurrentRequests: a whole number from 1 to 100 is needed");
}

bool portal_settings_check(const json_t *settings, const portal_hooked *app, const portal_gifts *gifts,
                           portal_settings_read *read, portal_problem *problem) {
  const char *url = json_string_value(json_object_get(settings, "targetUrl"));
  if (!url) url = json_string_value(json_object_get(settings, "url"));
  *read = (portal_settings_read){.url = url, .secret = json_string_value(json_object_get(settings, "secret"))};
  if (read->secret && !*read->secret) read->secret = NULL;
  if (!url) return portal_refuse(problem, 400, "VALIDATION_ERROR", "targetUrl: an address is needed");
  if (!read->secret && !(app && app->secret) && !gifts->secret)
    return portal_refuse(problem, 400, "VALIDATION_ERROR",
                         "There is no secret to sign with: open the portal with a client_secret (--client-secret)");
  return portal_target_check(url, gifts->hosts, &read->told, problem) &&
         read_versions(json_object_get(settings, "signatures"), &read->versions, problem) &&
         read_concurrent(settings, &read->concurrent, problem);
}

static bool replace(char **text, const char *with) {
  char *copy = with ? strdup(with) : NULL;
  if (!with) return true;
  if (!copy) return false;
  if (*text) explicit_bzero(*text, strlen(*text));
  free(*text);
  *text = copy;
  return true;
}

bool portal_settings_apply(portal_hooked *app, const portal_settings_read *read, int64_t now_ms,
                           portal_problem *problem) {
  if (!app) return portal_refuse(problem, 400, "VALIDATION_ERROR", "There are at most %d apps", PORTAL_APPS_MOST);
  if (!replace(&app->secret, read->secret) || !replace(&app->url, read->url))
    return portal_refuse(problem, 500, NULL, "no memory");
  app->told = read->told;
  app->updated_ms = now_ms;
  if (read->versions) app->versions = read->versions;
  if (read->concurrent) app->concurrent = read->concurrent;
  return true;
}

static const char *text_of(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text && *text ? text : NULL;
}

bool portal_subscription_check(portal_store *store, const json_t *wanted, portal_subscription *read,
                               portal_problem *problem) {
  const json_t *active = json_object_get(wanted, "active");
  int64_t now_ms = portal_now_ms(&store->clock);
  *read = (portal_subscription){.active = !json_is_false(active),
                                .event_type = (char *)text_of(wanted, "eventType"),
                                .object_type = (char *)text_of(wanted, "objectTypeId"),
                                .property = (char *)text_of(wanted, "propertyName"),
                                .created_ms = now_ms,
                                .updated_ms = now_ms};
  if (!read->event_type) return portal_refuse(problem, 400, "VALIDATION_ERROR", "eventType: a text is needed");
  return portal_wish_read(store->catalog, read->event_type, read->object_type, read->property, &read->wish, problem);
}
