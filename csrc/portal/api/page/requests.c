/* The request log: as it grows, and each request whole. */
#include "portal/api/answers.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"

enum { BODY_MOST = 256 << 10 }; /* of a body that somebody looks at */

/* ?after=NUMBER: what came behind that request, and what comes from now on, a line of JSON each. The server writes it:
 * see server/live.h. */
bool portal_page_log_live(portal_call *call) {
  if (!portal_read_number(call, "after", 0, &call->answer->live_after)) return false;
  call->answer->live = true;
  call->answer->type = "application/x-ndjson";
  call->answer->status = 200;
  return true;
}

bool portal_page_log_entry(portal_call *call) {
  const portal_log *log = call->app->log;
  portal_id number;
  portal_id_of_text(call->request->id, &number);
  size_t place = portal_log_above(log, number.value - 1);
  json_t *entry = number.value && place < portal_log_count(log) ? portal_log_json(log, place, BODY_MOST, true) : NULL;
  if (entry && json_integer_value(json_object_get(entry, "number")) == number.value)
    return portal_answer_json(call, 200, entry);
  json_decref(entry);
  return portal_refuse(call->problem, 404, "OBJECT_NOT_FOUND", "The log has no request %.20s any more",
                       call->request->id);
}
