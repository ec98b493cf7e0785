#include "core/session/call.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_search(const char *operation) { return strcmp(operation, "record_search") == 0; }

/* What a repeat of a request does: for an operation what the table says, for any other request what its method promises
 * (RFC 9110). */
static tether_repeat repeat_of(const char *operation, const char *method) {
  const tether_operation *known = tether_operation_find(operation);
  if (known) return known->repeat;
  static const struct {
    const char *method;
    tether_repeat repeat;
  } promises[] = {
      {"GET", TETHER_READS}, {"HEAD", TETHER_READS}, {"PUT", TETHER_CONVERGES}, {"DELETE", TETHER_CONVERGES}};
  for (size_t i = 0; i < sizeof promises / sizeof *promises; i++)
    if (strcmp(promises[i].method, method) == 0) return promises[i].repeat;
  return TETHER_CREATES;
}

static const char *operation_of(const tether_request *request) {
  return request->operation ? request->operation : "request";
}

tether_history tether_call_history(const tether_request *request) {
  tether_history history = {.repeat = repeat_of(operation_of(request), request->method)};
  if (!request->after) return history;
  history.attempts = request->after->attempts - 1;
  history.first_ms = request->after->first_ms;
  return history;
}

tether_call *tether_call_new(const tether_request *request, tether_history history, tether_error *error) {
  tether_call *call = NULL;
  size_t length = strlen(request->path);
  if (*request->path != '/' || strpbrk(request->path, " \r\n") || strlen(request->method) >= sizeof call->method) {
    tether_fail(error, TETHER_BAD_ARGUMENT, "not a request: %.10s %.200s", request->method, request->path);
    return NULL;
  }
  call = calloc(1, sizeof *call + length + 1);
  if (!call) {
    tether_fail(error, TETHER_NO_MEMORY, "no memory for a request");
    return NULL;
  }
  memcpy(call->path, request->path, length + 1);
  snprintf(call->method, sizeof call->method, "%s", request->method);
  snprintf(call->operation, sizeof call->operation, "%s", operation_of(request));
  call->history = history;
  call->lane = is_search(call->operation)     ? TETHER_IN_SEARCHES
               : request->lane == TETHER_BULK ? TETHER_IN_BULK
                                              : TETHER_IN_SINGLES;
  call->reads_links = request->reads_links;
  call->bare = request->bare;
  /* POST, PUT, PATCH: an empty body is said to be one, else some answer 411. */
  call->content = request->body || *call->method == 'P' ? TETHER_JSON_CONTENT : TETHER_NO_CONTENT;
  if (request->body) {
    call->body = *request->body;
    tether_buffer_init(request->body, request->body->ceiling);
  }
  return call;
}

void tether_call_free(tether_call *call) {
  if (call->secret && call->body.data) explicit_bzero(call->body.data, call->body.capacity);
  tether_buffer_free(&call->body);
  tether_answer_free(call->answer);
  free(call);
}

/* -- lists --------------------------------------------------------------------------------------------------------- */

/* Behind `before`; NULL: in front. */
static void insert(tether_calls *calls, tether_call *call, tether_place place, tether_call *before) {
  tether_call *after = before ? before->next : calls->first[place];
  call->place = place;
  call->before = before;
  call->next = after;
  *(before ? &before->next : &calls->first[place]) = call;
  *(after ? &after->before : &calls->last[place]) = call;
  calls->count[place]++;
}

void tether_calls_remove(tether_calls *calls, tether_call *call) {
  *(call->before ? &call->before->next : &calls->first[call->place]) = call->next;
  *(call->next ? &call->next->before : &calls->last[call->place]) = call->before;
  calls->count[call->place]--;
}

void tether_calls_add(tether_calls *calls, tether_call *call, tether_place place) {
  tether_call *before = calls->last[place];
  while (place == TETHER_IN_PAUSE && before && before->due_ms > call->due_ms) before = before->before;
  insert(calls, call, place, before);
}

void tether_calls_move(tether_calls *calls, tether_call *call, tether_place place) {
  tether_calls_remove(calls, call);
  tether_calls_add(calls, call, place);
}

void tether_calls_return(tether_calls *calls, tether_call *call) {
  tether_calls_remove(calls, call);
  insert(calls, call, call->lane, NULL);
}

tether_call *tether_calls_find(const tether_calls *calls, int64_t ticket) {
  for (int place = 0; place < TETHER_IN_SETTLED; place++)
    for (tether_call *call = calls->first[place]; call; call = call->next)
      if (call->ticket == ticket) return call;
  return NULL;
}
