/* Batches of records. */
#include <string.h>

#include "portal/batch.h"
#include "portal/handlers.h"
#include "portal/records.h"

/* A create tells what failed apart only when every input can be named by a trace id of its own (guide). */
static bool all_traced(const json_t *inputs) {
  json_t *seen = json_object(), *input;
  size_t i;
  bool fine = true;
  json_array_foreach((json_t *)inputs, i, input) {
    const char *trace = json_string_value(json_object_get(input, "objectWriteTraceId"));
    fine = fine && trace && !json_object_get(seen, trace);
    if (trace) json_object_set_new(seen, trace, json_true());
  }
  json_decref(seen);
  return fine;
}

static bool create_one(portal_batch *batch, json_t *input, bool traced) {
  portal_call *call = batch->call;
  const json_t *trace = json_object_get(input, "objectWriteTraceId");
  tether_sql_script(call->app->sql, "SAVEPOINT input");
  json_t *record = json_is_object(input) ? portal_record_make(call, input) : NULL;
  tether_sql_script(call->app->sql, record ? "RELEASE input" : "ROLLBACK TO input; RELEASE input");
  if (record) {
    if (trace) json_object_set(record, "objectWriteTraceId", (json_t *)trace);
    portal_batch_item(batch, record);
    return true;
  }
  if (!traced || tether_sql_failed(call->app->sql, NULL)) return false;
  portal_tell(call->problem, "objectWriteTraceId", "%s", json_string_value(trace));
  portal_batch_fail(batch, call->problem);
  return true;
}

bool portal_records_create(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_MOST]), *input;
  portal_batch batch;
  size_t i;
  if (!inputs) return false;
  bool traced = all_traced(inputs);
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) {
    if (create_one(&batch, input, traced)) continue;
    portal_batch_drop(&batch);
    return false;
  }
  return portal_batch_end(&batch, 201, 207);
}

/* The ids that are not there share one error (observed). */
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

static bool read_view(portal_call *call, portal_view *view) {
  json_t *names = json_object_get(call->json, "properties"), *name;
  const char *archived = portal_query(call->request, "archived");
  size_t i;
  view->archived = archived && strcmp(archived, "true") == 0;
  if (!names || json_is_null(names)) return true;
  if (!json_is_array(names)) return portal_wrong_type(call->problem, "java.util.ArrayList", names);
  json_array_foreach(names, i, name) {
    if (!json_is_string(name)) return portal_wrong_type(call->problem, "java.lang.String", name);
    if (view->property_count < PORTAL_ASKED_MOST) view->properties[view->property_count++] = json_string_value(name);
  }
  return true;
}

static bool read_one(portal_batch *batch, const json_t *input, size_t i, const portal_view *view, json_t *missing) {
  portal_call *call = batch->call;
  const char *property = json_string_value(json_object_get(call->json, "idProperty"));
  portal_id id = {.value = 0};
  if (!portal_require(call, input, "id", i, 3)) return false;
  if (!portal_id_of_json(json_object_get(input, "id"), &id))
    return portal_wrong_type(call->problem, "java.lang.String", json_object_get(input, "id"));
  if (property && json_is_string(json_object_get(input, "id")))
    id.value =
        portal_record_by_unique(call->app, call->from, property, json_string_value(json_object_get(input, "id")));
  json_t *record = id.value ? portal_record_json(call, call->from, id.value, view) : NULL;
  if (record)
    portal_batch_item(batch, record);
  else
    json_array_append_new(missing, json_string(id.text));
  return true;
}

bool portal_records_read(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->app->switches[PORTAL_BATCH_MOST]), *input;
  portal_view view = {.all = false};
  portal_batch batch;
  size_t i;
  bool fine = true;
  if (!inputs || !read_view(call, &view)) return false;
  json_t *missing = json_array();
  portal_batch_begin(&batch, call);
  json_array_foreach(inputs, i, input) { fine = fine && read_one(&batch, input, i, &view, missing); }
  fail_missing(&batch, missing);
  json_decref(missing);
  if (fine) return portal_batch_end(&batch, 200, 207);
  portal_batch_drop(&batch);
  return false;
}
