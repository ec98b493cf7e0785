/* Pipelines and their stages: of deals, tickets and leads by themselves, of any type when somebody makes one. */
#include <stdio.h>
#include <string.h>

#include "portal/api/answers.h"
#include "portal/api/definitions/properties.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/store/document.h"
#include "portal/store/records/standard.h"

/* What a pipeline and a stage have beside their own fields. */
static void complete(portal_store *store, json_t *item) {
  portal_default_to(item, "displayOrder", json_integer(0));
  portal_default_to(item, "createdAt", portal_now_json(store));
  portal_default_to(item, "updatedAt", portal_now_json(store));
  portal_default_to(item, "archived", json_false());
}

static void give_id(portal_store *store, json_t *item) {
  if (json_is_string(json_object_get(item, "id"))) return;
  json_object_set_new(item, "id", json_sprintf("%lld", (long long)store->next_id));
  if (store->next_id) store->next_id = store->next_id < INT64_MAX ? store->next_id + 1 : 0;
}

static void complete_stages(portal_store *store, json_t *pipeline) {
  json_t *stage;
  size_t i;
  portal_default_to(pipeline, "stages", json_array());
  json_array_foreach(json_object_get(pipeline, "stages"), i, stage) {
    if (!json_is_object(stage)) continue;
    give_id(store, stage);
    portal_default_to(stage, "metadata", json_object());
    portal_default_to(stage, "writePermissions", json_string("CRM_PERMISSIONS_ENFORCEMENT"));
    complete(store, stage);
  }
  complete(store, pipeline);
}

bool portal_pipeline_write(portal_store *store, const portal_object *object, json_t *pipeline) {
  complete_stages(store, pipeline);
  return portal_document_put(store, PORTAL_PIPELINE, object, json_string_value(json_object_get(pipeline, "id")),
                             pipeline);
}

static void add_standard(portal_store *store, const portal_object *object, json_t *all) {
  const char *text = portal_standard_pipelines(object);
  json_t *list = text ? json_loads(text, 0, NULL) : NULL, *pipeline;
  size_t i;
  json_array_foreach(list, i, pipeline) {
    complete_stages(store, pipeline);
    json_object_set(all, json_string_value(json_object_get(pipeline, "id")), pipeline);
  }
  json_decref(list);
}

json_t *portal_pipelines(portal_store *store, const portal_object *object) {
  json_t *all = json_object(), *own = portal_documents(store, PORTAL_PIPELINE, object), *pipeline;
  const char *id;
  add_standard(store, object, all);
  json_object_foreach(own, id, pipeline) {
    if (json_is_null(pipeline)) /* a standard one that was taken away */
      json_object_del(all, id);
    else
      json_object_set(all, id, pipeline);
  }
  json_decref(own);
  return all;
}

static bool refuse_unknown(portal_call *call) {
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "resource not found");
}

/* The path's pipeline, a new reference; NULL: refused. */
static json_t *find(portal_call *call) {
  json_t *all = portal_pipelines(call->store, call->from);
  json_t *found = json_incref(json_object_get(all, call->request->a));
  json_decref(all);
  if (!found) refuse_unknown(call);
  return found;
}

/* The place of a stage in the list; its length: there is none. */
static size_t place_of(const json_t *stages, const char *wanted) {
  size_t i;
  json_t *stage;
  json_array_foreach((json_t *)stages, i, stage) {
    const char *id = json_string_value(json_object_get(stage, "id"));
    if (id && strcmp(id, wanted) == 0) break;
  }
  return i;
}

/* -- what a body may say ------------------------------------------------------------------------------------------ */

static bool has_kind(portal_call *call, const json_t *item, const char *name, json_type kind, const char *wanted) {
  const json_t *value = json_object_get(item, name);
  return !value || json_typeof(value) == kind || portal_wrong_type(call->problem, wanted, value);
}

/* The fields that a pipeline and a stage share. */
static bool check_item(portal_call *call, const json_t *item, const char *wanted) {
  if (!json_is_object(item)) return portal_wrong_type(call->problem, wanted, item);
  return has_kind(call, item, "label", JSON_STRING, "java.lang.String") &&
         has_kind(call, item, "displayOrder", JSON_INTEGER, "int") &&
         has_kind(call, item, "metadata", JSON_OBJECT, "java.util.LinkedHashMap");
}

static bool check_pipeline(portal_call *call) {
  json_t *stages, *stage;
  size_t i;
  if (!check_item(call, call->json, "PipelineInput") ||
      !has_kind(call, call->json, "stages", JSON_ARRAY, "java.util.ArrayList"))
    return false;
  stages = json_object_get(call->json, "stages");
  json_array_foreach(stages, i, stage) {
    if (!check_item(call, stage, "PipelineStageInput") || !portal_require(call, stage, "label", i, 3)) return false;
  }
  return true;
}

/* PUT says everything, PATCH what is to be changed. */
static bool is_whole(portal_call *call, const char *fields) {
  return strcmp(call->request->method, "PUT") != 0 || portal_require(call, call->json, fields, 0, 1);
}

/* Takes over what a body says; the id stays. */
static void change(portal_call *call, json_t *item) {
  json_object_del(call->json, "id");
  json_object_update(item, call->json);
  json_object_set_new(item, "updatedAt", portal_now_json(call->store));
}

static bool save(portal_call *call, json_t *pipeline, int status) {
  bool fine = portal_pipeline_write(call->store, call->from, pipeline);
  if (fine && status) portal_answer_json(call, status, json_incref(pipeline));
  json_decref(pipeline);
  return fine;
}

/* -- pipelines ---------------------------------------------------------------------------------------------------- */

bool portal_pipelines_list(portal_call *call) {
  json_t *all = portal_pipelines(call->store, call->from), *results = json_array(), *pipeline;
  const char *id;
  json_object_foreach(all, id, pipeline) { json_array_append(results, pipeline); }
  json_decref(all);
  return portal_answer_results(call, results);
}

bool portal_pipeline_get(portal_call *call) {
  json_t *found = find(call);
  return found && portal_answer_json(call, 200, found);
}

bool portal_pipeline_create(portal_call *call) {
  if (!portal_require(call, call->json, "label,stages", 0, 1) || !check_pipeline(call)) return false;
  json_t *made = json_deep_copy(call->json);
  give_id(call->store, made);
  return save(call, made, 201);
}

bool portal_pipeline_update(portal_call *call) {
  json_t *found = check_pipeline(call) && is_whole(call, "label,stages") ? find(call) : NULL;
  if (!found) return false;
  change(call, found);
  return save(call, found, 200);
}

bool portal_pipeline_archive(portal_call *call) {
  json_t *found = find(call), *none = json_null();
  if (!found) return false;
  json_decref(found);
  portal_document_put(call->store, PORTAL_PIPELINE, call->from, call->request->a, none);
  return portal_answer_nothing(call);
}

/* Nothing is kept of what they were before. */
bool portal_pipeline_audit(portal_call *call) {
  json_t *found = find(call);
  json_decref(found);
  return found && portal_answer_results(call, json_array());
}

/* -- stages ------------------------------------------------------------------------------------------------------- */

bool portal_stages_list(portal_call *call) {
  json_t *found = find(call);
  if (!found) return false;
  portal_answer_results(call, json_incref(json_object_get(found, "stages")));
  json_decref(found);
  return true;
}

bool portal_stage_create(portal_call *call) {
  if (!portal_require(call, call->json, "label,metadata", 0, 1) || !check_item(call, call->json, "PipelineStageInput"))
    return false;
  json_t *found = find(call), *stage = found ? json_deep_copy(call->json) : NULL;
  if (!found) return false;
  if (!json_is_string(json_object_get(stage, "id"))) json_object_del(stage, "id");
  json_array_append_new(json_object_get(found, "stages"), stage);
  bool fine = save(call, json_incref(found), 0) && portal_answer_json(call, 201, json_incref(stage));
  json_decref(found);
  return fine;
}

/* The path's stage in *pipeline, which the caller owns; NULL: refused. */
static json_t *find_stage(portal_call *call, json_t **pipeline, size_t *place) {
  *pipeline = find(call);
  if (!*pipeline) return NULL;
  json_t *stages = json_object_get(*pipeline, "stages");
  *place = place_of(stages, call->request->id);
  if (*place < json_array_size(stages)) return json_array_get(stages, *place);
  json_decref(*pipeline);
  refuse_unknown(call);
  return NULL;
}

bool portal_stage_get(portal_call *call) {
  json_t *pipeline;
  size_t place;
  json_t *stage = find_stage(call, &pipeline, &place);
  if (!stage) return false;
  portal_answer_json(call, 200, json_incref(stage));
  json_decref(pipeline);
  return true;
}

bool portal_stage_update(portal_call *call) {
  json_t *pipeline;
  size_t place;
  if (!check_item(call, call->json, "PipelineStageInput") || !is_whole(call, "label,metadata")) return false;
  json_t *stage = find_stage(call, &pipeline, &place);
  if (!stage) return false;
  change(call, stage);
  portal_answer_json(call, 200, json_incref(stage));
  return save(call, pipeline, 0);
}

bool portal_stage_archive(portal_call *call) {
  json_t *pipeline;
  size_t place;
  if (!find_stage(call, &pipeline, &place)) return false;
  json_array_remove(json_object_get(pipeline, "stages"), place);
  return portal_answer_nothing(call) && save(call, pipeline, 0);
}

bool portal_stage_audit(portal_call *call) {
  json_t *pipeline;
  size_t place;
  if (!find_stage(call, &pipeline, &place)) return false;
  json_decref(pipeline);
  return portal_answer_results(call, json_array());
}
