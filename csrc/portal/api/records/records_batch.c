/* Batches of records. */
#include <string.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/records/records.h"

enum { WITH_HISTORY_MOST = 50 }; /* inputs of a batch that asks for histories (wire.md, 3.7) */

/* The description of 2026-09 lists no 207. */
int portal_records_partial(const portal_call *call) {
  return call->request->version == PORTAL_2026_09 && PORTAL_IS(call->store, READS_2026_09, 200) ? 200 : 207;
}

/* The ids that are not there share one error (wire.md, 3.7). */
static void fail_missing(portal_batch *batch, const json_t *missing) {
  portal_problem problem = {.status = 0};
  size_t i;
  json_t *id;
  if (json_array_size(missing) == 0) return;
  portal_refuse(&problem, 404, "OBJECT_NOT_FOUND",
                "Could not get some %s objects, they may be deleted or not exist. Check that ids are valid.",
                batch->call->from->internal);
  json_array_foreach((json_t *)missing, i, id) { portal_tell(&problem, "ids", "%s", json_string_value(id)); }
  portal_batch_fail(batch, &problem);
}

/* A list of names in the body; what is over `most` is left out. */
static bool read_names(portal_call *call, const char *field, const char **list, size_t *count, size_t most) {
  json_t *names = json_object_get(call->json, field), *name;
  size_t i;
  if (!names || json_is_null(names)) return true;
  if (!json_is_array(names)) return portal_wrong_type(call->problem, "java.util.ArrayList", names);
  json_array_foreach(names, i, name) {
    if (!json_is_string(name)) return portal_wrong_type(call->problem, "java.lang.String", name);
    if (*count < most) list[(*count)++] = json_string_value(name);
  }
  return true;
}

/* Histories make a batch heavier: fewer inputs (wire.md, 3.7). */
static bool check_histories(portal_call *call, const json_t *inputs, const portal_view *view) {
  return !view->history_count || json_array_size(inputs) <= WITH_HISTORY_MOST ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR",
                       "The maximum number of inputs supported in a batch request for property histories is %d. Please "
                       "reduce the number of items and try again",
                       WITH_HISTORY_MOST);
}

static bool read_view(portal_call *call, portal_view *view) {
  const char *archived = portal_query(call->request, "archived");
  view->archived = archived && strcmp(archived, "true") == 0;
  return read_names(call, "properties", view->properties, &view->property_count, PORTAL_ASKED_MOST) &&
         read_names(call, "propertiesWithHistory", view->histories, &view->history_count, PORTAL_HISTORIES_MOST);
}

/* The unique property that a body or an input names; NULL: records are named by their ids. */
static const char *unique_of(const json_t *value) {
  const char *property = json_string_value(json_object_get(value, "idProperty"));
  return property && *property && strcmp(property, "hs_object_id") != 0 ? property : NULL;
}

static bool check_unique(portal_call *call, const char *property) {
  return !property || portal_property_unique(call->store, call->from, property) ||
         portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The property %.100s is not unique", property);
}

static bool read_one(portal_batch *batch, const json_t *input, size_t i, const portal_view *view, json_t *missing) {
  portal_call *call = batch->call;
  const char *property = unique_of(call->json);
  portal_id id = {.value = 0};
  if (!portal_require(call, input, "id", i, 3)) return false;
  if (!portal_read_id(call, json_object_get(input, "id"), &id)) return false;
  if (property && json_is_string(json_object_get(input, "id")))
    id.value =
        portal_record_by_unique(call->store, call->from, property, json_string_value(json_object_get(input, "id")));
  id.value = portal_record_survivor(call->store, call->from, id.value);
  json_t *record = id.value ? portal_record_json(call, call->from, id.value, view) : NULL;
  if (record)
    portal_batch_item(batch, record);
  else
    json_array_append_new(missing, json_string(id.text));
  return true;
}

bool portal_records_read(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->store->switches[PORTAL_BATCH_MOST]), *input;
  portal_view view = {.all = false};
  portal_batch batch;
  size_t i;
  bool fine = true;
  if (!inputs || !read_view(call, &view) || !check_histories(call, inputs, &view) ||
      !check_unique(call, unique_of(call->json)))
    return false;
  json_t *missing = json_array();
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) { fine = fine && read_one(&batch, input, i, &view, missing); }
  fail_missing(&batch, missing);
  json_decref(missing);
  if (fine) return portal_batch_end(&batch, 200, portal_records_partial(call));
  portal_batch_drop(&batch);
  return false;
}

/* -- changing ----------------------------------------------------------------------------------------------------- */

static void fail_missing_one(portal_batch *batch, const portal_id *id) {
  json_t *missing = json_pack("[s]", id->text);
  fail_missing(batch, missing);
  json_decref(missing);
}

/* The record that an input means, by id or by the value of a unique property; *id 0: there is none. */
static bool find(portal_call *call, const json_t *input, size_t i, portal_id *id) {
  const json_t *given = json_object_get(input, "id");
  const char *property = unique_of(input);
  if (!portal_require(call, input, "id,properties", i, 3)) return false;
  if (!portal_read_id(call, given, id)) return false;
  id->value = portal_record_survivor(call->store, call->from, id->value);
  if (property) {
    if (!check_unique(call, property)) return false;
    id->value = portal_record_by_unique(call->store, call->from, property, json_string_value(given));
  } else if (portal_record_presence(call->store, call->from, id->value) != PORTAL_LIVE) {
    id->value = 0;
  }
  return portal_properties_read(json_object_get(input, "properties"), call->problem);
}

static json_t *shown(portal_batch *batch, const json_t *input, int64_t id) {
  portal_view view = {.all = true};
  json_t *record = portal_record_json(batch->call, batch->call->from, id, &view);
  json_t *trace = json_object_get(input, "objectWriteTraceId");
  if (record && trace) json_object_set(record, "objectWriteTraceId", trace);
  return record;
}

static void fail_input(portal_batch *batch, const json_t *input, const portal_id *id) {
  const char *trace = json_string_value(json_object_get(input, "objectWriteTraceId"));
  if (trace) portal_tell(batch->call->problem, "objectWriteTraceId", "%s", trace);
  portal_tell(batch->call->problem, "ids", "%s", id->text);
  portal_batch_fail(batch, batch->call->problem);
}

static bool update_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_id id = {.value = 0};
  if (!find(call, input, i, &id)) return false;
  if (!id.value)
    fail_missing_one(batch, &id);
  else if (portal_record_merge(call->store, call->from, id.value, json_object_get(input, "properties"), call->problem))
    portal_batch_item(batch, shown(batch, input, id.value));
  else
    fail_input(batch, input, &id);
  return true;
}

/* Made when it is not there, with the property that names it; changed when it is. */
static bool upsert_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  const char *property = unique_of(input), *named = json_string_value(json_object_get(input, "idProperty"));
  json_t *properties = json_object_get(input, "properties");
  portal_id id = {.value = 0};
  if (named && !property)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "The property %.100s is not unique", named);
  if (!find(call, input, i, &id)) return false;
  bool made = !id.value;
  if (made && !property) {
    fail_missing_one(batch, &id);
    return true;
  }
  if (made) json_object_set(properties, property, json_object_get(input, "id"));
  if (!(made ? portal_record_check_required(call->store, call->from, properties, call->problem) &&
                   portal_record_has_needed(call, 0, properties) &&
                   portal_record_insert(call->store, call->from, &id.value, properties, call->problem)
             : portal_record_merge(call->store, call->from, id.value, properties, call->problem))) {
    fail_input(batch, input, &id);
    return true;
  }
  json_t *record = shown(batch, input, id.value);
  json_object_set_new(record, "new", json_boolean(made));
  portal_batch_item(batch, record);
  return true;
}

/* The same record twice in one batch is refused (wire.md, 3.7). */
static bool distinct(portal_call *call, const json_t *inputs) {
  json_t *seen = json_object(), *input;
  portal_id id = {.value = 0};
  size_t i;
  bool fine = true;
  json_array_foreach((json_t *)inputs, i, input) {
    if (!portal_id_of_json(json_object_get(input, "id"), &id)) continue;
    if (json_object_get(seen, id.text))
      fine = portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Duplicate IDs found in batch input: [%s]", id.text);
    json_object_set_new(seen, id.text, json_true());
  }
  json_decref(seen);
  return fine;
}

static bool change_all(portal_call *call, bool (*change)(portal_batch *batch, json_t *input, size_t i)) {
  json_t *inputs = portal_inputs(call, call->store->switches[PORTAL_BATCH_MOST]), *input;
  portal_batch batch;
  size_t i;
  if (!inputs || !distinct(call, inputs)) return false;
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    if (change(&batch, input, i)) continue;
    portal_batch_drop(&batch);
    return false;
  }
  return portal_batch_end(&batch, 200, portal_records_partial(call));
}

bool portal_records_update(portal_call *call) { return change_all(call, update_one); }

bool portal_records_upsert(portal_call *call) { return change_all(call, upsert_one); }

bool portal_records_archive(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->store->switches[PORTAL_BATCH_MOST]), *input;
  size_t i;
  if (!inputs) return false;
  json_array_foreach(inputs, i, input) {
    portal_id id = {.value = 0};
    if (!portal_require(call, input, "id", i, 3)) return false;
    if (!portal_read_id(call, json_object_get(input, "id"), &id)) return false;
    portal_record_hide(call->store, call->from, portal_record_survivor(call->store, call->from, id.value));
  }
  call->answer->status = 204;
  return true;
}
