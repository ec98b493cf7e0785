/* Limits tracking of the account: records, pipelines, properties and custom object types, beside what is allowed. The
 * numbers that are allowed are a choice: they depend on the subscription. */
#include <stdio.h>
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/definitions/properties.h"
#include "portal/api/handlers.h"
#include "portal/message/words.h"
#include "portal/store/document.h"

enum { RECORDS_MOST = 15000000, PIPELINES_MOST = 100, PROPERTIES_MOST = 1000, OBJECTS_MOST = 10, CALCULATED_MOST = 25 };

static json_t *share(int64_t limit, int64_t usage) {
  return json_pack("{s:I, s:I, s:f}", "limit", (json_int_t)limit, "usage", (json_int_t)usage, "percentage",
                   100.0 * (double)usage / (double)limit);
}

static json_t *item_json(const portal_object *object, int64_t limit, int64_t usage) {
  char singular[PORTAL_WORDS], plural[PORTAL_WORDS];
  json_t *item = share(limit, usage);
  portal_words(object->singular, singular);
  portal_words(object->plural, plural);
  json_object_set_new(item, "objectTypeId", json_string(object->type_id));
  json_object_set_new(item, "singularLabel", json_string(singular));
  json_object_set_new(item, "pluralLabel", json_string(plural));
  return item;
}

typedef int64_t (*counter)(portal_call *call, const portal_object *object);

static int64_t count_records(portal_call *call, const portal_object *object) {
  return tether_sql_number(call->store->sql, 0, "SELECT count(*) FROM records WHERE object = ? AND archived IS NULL",
                           "i", object->key);
}

static int64_t count_pipelines(portal_call *call, const portal_object *object) {
  json_t *all = portal_pipelines(call->store, object);
  int64_t count = (int64_t)json_object_size(all);
  json_decref(all);
  return count;
}

static int64_t count_properties(portal_call *call, const portal_object *object) {
  return tether_sql_number(call->store->sql, 0, "SELECT count(*) FROM properties WHERE object = ?", "i", object->key);
}

static int64_t count_calculated(portal_call *call, const portal_object *object) {
  json_t *all = portal_documents(call->store, PORTAL_PROPERTY, object), *property;
  const char *name;
  int64_t count = 0;
  json_object_foreach(all, name, property) { count += json_is_string(json_object_get(property, "calculationFormula")); }
  json_decref(all);
  return count;
}

/* An item for each object type that has any; `own`: of the account's own types, else of HubSpot's. */
static json_t *items(portal_call *call, bool own, int64_t limit, counter count_of, int64_t *sum) {
  size_t count;
  portal_object *const *objects = portal_catalog_objects(call->store->catalog, &count);
  json_t *list = json_array();
  for (size_t i = 0; i < count; i++) {
    int64_t usage = (objects[i]->name != NULL) == own ? count_of(call, objects[i]) : 0;
    *sum += usage;
    if (usage > 0) json_array_append_new(list, item_json(objects[i], limit, usage));
  }
  return list;
}

static bool by_owner(portal_call *call, int64_t limit, counter count_of) {
  int64_t ignored = 0, usage = 0;
  json_t *standard = items(call, false, limit, count_of, &ignored);
  json_t *own = items(call, true, limit, count_of, &usage);
  return portal_answer_json(call, 200,
                            json_pack("{s:o, s:{s:o, s:I, s:I, s:f}}", "hubspotDefinedObjectTypes", standard,
                                      "customObjectTypes", "byObjectType", own, "overallLimit", (json_int_t)limit,
                                      "overallUsage", (json_int_t)usage, "overallPercentage",
                                      100.0 * (double)usage / (double)limit));
}

static bool by_object(portal_call *call, int64_t limit, counter count_of) {
  int64_t usage = 0;
  json_t *list = items(call, false, limit, count_of, &usage), *own = items(call, true, limit, count_of, &usage);
  json_array_extend(list, own);
  json_decref(own);
  return portal_answer_json(call, 200, json_pack("{s:o}", "byObjectType", list));
}

bool portal_track_records(portal_call *call) { return by_owner(call, RECORDS_MOST, count_records); }
bool portal_track_pipelines(portal_call *call) { return by_owner(call, PIPELINES_MOST, count_pipelines); }
bool portal_track_properties(portal_call *call) { return by_object(call, PROPERTIES_MOST, count_properties); }

bool portal_track_calculated(portal_call *call) {
  int64_t usage = 0;
  json_decref(items(call, false, CALCULATED_MOST, count_calculated, &usage));
  json_decref(items(call, true, CALCULATED_MOST, count_calculated, &usage));
  return portal_answer_json(call, 200, share(CALCULATED_MOST, usage));
}

bool portal_track_objects(portal_call *call) {
  size_t count;
  int64_t own = 0;
  portal_object *const *objects = portal_catalog_objects(call->store->catalog, &count);
  for (size_t i = 0; i < count; i++) own += objects[i]->name != NULL;
  return portal_answer_json(call, 200, share(OBJECTS_MOST, own));
}
