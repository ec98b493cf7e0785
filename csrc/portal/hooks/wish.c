#include "portal/hooks/wish.h"

#include <stdio.h>
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

/* The keys of the object types of a list. */
static void read_tied(const portal_catalog *catalog, const char *list, portal_wish *wish) {
  size_t count = 0;
  while (*list && count < PORTAL_TIED_MOST) {
    char name[32];
    size_t length = strcspn(list, ",");
    snprintf(name, sizeof name, "%.*s", (int)length, list);
    const portal_object *object = portal_catalog_object(catalog, name);
    if (object) wish->tied[count++] = object->key;
    list += length + (list[length] == ',');
  }
}

/* The object type in front of the dot; "object" leaves it to the type id. */
static bool read_object(const portal_catalog *catalog, const char *name, size_t length, const char *object_type,
                        portal_wish *wish) {
  const portal_object *object = NULL;
  memset(wish->tied, 0, sizeof wish->tied);
  wish->general = length == 6 && strncmp(name, "object", 6) == 0;
  if (wish->general && object_type) object = portal_catalog_object(catalog, object_type);
  for (size_t i = 0; i < OWN && !wish->general; i++)
    if (strlen(own[i].name) == length && strncmp(own[i].name, name, length) == 0) {
      object = portal_catalog_object(catalog, own[i].name);
      read_tied(catalog, own[i].tied, wish);
    }
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

/* Whether an object type's own event type tells of a link: of the plain and the primary type, and to few types. */
static bool tells_of(const portal_wish *wish, portal_store *store, const portal_noted *change) {
  const portal_type *type = portal_catalog_type(store->catalog, change->type);
  bool plain = type && (type->kind == TETHER_UNLABELED || type->kind == TETHER_PRIMARY);
  int64_t to = portal_catalog_key(store->catalog, change->to);
  if (!plain && !PORTAL_IS(store, WEBHOOK_LABELS, on)) return false;
  for (size_t i = 0; i < PORTAL_TIED_MOST && wish->tied[i]; i++)
    if (wish->tied[i] == to) return true;
  return false;
}

bool portal_wish_meets(const portal_wish *wish, const char *property, portal_store *store, const portal_noted *change) {
  portal_noted_kind kind = change->kind == PORTAL_NOTED_UNLINKED ? PORTAL_NOTED_LINKED : change->kind;
  if (kind != wish->kind || portal_catalog_key(store->catalog, change->from) != wish->object) return false;
  if (kind == PORTAL_NOTED_LINKED) return wish->general || tells_of(wish, store, change);
  if (kind != PORTAL_NOTED_SET) return true;
  if (change->born && !PORTAL_IS(store, WEBHOOK_BORN, on)) return false;
  return property && strcmp(property, change->name) == 0;
}
