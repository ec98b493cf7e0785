/* Reading links: one record's list, and batch read with a cursor in each result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/links/list.h"
#include "portal/api/quick.h"
#include "portal/message/cursor.h"
#include "portal/store/records/walk.h"

enum { LIMIT_MOST = 500 }; /* of one call (wire.md, 4.5) */

/* What one page asks for, and where the next begins. */
typedef struct links_page {
  const portal_object *from, *to;
  int64_t id, after, most;
  int64_t last; /* the last target written, when there are more; 0: that was all */
} links_page;

static void put_type(portal_writer *writer, const portal_type *type) {
  portal_put(writer, "{\"category\":\"");
  portal_put(writer, portal_type_category(type));
  portal_put(writer, "\",\"typeId\":");
  portal_put_id(writer, portal_type_id(type));
  portal_put(writer, ",\"label\":");
  portal_put_string(writer, type->label);
  portal_put(writer, "}");
}

/* Writes the types of a set as JSON. The text is kept with the set, because many targets share it. */
static bool render(portal_set *set) {
  portal_writer writer = {.failed = false};
  bool first = true;
  tether_buffer_init(&writer.buffer, TETHER_CEILING_ROW);
  portal_put(&writer, ",\"associationTypes\":[");
  for (size_t i = 0; i < set->count; i++) {
    if (!set->types[i]) continue;
    if (!first) portal_put(&writer, ",");
    put_type(&writer, set->types[i]);
    first = false;
  }
  portal_put(&writer, "]}");
  set->length = writer.buffer.length;
  set->text = writer.failed ? NULL : writer.buffer.data;
  if (writer.failed) tether_buffer_free(&writer.buffer);
  return set->text != NULL;
}

static void put_target(portal_call *call, portal_writer *writer, const portal_target *target, bool first) {
  portal_set *set = portal_links_types(call->store, target->set);
  if (!set || (!set->text && !render(set))) {
    writer->failed = true;
    return;
  }
  portal_put(writer, first ? "{\"toObjectId\":" : ",{\"toObjectId\":");
  portal_put_to_id(call, writer, target->id);
  if (!tether_buffer_add(&writer->buffer, set->text, set->length, NULL)) writer->failed = true;
}

/* Writes `{ toObjectId, associationTypes }, …` and returns how many targets that were. */
static int64_t put_targets(portal_call *call, portal_writer *writer, links_page *asked) {
  portal_walk walk;
  portal_target target;
  int64_t targets = 0, before = 0;
  asked->last = 0;
  portal_walk_begin(&walk, call->store, asked->from, asked->id, asked->to, asked->after);
  while (portal_walk_next(&walk, &target)) {
    if (targets == asked->most) {
      asked->last = before;
      break;
    }
    put_target(call, writer, &target, targets++ == 0);
    before = target.id;
  }
  portal_walk_end(&walk);
  return targets;
}

void portal_put_cursor(portal_call *call, portal_writer *writer, const portal_object *to, int64_t last) {
  char cursor[PORTAL_CURSOR], link[TETHER_CEILING_PATH];
  const char *target = call->request->target;
  if (!last) return;
  portal_cursor_write(to->type_id, last, cursor);
  snprintf(link, sizeof link, "%.*s?after=%s", (int)strcspn(target, "?"), target, cursor);
  portal_put(writer, ",\"paging\":{\"next\":{\"after\":");
  portal_put_string(writer, cursor);
  portal_put(writer, ",\"link\":");
  portal_put_string(writer, link);
  portal_put(writer, "}}");
}

bool portal_list_after(portal_call *call, const char *text, int64_t *after) {
  *after = 0;
  if (!text || !*text || portal_cursor_read(text, after)) return true;
  return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "Invalid paging cursor: %.60s", text);
}

bool portal_list_limit(portal_call *call, int64_t *most) {
  int64_t page = call->store->switches[PORTAL_PAGE], limit;
  if (!portal_read_number(call, "limit", LIMIT_MOST, &limit)) return false;
  bool outside = limit < 1 || limit > LIMIT_MOST, clamp = PORTAL_IS(call->store, OVER_PAGE, clamp);
  if (outside && !clamp)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "limit must be between 1 and %d, got %lld", LIMIT_MOST,
                         (long long)limit);
  *most = limit < 1 ? 1 : limit > page ? page : limit;
  return true;
}

bool portal_list_record(portal_call *call, int64_t *id) {
  portal_id given = {.value = 0};
  portal_id_of_text(call->request->a, &given);
  *id = portal_record_survivor(call->store, call->from, given.value);
  return portal_record_presence(call->store, call->from, *id) == PORTAL_LIVE ||
         PORTAL_IS(call->store, MISSING_LIST, empty) || portal_refuse(call->problem, 404, NULL, "resource not found");
}

bool portal_associations_list(portal_call *call) {
  links_page asked = {.from = call->from, .to = call->to};
  portal_writer *writer = &call->answer->text;
  if (!portal_list_record(call, &asked.id) ||
      !portal_list_after(call, portal_query(call->request, "after"), &asked.after) ||
      !portal_list_limit(call, &asked.most))
    return false;
  portal_put(writer, "{\"results\":[");
  put_targets(call, writer, &asked);
  portal_put(writer, "]");
  portal_put_cursor(call, writer, asked.to, asked.last);
  portal_put(writer, "}");
  call->answer->status = 200;
  return true;
}

/* -- batch read --------------------------------------------------------------------------------------------------- */

void portal_batch_no_links(portal_batch *batch, const portal_id *id) {
  portal_problem problem = {.status = 0};
  const portal_object *from = batch->call->from, *to = batch->call->to;
  portal_refuse(&problem, 400, "OBJECT_NOT_FOUND", "No %s is associated with %s %s.", to->singular, from->singular,
                id->text);
  problem.sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND";
  portal_tell(&problem, "fromObjectId", "%s", id->text);
  portal_tell(&problem, "fromObjectType", "%s", from->singular);
  portal_tell(&problem, "toObjectType", "%s", to->singular);
  portal_batch_fail(batch, &problem);
}

/* A record without links is an error and not an empty list, whether it exists or not (wire.md, 4.8). */
static void show_links(portal_batch *batch, const portal_id *id, int64_t after) {
  portal_call *call = batch->call;
  portal_writer *writer = &call->answer->text;
  size_t before = writer->buffer.length;
  links_page asked = {.from = call->from,
                      .to = call->to,
                      .id = portal_record_survivor(call->store, call->from, id->value),
                      .after = after,
                      .most = call->store->switches[PORTAL_PAGE]};
  portal_batch_next(batch);
  portal_put(writer, "{\"from\":{\"id\":");
  portal_put_string(writer, id->text);
  portal_put(writer, "},\"to\":[");
  if (put_targets(call, writer, &asked) == 0 && after == 0 && PORTAL_IS(call->store, NO_LINKS, 207)) {
    writer->buffer.length = before;
    batch->results--;
    portal_batch_no_links(batch, id);
    return;
  }
  portal_put(writer, "]");
  portal_put_cursor(call, writer, asked.to, asked.last);
  portal_put(writer, "}");
}

/* What is no id spoils its own input alone (wire.md, 4.8). */
static void fail_identifier(portal_batch *batch, const portal_id *id) {
  portal_problem problem = {.status = 0};
  portal_refuse(&problem, 400, "VALIDATION_ERROR", "Invalid identifier: %s", id->text);
  problem.sub_category = "crm.associations.INVALID_IDENTIFIER";
  portal_tell(&problem, "id", "%s", id->text);
  portal_batch_fail(batch, &problem);
}

bool portal_read_one(portal_batch *batch, const json_t *input, size_t i, portal_show show) {
  portal_call *call = batch->call;
  portal_id id = {.value = 0};
  int64_t after;
  if (!portal_require(call, input, "id", i, 3) || !portal_read_id(call, json_object_get(input, "id"), &id) ||
      !portal_list_after(call, json_string_value(json_object_get(input, "after")), &after))
    return false;
  if (id.value)
    show(batch, &id, after);
  else
    fail_identifier(batch, &id);
  return true;
}

static bool read_one(portal_batch *batch, json_t *input, size_t i) {
  return portal_read_one(batch, input, i, show_links);
}

static const char *read_quickly(portal_batch *batch, const char *at, const char *end) {
  portal_id id;
  const char *behind = portal_quick_ref(at, end, &id);
  if (behind) show_links(batch, &id, 0);
  return behind;
}

int portal_read_partial(const portal_call *call) {
  return call->request->version == PORTAL_2026_09 && PORTAL_IS(call->store, READS_2026_09, 200) ? 200 : 207;
}

bool portal_batch_read(portal_call *call) {
  return portal_batch_each_quick(call, call->store->switches[PORTAL_BATCH_READ_MOST], read_quickly, read_one, 200,
                                 portal_read_partial(call));
}
