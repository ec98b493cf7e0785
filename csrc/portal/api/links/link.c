#include "portal/api/links/link.h"

#include <stdio.h>
#include <string.h>

static const char invalid[] = "One or more associations are invalid";

static bool check_record(portal_call *call, const portal_object *object, const portal_id *id, int64_t record,
                         portal_problem *problem) {
  if (record && portal_record_presence(call->store, object, record) == PORTAL_LIVE) return true;
  if (problem->status == 0) portal_refuse(problem, 400, "VALIDATION_ERROR", "%s", invalid);
  portal_tell(problem, "INVALID_OBJECT_IDS", "%s=%s is not valid", object->internal, id->text);
  return false;
}

bool portal_link_pair(portal_call *call, const portal_id *from_id, const portal_id *to_id, portal_pair *pair,
                      portal_problem *problem) {
  *pair = (portal_pair){.from = call->from,
                        .to = call->to,
                        .from_id = portal_record_survivor(call->store, call->from, from_id->value),
                        .to_id = portal_record_survivor(call->store, call->to, to_id->value)};
  portal_problem_clear(problem);
  bool from = check_record(call, call->from, from_id, pair->from_id, problem),
       to = check_record(call, call->to, to_id, pair->to_id, problem);
  problem->missing_from = !from;
  problem->missing_to = !to;
  if (!from || !to) return false;
  if (pair->from != pair->to || pair->from_id != pair->to_id || PORTAL_IS(call->store, SELF_LINK, allow)) return true;
  return portal_refuse(problem, 400, "VALIDATION_ERROR", "A record cannot be associated with itself: %s=%s",
                       pair->from->internal, from_id->text);
}

bool portal_loose_pair(portal_call *call, const portal_id *from_id, const portal_id *to_id, portal_pair *pair,
                       portal_problem *problem) {
  *pair = (portal_pair){.from = call->from,
                        .to = call->to,
                        .from_id = portal_record_survivor(call->store, call->from, from_id->value),
                        .to_id = portal_record_survivor(call->store, call->to, to_id->value)};
  if (pair->from_id && pair->to_id) return true;
  portal_refuse(problem, 400, "VALIDATION_ERROR", "%s", invalid);
  if (!pair->from_id)
    portal_tell(problem, "INVALID_OBJECT_IDS", "%s=%s is not valid", call->from->internal, from_id->text);
  if (!pair->to_id) portal_tell(problem, "INVALID_OBJECT_IDS", "%s=%s is not valid", call->to->internal, to_id->text);
  return false;
}

static void name_input(const portal_call *call, portal_problem *problem, const portal_id *from_id,
                       const portal_id *to_id) {
  portal_tell(problem, "fromObjectId", "%s", from_id->text);
  portal_tell(problem, "toObjectId", "%s", to_id->text);
  portal_tell(problem, "fromObjectType", "%s", call->from->singular);
  portal_tell(problem, "toObjectType", "%s", call->to->singular);
}

/* One error for a record that is not there: the sub-category tells its side (wire.md, 4.7). */
static void fail_side(portal_batch *batch, const portal_object *object, const portal_id *id, const char *sub_category) {
  portal_problem problem = {.status = 0};
  portal_refuse(&problem, 400, "OBJECT_NOT_FOUND", "No %s with ID %s exists", object->singular, id->text);
  problem.sub_category = sub_category;
  portal_tell(&problem, "objectType", "%s", object->singular);
  portal_tell(&problem, "id", "%s", id->text);
  portal_batch_fail(batch, &problem);
}

void portal_fail_input(portal_batch *batch, portal_problem *problem, const portal_id *from_id, const portal_id *to_id) {
  const portal_call *call = batch->call;
  bool from = problem->missing_from, to = problem->missing_to;
  if ((from || to) && PORTAL_IS(call->store, ERROR_CONTEXT, sides)) {
    portal_problem_clear(problem);
    if (from) fail_side(batch, call->from, from_id, "crm.associations.FROM_OBJECT_NOT_FOUND");
    if (to) fail_side(batch, call->to, to_id, "crm.associations.TO_OBJECT_NOT_FOUND");
    return;
  }
  name_input(call, problem, from_id, to_id);
  portal_batch_fail(batch, problem);
}

/* -- writing ------------------------------------------------------------------------------------------------------ */

/* The limit that binds: the one that somebody set, else, for the plain type, the technical one; 0: none. */
static int64_t limit_of(const portal_call *call, const portal_type *type) {
  if (portal_rules_is_exclusive(type)) return 0;
  if (type->most) return type->most;
  return type->kind == TETHER_UNLABELED ? call->store->switches[PORTAL_TECHNICAL_LIMIT] : 0;
}

/* What a record gets, and what binds it. */
static portal_gain gain_of(const portal_call *call, const portal_type *type, int64_t id, int64_t other) {
  if (!type) return (portal_gain){.type = NULL};
  return (portal_gain){.type = type,
                       .id = id,
                       .other = other,
                       .most = limit_of(call, type),
                       .exclusive = portal_rules_is_exclusive(type)};
}

/* Both records of a pair get a type, each in its own direction. */
static void add_gain(const portal_call *call, const portal_pair *pair, const portal_type *type, portal_gains *gains) {
  if (gains->count + 2 > sizeof gains->list / sizeof *gains->list) return;
  const portal_type *inverse = portal_catalog_inverse(call->store->catalog, type);
  gains->list[gains->count++] = gain_of(call, type, pair->from_id, pair->to_id);
  gains->list[gains->count++] = gain_of(call, inverse, pair->to_id, pair->from_id);
}

/* The first company of a record may become its primary by itself: the primaries that `after` has not, as gains. */
static void add_primaries(const portal_call *call, const portal_pair *pair, const portal_typeset *after,
                          portal_gains *gains) {
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  if (PORTAL_IS(call->store, FIRST_PRIMARY, off) || after->count == 0) return;
  for (size_t i = 0; i < count; i++)
    if (types[i]->kind == TETHER_PRIMARY && types[i]->from == pair->from && types[i]->to == pair->to &&
        !portal_typeset_has(after, types[i]))
      add_gain(call, pair, types[i], gains);
}

/* Of the primaries behind `certain`, those stay that are a record's first. */
static void keep_first(portal_gains *gains, size_t certain, portal_typeset *after) {
  size_t kept = certain;
  for (size_t i = certain; i < gains->count; i += 2) {
    const portal_gain *exclusive = &gains->list[gains->list[i + 1].exclusive ? i + 1 : i];
    if (!exclusive->exclusive || exclusive->held > 0) continue;
    portal_typeset_add(after, gains->list[i].type);
    gains->list[kept++] = gains->list[i];
    gains->list[kept++] = gains->list[i + 1];
  }
  gains->count = kept;
}

static bool within_limit(const portal_call *call, const portal_gain *gain, portal_problem *problem) {
  const portal_type *type = gain->type;
  if (gain->most == 0 || gain->held < gain->most) return true;
  bool exceeded = PORTAL_IS(call->store, LIMIT_ERROR, ASSOCIATIONS_LIMIT_EXCEEDED);
  portal_refuse(problem, 400, exceeded ? "ASSOCIATIONS_LIMIT_EXCEEDED" : "VALIDATION_ERROR",
                "Association limit exceeded: %s %lld may have at most %lld associations of type %s %lld",
                type->from->singular, (long long)gain->id, (long long)gain->most, portal_type_category(type),
                (long long)portal_type_id(type));
  portal_tell(problem, "associationTypeId", "%lld", (long long)portal_type_id(type));
  portal_tell(problem, "associationCategory", "%s", portal_type_category(type));
  portal_tell(problem, "limit", "%lld", (long long)gain->most);
  portal_tell(problem, "objectId", "%lld", (long long)gain->id);
  return false;
}

/* A record has one primary company and one parent. Refuses a second one, when the switch stands at `refuse`. */
static bool check_exclusive(const portal_call *call, const portal_gain *gain, portal_problem *problem) {
  if (!gain->exclusive || gain->held == 0 || !PORTAL_IS(call->store, SECOND_PRIMARY, refuse)) return true;
  return portal_refuse(problem, 400, "VALIDATION_ERROR", "%s %lld has a primary %s already", gain->type->from->singular,
                       (long long)gain->id, gain->type->to->singular);
}

static bool check_gains(const portal_call *call, const portal_gains *gains, portal_problem *problem) {
  for (size_t i = 0; i < gains->count; i += 2) {
    const portal_gain *gain = &gains->list[i], *inverse = gain + 1;
    if (!within_limit(call, gain, problem) || !within_limit(call, inverse, problem) ||
        !check_exclusive(call, gain, problem) || !check_exclusive(call, inverse, problem))
      return false;
  }
  return true;
}

bool portal_link_write(portal_call *call, const portal_pair *pair, const portal_typeset *sent, portal_manner manner,
                       portal_problem *problem) {
  portal_typeset before, after;
  portal_gains gains = {.moves = PORTAL_IS(call->store, SECOND_PRIMARY, move)};
  if (sent->count == 0) return true; /* links nothing, and takes nothing away (wire.md, 4.7) */
  portal_links_between(call->store, pair, &before);
  const portal_type *plain = portal_catalog_plain(call->store->catalog, pair->from, pair->to);
  portal_rules_write(&before, sent, plain, manner, &after);
  for (size_t i = 0; i < after.count; i++)
    if (!portal_typeset_has(&before, after.list[i])) add_gain(call, pair, after.list[i], &gains);
  size_t certain = gains.count;
  add_primaries(call, pair, &after, &gains);
  portal_links_weigh(call->store, &gains);
  keep_first(&gains, certain, &after);
  if (!check_gains(call, &gains, problem)) return false;
  portal_links_write(call->store, pair, &before, &after, &gains);
  call->store->linked++;
  return true;
}

/* When the primary goes, another company may take its place: the one with the lowest id. */
static void promote(portal_call *call, const portal_type *type, int64_t id) {
  portal_typeset primary = {.count = 1, .list = {type}}, none = {.count = 0};
  if (!type || type->kind != TETHER_PRIMARY || !portal_rules_is_exclusive(type)) return;
  int64_t next = portal_links_first(call->store, type, id);
  portal_pair pair = {.from = type->from, .to = type->to, .from_id = id, .to_id = next};
  if (next) portal_links_change(call->store, &pair, &none, &primary);
}

static void change(portal_call *call, const portal_pair *pair, const portal_typeset *before,
                   const portal_typeset *after) {
  portal_links_change(call->store, pair, before, after);
  for (size_t i = 0; PORTAL_IS(call->store, PROMOTE_PRIMARY, on) && i < before->count; i++) {
    if (portal_typeset_has(after, before->list[i])) continue;
    promote(call, before->list[i], pair->from_id);
    promote(call, portal_catalog_inverse(call->store->catalog, before->list[i]), pair->to_id);
  }
}

void portal_link_remove(portal_call *call, const portal_pair *pair, const portal_typeset *named) {
  portal_typeset before, after;
  portal_links_between(call->store, pair, &before);
  portal_rules_remove(&before, named, &after);
  change(call, pair, &before, &after);
}

void portal_link_clear(portal_call *call, const portal_pair *pair) {
  portal_typeset before, none = {.count = 0};
  portal_links_between(call->store, pair, &before);
  change(call, pair, &before, &none);
}

const portal_type *portal_link_plain(portal_call *call, const portal_object *from, const portal_object *to) {
  const portal_type *plain = portal_catalog_plain(call->store->catalog, from, to);
  if (!plain)
    portal_refuse(call->problem, 400, "VALIDATION_ERROR", "No default association exists between %s and %s",
                  from->internal, to->internal);
  return plain;
}

/* -- answers ------------------------------------------------------------------------------------------------------ */

void portal_put_to_id(portal_call *call, portal_writer *writer, int64_t id) {
  bool quoted = PORTAL_IS(call->store, TO_IDS, string);
  if (quoted) portal_put(writer, "\"");
  portal_put_id(writer, id);
  if (quoted) portal_put(writer, "\"");
}

static void put_end(portal_call *call, portal_writer *writer, const char *side, const portal_object *object,
                    int64_t id) {
  portal_put(writer, "\"");
  portal_put(writer, side);
  portal_put(writer, "ObjectTypeId\":");
  portal_put_string(writer, *object->type_id ? object->type_id : NULL);
  portal_put(writer, ",\"");
  portal_put(writer, side);
  portal_put(writer, "ObjectId\":");
  portal_put_to_id(call, writer, id);
}

void portal_put_labels(portal_call *call, portal_writer *writer, const portal_pair *pair, const portal_typeset *types) {
  bool first = true;
  portal_put(writer, "{");
  put_end(call, writer, "from", pair->from, pair->from_id);
  portal_put(writer, ",");
  put_end(call, writer, "to", pair->to, pair->to_id);
  portal_put(writer, ",\"labels\":[");
  for (size_t i = 0; i < types->count; i++) {
    if (!types->list[i]->label) continue;
    if (!first) portal_put(writer, ",");
    portal_put_string(writer, types->list[i]->label);
    first = false;
  }
  portal_put(writer, "]}");
}
