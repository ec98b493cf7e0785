#include "portal/api/batch.h"

#include <stdlib.h>

#include "base/clock.h"
#include "portal/api/inputs.h"

void portal_batch_begin(portal_batch *batch, portal_call *call) {
  batch->call = call;
  batch->results = 0;
  batch->errors = NULL;
  batch->whole = false;
  batch->first = (portal_problem){.status = 0};
  batch->last.text = NULL;
  portal_put(&call->answer->text, "{\"status\":\"COMPLETE\",\"results\":[");
}

portal_writer *portal_batch_next(portal_batch *batch) {
  portal_writer *writer = &batch->call->answer->text;
  if (batch->results++) portal_put(writer, ",");
  return writer;
}

static void put_json(portal_writer *writer, const json_t *value) {
  char *text = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
  if (text)
    portal_put(writer, text);
  else
    writer->failed = true;
  free(text);
}

void portal_batch_item(portal_batch *batch, json_t *item) {
  put_json(portal_batch_next(batch), item);
  json_decref(item);
}

void portal_batch_fail(portal_batch *batch, portal_problem *problem) {
  if (PORTAL_IS(batch->call->store, ERROR_CONTEXT, none)) {
    json_decref(problem->context);
    problem->context = NULL;
  }
  if (!batch->errors) batch->errors = json_array();
  json_array_append_new(batch->errors, portal_problem_item(problem));
  if (batch->first.status == 0) {
    batch->first = *problem;
    *problem = (portal_problem){.status = 0};
  }
  portal_problem_clear(problem);
}

void portal_batch_drop(portal_batch *batch) {
  portal_problem_clear(&batch->first);
  json_decref(batch->errors);
}

static void put_tail(portal_batch *batch) {
  portal_writer *writer = &batch->call->answer->text;
  char started[TETHER_CLOCK_ISO], completed[TETHER_CLOCK_ISO];
  tether_clock_iso(batch->call->request->started_ms, started);
  tether_clock_iso(portal_now_ms(&batch->call->store->clock), completed);
  portal_put(writer, "],\"startedAt\":\"");
  portal_put(writer, started);
  portal_put(writer, "\",\"completedAt\":\"");
  portal_put(writer, completed);
  portal_put(writer, "\"");
  if (batch->errors) {
    portal_put(writer, ",\"numErrors\":");
    portal_put_id(writer, (int64_t)json_array_size(batch->errors));
    portal_put(writer, ",\"errors\":");
    put_json(writer, batch->errors);
  }
  portal_put(writer, "}");
}

/* Begins the answer anew, as one of which nothing was done. */
static void cancel(portal_batch *batch) {
  portal_answer *answer = batch->call->answer;
  tether_buffer_clear(&answer->text.buffer);
  portal_put(&answer->text, "{\"status\":\"CANCELED\",\"results\":[");
  answer->undone = true;
  batch->results = 0;
}

bool portal_batch_end(portal_batch *batch, int fine, int partial) {
  portal_answer *answer = batch->call->answer;
  if (batch->whole && batch->errors) cancel(batch);
  bool refused = batch->errors && batch->results == 0 && PORTAL_IS(batch->call->store, ALL_FAILED, 400);
  if (refused) {
    portal_problem_clear(batch->call->problem);
    *batch->call->problem = batch->first;
    if (batch->call->problem->status >= 500 || batch->call->problem->status < 400) batch->call->problem->status = 400;
  } else {
    portal_problem_clear(&batch->first);
    put_tail(batch);
    answer->status = batch->errors ? partial : fine;
    if (answer->status == 204) tether_buffer_clear(&answer->text.buffer);
  }
  json_decref(batch->errors);
  return !refused;
}

/* Works the input that the reader stands before. */
static bool work_next(portal_batch *batch, portal_inputs_reader *reader, portal_batch_quick quick,
                      portal_batch_work work) {
  const char *behind = quick ? quick(batch, reader->at, reader->end) : NULL;
  if (behind) {
    portal_inputs_pass(reader, behind);
    return true;
  }
  json_t *input = portal_inputs_next(reader);
  return !input || work(batch, input, reader->count - 1);
}

/* Works inputs while the body is read. When the body turns out to be broken, that refuses the whole request, whatever
 * was wrong with single inputs. */
static bool each_as_read(portal_call *call, int64_t most, portal_batch_quick quick, portal_batch_work work, int fine,
                         int partial) {
  portal_inputs_reader reader;
  portal_batch batch;
  bool worked = true;
  portal_inputs_begin(&reader, call);
  portal_batch_begin(&batch, call);
  while (worked && portal_inputs_more(&reader))
    worked = (int64_t)reader.count < most && work_next(&batch, &reader, quick, work);
  if (!worked && (int64_t)portal_inputs_count(&reader) > most && !reader.failed) portal_too_many(call, most);
  portal_inputs_end(&reader);
  if (worked && !reader.failed) return portal_batch_end(&batch, reader.count == 0 && fine == 201 ? 200 : fine, partial);
  portal_batch_drop(&batch);
  return false;
}

/* Works inputs that are in memory, all of them or up to the first that fails. */
static bool each_of(portal_call *call, bool whole, int64_t most, portal_batch_work work, int fine, int partial) {
  json_t *inputs = portal_inputs(call, most), *input;
  portal_batch batch;
  size_t i;
  if (!inputs) return false;
  portal_batch_begin(&batch, call);
  batch.whole = whole;
  json_array_foreach(inputs, i, input) {
    if (!work(&batch, input, i)) {
      portal_batch_drop(&batch);
      return false;
    }
    if (whole && batch.errors) break;
  }
  return portal_batch_end(&batch, i == 0 && fine == 201 ? 200 : fine, partial); /* nothing was created */
}

bool portal_batch_each(portal_call *call, int64_t most, portal_batch_work work, int fine, int partial) {
  return portal_batch_each_quick(call, most, NULL, work, fine, partial);
}

bool portal_batch_each_quick(portal_call *call, int64_t most, portal_batch_quick quick, portal_batch_work work,
                             int fine, int partial) {
  if (call->json) return each_of(call, false, most, work, fine, partial);
  return each_as_read(call, most, quick, work, fine, partial);
}

bool portal_batch_whole(portal_call *call, int64_t most, portal_batch_work work, int fine, int canceled) {
  return each_of(call, true, most, work, fine, canceled);
}
