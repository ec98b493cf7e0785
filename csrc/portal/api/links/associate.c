/* One pair of records: the default, array and typed writes, and their removals. */
#include <stdlib.h>
#include <string.h>

#include "portal/api/batch.h"
#include "portal/api/handlers.h"
#include "portal/api/links/link.h"
#include "portal/api/view.h"

static bool read_pair(portal_call *call, portal_pair *pair) {
  portal_id a = {.value = 0}, b = {.value = 0};
  portal_id_of_text(call->request->a, &a);
  portal_id_of_text(call->request->b, &b);
  if (portal_link_pair(call, &a, &b, pair, call->problem)) return true;
  bool missing = call->problem->missing_from || call->problem->missing_to;
  if (!missing || PORTAL_IS(call->store, MISSING_RECORD, 400)) return false;
  return portal_refuse(call->problem, 404, NULL, "resource not found");
}

void portal_put_default(portal_call *call, portal_batch *batch, const portal_pair *pair, const portal_type *plain) {
  const portal_type *inverse = portal_catalog_type(call->store->catalog, plain->inverse);
  for (int side = inverse ? 0 : 1; side < 2; side++) { /* the inverse direction first (wire.md, 4.1) */
    const portal_type *type = side ? plain : inverse;
    portal_writer *writer = portal_batch_next(batch);
    portal_put(writer, "{\"from\":{\"id\":\"");
    portal_put_id(writer, side ? pair->from_id : pair->to_id);
    portal_put(writer, "\"},\"to\":{\"id\":\"");
    portal_put_id(writer, side ? pair->to_id : pair->from_id);
    portal_put(writer, "\"},\"associationSpec\":{\"associationCategory\":\"");
    portal_put(writer, portal_type_category(type));
    portal_put(writer, "\",\"associationTypeId\":");
    portal_put_id(writer, portal_type_id(type));
    portal_put(writer, "}}");
  }
}

bool portal_associate_default(portal_call *call) {
  const portal_type *plain = portal_link_plain(call, call->from, call->to);
  portal_typeset types = {.count = 1, .list = {plain}};
  portal_pair pair;
  portal_batch batch;
  if (!plain || !read_pair(call, &pair) || !portal_link_write(call, &pair, &types, PORTAL_ADD, call->problem))
    return false;
  portal_batch_begin(&batch, call);
  portal_put_default(call, &batch, &pair, plain);
  return portal_batch_end(&batch, 200, 200);
}

portal_manner portal_label_manner(const portal_call *call) {
  if (PORTAL_IS(call->store, LABELS, append)) return PORTAL_ADD;
  return PORTAL_IS(call->store, REPLACE_PRIMARY, drop) ? PORTAL_REPLACE_ALL : PORTAL_REPLACE;
}

bool portal_associate_labeled(portal_call *call) {
  portal_typeset types;
  portal_pair pair;
  if (!portal_read_types(call, call->json, call->from, call->to, &types) || !read_pair(call, &pair) ||
      !portal_link_write(call, &pair, &types, portal_label_manner(call), call->problem))
    return false;
  portal_put_labels(call, &call->answer->text, &pair, &types);
  call->answer->status = 201;
  return true;
}

/* What the dated versions answer is open; v3 gives the from record with its associations (wire.md, 4.3). */
bool portal_associate_typed(portal_call *call) {
  portal_view view = {.linked = {call->to}, .linked_count = 1};
  portal_pair pair;
  bool created = PORTAL_IS(call->store, TYPED_ROUTE, 201), empty = PORTAL_IS(call->store, TYPED_ROUTE, 204);
  const portal_type *type = portal_named_type(call, call->request->id);
  portal_typeset types = {.count = 1, .list = {type}};
  if (!type || !read_pair(call, &pair) || !portal_link_write(call, &pair, &types, PORTAL_ADD, call->problem))
    return false;
  if (!empty) call->answer->body = portal_record_json(call, call->from, pair.from_id, &view);
  call->answer->status = empty ? 204 : created ? 201 : 200;
  return true;
}

/* Removing what is not there is fine: the pair need not exist (open; clients take 204 and 404 alike). */
static bool read_loose_pair(portal_call *call, portal_pair *pair) {
  portal_id a = {.value = 0}, b = {.value = 0};
  portal_id_of_text(call->request->a, &a);
  portal_id_of_text(call->request->b, &b);
  return portal_loose_pair(call, &a, &b, pair, call->problem);
}

/* NULL: any type. */
static bool check_linked(portal_call *call, const portal_pair *pair, const portal_type *type) {
  portal_typeset present;
  portal_links_between(call->store, pair, &present);
  if (type ? portal_typeset_has(&present, type) : present.count > 0) return true;
  return PORTAL_IS(call->store, UNLINKED, 204) || portal_refuse(call->problem, 404, NULL, "resource not found");
}

bool portal_dissociate_typed(portal_call *call) {
  portal_pair pair;
  const portal_type *type = portal_named_type(call, call->request->id);
  portal_typeset types = {.count = 1, .list = {type}};
  if (!type || !read_loose_pair(call, &pair) || !check_linked(call, &pair, type)) return false;
  portal_link_remove(call, &pair, &types);
  call->answer->status = 204;
  return true;
}

bool portal_dissociate(portal_call *call) {
  portal_pair pair;
  if (!read_loose_pair(call, &pair) || !check_linked(call, &pair, NULL)) return false;
  portal_link_clear(call, &pair);
  call->answer->status = 204;
  return true;
}
