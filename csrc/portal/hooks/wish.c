#include "portal/hooks/wish.h"

#include <string.h>

static const struct {
  const char *text;
  portal_noted_kind kind;
} topics[] = {{"creation", PORTAL_NOTED_CREATED},
              {"deletion", PORTAL_NOTED_DELETED},
              {"privacyDeletion", PORTAL_NOTED_ERASED},
              {"propertyChange", PORTAL_NOTED_SET},
              {"associationChange", PORTAL_NOTED_LINKED}};

/* The object types that have event types of their own, and what their associations are told with (wire.md, 13.2). */
static const struct {
  const char *name, *tied;
} own[] = {{"contact", "contact,company,deal,ticket"},
           {"company", "contact,company,deal,ticket"},
           {"deal", "contact,company,deal,ticket,line_item"},
           {"ticket", "contact,company,deal,ticket"},
           {"line_item", "deal"},
           {"product", ""}};

enum { OWN = sizeof own / sizeof *own };

static bool is_topic(const char *text, portal_noted_kind *kind) {
  for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
    if (strcmp(topics[i].text, text) != 0) continue;
    *kind = topics[i].kind;
    return true;
  }
  return false;
}

/* The object type in front of the dot; "object" leaves it to the type id. */
static bool read_object(const portal_catalog *catalog, const char *name, size_t length, const char *object_type,
                        portal_wish *wish) {
  const portal_object *object = NULL;
  wish->general = length == 6 && strncmp(name, "object", 6) == 0;
  if (wish->general && object_type) object = portal_catalog_object(catalog, object_type);
  for (size_t i = 0; i < OWN && !wish->general; i++)
    if (strlen(own[i].name) == length && strncmp(own[i].name, name, length) == 0)
      object = portal_catalog_object(catalog, own[i].name);
  wish->object = object ? object->key : 0;
  return object != NULL;
}

bool portal_wish_read(const portal_catalog *catalog, const char *event_type, const char *object_type,
                      const char *property, portal_wish *wish, portal_problem *problem) {
  const char *dot = strchr(event_type, '.');
  if (!dot || !is_topic(dot + 1, &wish->kind))
    return portal_refuse(problem, 400, "VALIDATION_ERROR",
                         "eventType %.60s is not one that this portal sends: after the dot stand creation, deletion, "
                         "privacyDeletion, propertyChange or associationChange",
                         event_type);
  if (!read_object(catalog, event_type, (size_t)(dot - event_type), object_type, wish))
    return portal_refuse(problem, 400, "VALIDATION_ERROR",
                         wish->general
                             ? "eventType %.60s needs the objectTypeId of an object type"
                             : "eventType %.60s names no object type: contact, company, deal, ticket, line_item, "
                               "product, or object with an objectTypeId",
                         event_type);
  if (wish->kind != PORTAL_NOTED_SET || (property && *property)) return true;
  return portal_refuse(problem, 400, "VALIDATION_ERROR", "eventType %.60s needs a propertyName", event_type);
}

static bool in_list(const char *list, const char *name) {
  size_t length = strlen(name);
  while (*list) {
    size_t item = strcspn(list, ",");
    if (item == length && strncmp(list, name, length) == 0) return true;
    list += item + (list[item] == ',');
  }
  return false;
}

/* Whether an object type's own event type tells of a link: of the plain and the primary type, and to few types. */
static bool tells_of(portal_store *store, const portal_noted *change) {
  const portal_type *type = portal_catalog_type(store->catalog, change->type);
  bool plain = type && (type->kind == TETHER_UNLABELED || type->kind == TETHER_PRIMARY);
  if (!plain && !PORTAL_IS(store, WEBHOOK_LABELS, on)) return false;
  int64_t to_key = portal_catalog_key(store->catalog, change->to);
  const portal_object *from =
      portal_catalog_object_by_key(store->catalog, portal_catalog_key(store->catalog, change->from));
  for (size_t i = 0; from && i < OWN; i++) {
    if (portal_catalog_object(store->catalog, own[i].name) != from) continue;
    for (size_t k = 0; k < OWN; k++) {
      const portal_object *to = portal_catalog_object(store->catalog, own[k].name);
      if (to && to->key == to_key) return in_list(own[i].tied, own[k].name);
    }
  }
  return false;
}

bool portal_wish_meets(const portal_wish *wish, const char *property, portal_store *store, const portal_noted *change) {
  portal_noted_kind kind = change->kind == PORTAL_NOTED_UNLINKED ? PORTAL_NOTED_LINKED : change->kind;
  if (kind != wish->kind || portal_catalog_key(store->catalog, change->from) != wish->object) return false;
  if (kind == PORTAL_NOTED_LINKED) return wish->general || tells_of(store, change);
  if (kind != PORTAL_NOTED_SET) return true;
  if (change->born && !PORTAL_IS(store, WEBHOOK_BORN, on)) return false;
  return property && strcmp(property, change->name) == 0;
}
