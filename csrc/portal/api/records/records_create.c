/* Batches that create records: all or none, unless each input can be named. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/records/records.h"

/* Whether every input has a trace id of its own. Only then does a batch tell which of its inputs failed (wire.md, 3.7).
 */
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

static void add(portal_batch *batch, json_t *input, json_t *record) {
  json_t *trace = json_object_get(input, "objectWriteTraceId");
  if (trace) json_object_set(record, "objectWriteTraceId", trace);
  portal_batch_item(batch, record);
}

static bool create_traced(portal_batch *batch, json_t *input) {
  portal_call *call = batch->call;
  size_t place = portal_store_begin_part(call->store);
  json_t *record = portal_record_make(call, input);
  portal_store_end_part(call->store, place, record != NULL);
  if (record) {
    add(batch, input, record);
    return true;
  }
  if (tether_sql_failed(call->store->sql, NULL)) return false;
  portal_tell(call->problem, "objectWriteTraceId", "%s",
              json_string_value(json_object_get(input, "objectWriteTraceId")));
  portal_batch_fail(batch, call->problem);
  return true;
}

/* -- all or none -------------------------------------------------------------------------------------------------- */

/* One input that fails refuses all of them: with its own status, or with 400. */
static bool refuse_all(portal_call *call) {
  bool client = call->problem->status > 400 && call->problem->status < 500;
  if (client && PORTAL_IS(call->store, UNTRACED, 400)) call->problem->status = 400;
  return false;
}

/* Which of the records that were made has the id that a refusal names; `count`: none. */
static size_t named(const int64_t *ids, size_t count, const char *message) {
  const char *digits = strrchr(message, ' ');
  int64_t id = digits ? strtoll(digits + 1, NULL, 10) : 0;
  size_t i = 0;
  while (i < count && ids[i] != id) i++;
  return i;
}

/* The record that a CONFLICT names exists (csrc/data/wire.md, 3.7). When the batch itself made it, it alone stays: the
 * answer is written here, since a request that is refused leaves nothing. */
static bool keep_first(portal_call *call, json_t *input, int64_t id) {
  portal_store *store = call->store;
  call->answer->body = portal_problem_body(call->problem, call->answer->correlation);
  call->answer->status = 409;
  portal_problem_clear(call->problem);
  int64_t next = store->next_id;
  store->next_id = id;
  json_t *record = portal_record_make(call, input);
  store->next_id = next;
  json_decref(record);
  return record != NULL;
}

static int64_t id_of(const json_t *record) {
  return strtoll(json_string_value(json_object_get(record, "id")), NULL, 10);
}

/* Makes the records one after the other, and tells how many: fewer than there are when one fails. */
static size_t make_all(portal_call *call, portal_batch *batch, json_t *inputs, int64_t *ids) {
  json_t *input;
  size_t i;
  json_array_foreach(inputs, i, input) {
    json_t *record = portal_record_make(call, input);
    if (!record) return i;
    ids[i] = id_of(record);
    add(batch, input, record);
  }
  return i;
}

static bool create_untraced(portal_call *call, portal_batch *batch, json_t *inputs, int64_t *ids) {
  size_t place = portal_store_begin_part(call->store), count = make_all(call, batch, inputs, ids);
  bool fine = count == json_array_size(inputs);
  portal_store_end_part(call->store, place, fine);
  if (fine) return true;
  size_t first = named(ids, count, call->problem->message);
  if (call->problem->status != 409 || first == count || PORTAL_IS(call->store, UNTRACED, 400)) return refuse_all(call);
  return keep_first(call, json_array_get(inputs, first), ids[first]);
}

bool portal_records_create(portal_call *call) {
  json_t *inputs = portal_inputs(call, call->store->switches[PORTAL_BATCH_MOST]), *input;
  size_t count = json_array_size(inputs), i;
  portal_batch batch;
  if (!inputs) return false;
  json_array_foreach(inputs, i, input) {
    if (!portal_require(call, input, "properties", i, 3)) return false;
  }
  bool traced = all_traced(inputs), fine = true;
  int64_t *ids = calloc(count + 1, sizeof *ids);
  portal_batch_begin(&batch, call);
  if (traced) {
    json_array_foreach(inputs, i, input) { fine = fine && create_traced(&batch, input); }
  } else {
    fine = ids && create_untraced(call, &batch, inputs, ids);
  }
  free(ids);
  if (fine && !call->answer->body) return portal_batch_end(&batch, count ? 201 : 200, portal_records_partial(call));
  portal_batch_drop(&batch);
  if (call->answer->body) tether_buffer_clear(&call->answer->text.buffer);
  return fine;
}
