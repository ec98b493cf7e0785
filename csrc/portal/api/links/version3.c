/* Version 3 of the association operations: types go by name, and a pair of records stands there once for each type. */
#include <stdio.h>
#include <stdlib.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/links/list.h"
#include "portal/store/records/walk.h"

enum { PAGE = 100 }; /* of batch read (wire.md, 4.8) */

/* -- reading ------------------------------------------------------------------------------------------------------ */

/* `{ id, type }` for each type. */
static void put_target(portal_call *call, portal_writer *writer, const portal_target *target, bool first) {
  const portal_set *set = portal_links_types(call->store, target->set);
  for (size_t i = 0; set && i < set->count; i++) {
    if (!set->types[i]) continue;
    portal_put(writer, first ? "{\"id\":\"" : ",{\"id\":\"");
    portal_put_id(writer, target->id);
    portal_put(writer, "\",\"type\":");
    portal_put_string(writer, set->types[i]->name);
    portal_put(writer, "}");
    first = false;
  }
}

/* Writes at most `most` targets and returns how many that were; *last: the last one, when there are more, else 0. */
static int64_t put_targets(portal_call *call, portal_writer *writer, int64_t id, int64_t after, int64_t most,
                           int64_t *last) {
  portal_walk walk;
  portal_target target;
  int64_t targets = 0, before = 0;
  *last = 0;
  portal_walk_begin(&walk, call->store, call->from, id, call->to, after);
  while (portal_walk_next(&walk, &target)) {
    if (targets == most) {
      *last = before;
      break;
    }
    put_target(call, writer, &target, targets++ == 0);
    before = target.id;
  }
  portal_walk_end(&walk);
  return targets;
}

bool portal_v3_list(portal_call *call) {
  portal_writer *writer = &call->answer->text;
  int64_t id, after, most, last;
  if (!portal_list_record(call, &id) || !portal_list_after(call, portal_query(call->request, "after"), &after) ||
      !portal_list_limit(call, &most))
    return false;
  portal_put(writer, "{\"results\":[");
  put_targets(call, writer, id, after, most, &last);
  portal_put(writer, "]");
  portal_put_cursor(call, writer, call->to, last);
  portal_put(writer, "}");
  call->answer->status = 200;
  return true;
}

static void show_links(portal_batch *batch, const portal_id *id, int64_t after) {
  portal_call *call = batch->call;
  portal_writer *writer = &call->answer->text;
  size_t before = writer->buffer.length;
  int64_t page = call->store->switches[PORTAL_PAGE], last;
  portal_batch_next(batch);
  portal_put(writer, "{\"from\":{\"id\":");
  portal_put_string(writer, id->text);
  portal_put(writer, "},\"to\":[");
  if (put_targets(call, writer, portal_record_survivor(call->store, call->from, id->value), after,
                  page < PAGE ? page : PAGE, &last) == 0 &&
      after == 0 && PORTAL_IS(call->store, NO_LINKS, 207)) {
    writer->buffer.length = before;
    batch->results--;
    portal_batch_no_links(batch, id);
    return;
  }
  portal_put(writer, "]");
  portal_put_cursor(call, writer, call->to, last);
  portal_put(writer, "}");
}

static bool read_one(portal_batch *batch, json_t *input, size_t i) {
  return portal_read_one(batch, input, i, show_links);
}

bool portal_v3_batch_read(portal_call *call) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_READ_MOST], read_one, 200,
                           portal_read_partial(call));
}

/* Every type of the direction: { id, name }, both texts. */
bool portal_v3_types(portal_call *call) {
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  json_t *results = json_array();
  for (size_t i = 0; i < count; i++) {
    char id[24];
    if (types[i]->from != call->from || types[i]->to != call->to) continue;
    snprintf(id, sizeof id, "%lld", (long long)portal_type_id(types[i]));
    json_array_append_new(results, json_pack("{s:s, s:s}", "id", id, "name", types[i]->name));
  }
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

/* { from, to, type }: ends that are links' ends, and a type of the path's direction. False: the request is refused. */
static bool read_input(portal_call *call, const json_t *input, size_t i, portal_id *from_id, portal_id *to_id,
                       const portal_type **type) {
  char text[64];
  const json_t *given = json_object_get(input, "type");
  if (!portal_require(call, input, "from,to,type", i, 3) || !portal_read_ref(call, input, "from", from_id) ||
      !portal_read_ref(call, input, "to", to_id))
    return false;
  if (!json_is_string(given) && !json_is_integer(given))
    return portal_wrong_type(call->problem, "java.lang.String", given);
  if (json_is_string(given))
    snprintf(text, sizeof text, "%s", json_string_value(given));
  else
    snprintf(text, sizeof text, "%lld", (long long)json_integer_value(given));
  *type = portal_named_type(call, text);
  if (!*type) portal_unfit_type(call, "HUBSPOT_DEFINED", atoll(text), call->problem);
  return *type != NULL;
}

static void put_result(portal_writer *writer, int64_t from_id, int64_t to_id, const portal_type *type) {
  portal_put(writer, "{\"from\":{\"id\":\"");
  portal_put_id(writer, from_id);
  portal_put(writer, "\"},\"to\":{\"id\":\"");
  portal_put_id(writer, to_id);
  portal_put(writer, "\"},\"type\":");
  portal_put_string(writer, type->name);
  portal_put(writer, "}");
}

/* Both directions stand in the answer (wire.md, 4.1). */
static void put_results(portal_batch *batch, const portal_pair *pair, const portal_type *type) {
  const portal_type *inverse = portal_catalog_inverse(batch->call->store->catalog, type);
  put_result(portal_batch_next(batch), pair->from_id, pair->to_id, type);
  if (inverse) put_result(portal_batch_next(batch), pair->to_id, pair->from_id, inverse);
}

static bool create_one(portal_batch *batch, json_t *input, size_t i) {
  portal_call *call = batch->call;
  portal_id from_id = {.value = 0}, to_id = {.value = 0};
  portal_typeset types = {.count = 1};
  portal_problem problem = {.status = 0};
  portal_pair pair;
  if (!read_input(call, input, i, &from_id, &to_id, &types.list[0])) return false;
  if (portal_link_pair(call, &from_id, &to_id, &pair, &problem) &&
      portal_link_write(call, &pair, &types, PORTAL_ADD, &problem)) {
    put_results(batch, &pair, types.list[0]);
    return true;
  }
  portal_fail_input(batch, &problem, &from_id, &to_id);
  return true;
}

bool portal_v3_batch_create(portal_call *call) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_CREATE_MOST], create_one,
                           PORTAL_IS(call->store, V3_CREATE, 201) ? 201 : 200, 207);
}

static bool archive_one(portal_batch *batch, json_t *input, size_t i) {
  portal_problem problem = {.status = 0};
  portal_typeset types = {.count = 1};
  portal_id from_id = {.value = 0}, to_id = {.value = 0};
  portal_pair pair;
  if (!read_input(batch->call, input, i, &from_id, &to_id, &types.list[0])) return false;
  if (portal_loose_pair(batch->call, &from_id, &to_id, &pair, &problem)) {
    portal_link_remove(batch->call, &pair, &types);
    return true;
  }
  portal_fail_input(batch, &problem, &from_id, &to_id);
  return true;
}

bool portal_v3_batch_archive(portal_call *call) {
  return portal_batch_each(call, call->store->switches[PORTAL_BATCH_MOST], archive_one, 204, 207);
}
