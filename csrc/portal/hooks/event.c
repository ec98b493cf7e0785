#include "portal/hooks/event.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const portal_object *object_of(portal_store *store, uint16_t rank) {
  return portal_catalog_object_by_key(store->catalog, portal_catalog_key(store->catalog, rank));
}

/* Writes "line_item" as LINE_ITEM. */
static void capitals(const portal_object *object, char *out, size_t room) {
  const char *name = object ? object->singular : "OBJECT";
  size_t i = 0;
  for (; name[i] && i + 1 < room; i++) out[i] = (char)toupper((unsigned char)name[i]);
  out[i] = '\0';
}

static void add_text(json_t *event, const char *name, const char *value) {
  json_object_set_new(event, name, json_string(value));
}

static void add_link(portal_store *store, const portal_address *address, const portal_noted *change, json_t *event) {
  const portal_object *from = object_of(store, change->from), *to = object_of(store, change->to);
  const portal_type *type = portal_catalog_type(store->catalog, change->type);
  char from_capitals[60], other[60], both[130];
  capitals(from, from_capitals, sizeof from_capitals);
  capitals(to, other, sizeof other);
  snprintf(both, sizeof both, "%s_TO_%s", from_capitals, other);
  add_text(event, "associationType", both);
  json_object_set_new(event, "fromObjectId", json_integer(change->id));
  json_object_set_new(event, "toObjectId", json_integer(change->to_id));
  json_object_set_new(event, "associationRemoved", json_boolean(change->kind == PORTAL_NOTED_UNLINKED));
  json_object_set_new(event, "isPrimaryAssociation", json_boolean(type && type->kind == TETHER_PRIMARY));
  if (!address->general) return;
  add_text(event, "fromObjectTypeId", from ? from->type_id : "");
  add_text(event, "toObjectTypeId", to ? to->type_id : "");
  json_object_set_new(event, "associationTypeId", json_integer(llabs(change->type)));
  add_text(event, "associationCategory", change->type > 0 ? "HUBSPOT_DEFINED" : "USER_DEFINED");
}

static void add_record(portal_store *store, const portal_address *address, const portal_noted *change, json_t *event) {
  const portal_object *object = object_of(store, change->from);
  json_object_set_new(event, "objectId", json_integer(change->id));
  if (address->general) add_text(event, "objectTypeId", object ? object->type_id : "");
  if (change->kind == PORTAL_NOTED_CREATED) add_text(event, "changeFlag", "NEW");
  if (change->kind == PORTAL_NOTED_DELETED) add_text(event, "changeFlag", "DELETED");
  if (change->kind != PORTAL_NOTED_SET) return;
  add_text(event, "propertyName", change->name);
  add_text(event, "propertyValue", change->value);
}

char *portal_event_text(portal_store *store, const portal_address *address, const portal_noted *change) {
  json_t *event =
      json_pack("{s:I, s:I, s:i, s:I, s:I, s:s, s:s, s:s}", "eventId", (json_int_t)address->event, "subscriptionId",
                (json_int_t)address->subscription, "portalId", PORTAL_ACCOUNT, "appId", (json_int_t)address->app,
                "occurredAt", (json_int_t)portal_now_ms(&store->clock), "subscriptionType", address->event_type,
                "changeSource", "INTEGRATION", "sourceId", "portal");
  if (!event) return NULL;
  bool link = change->kind == PORTAL_NOTED_LINKED || change->kind == PORTAL_NOTED_UNLINKED;
  if (link)
    add_link(store, address, change, event);
  else
    add_record(store, address, change, event);
  char *text = json_dumps(event, JSON_COMPACT);
  json_decref(event);
  if (text) text[strlen(text) - 1] = '\0';
  return text;
}
