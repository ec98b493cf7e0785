/* Limits tracking and the high usage report: how close labels and records are to what is allowed. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/api/definitions/labels.h"
#include "portal/api/handlers.h"
#include "portal/api/read.h"
#include "portal/message/words.h"
#include "portal/store/links.h"

enum { SAMPLES = 10 }; /* records that are named; a guess */

/* From 80 % on a record is near its limit (wire.md, 4.22). */
static int64_t near(int64_t limit) { return (limit * 4 + 4) / 5; }

static int64_t limit_of(const portal_call *call) { return call->store->switches[PORTAL_TECHNICAL_LIMIT]; }

static json_t *object_json(const portal_object *object) {
  char singular[PORTAL_WORDS], plural[PORTAL_WORDS];
  portal_words(object->singular, singular);
  portal_words(object->plural, plural);
  return json_pack("{s:s, s:s, s:s}", "objectTypeId", object->type_id, "singularLabel", singular, "pluralLabel",
                   plural);
}

/* -- labels ------------------------------------------------------------------------------------------------------- */

static json_t *labels_of(portal_store *store, const portal_object *from, const portal_object *to) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  json_t *labels = json_array();
  for (size_t i = 0; i < count && types[i]->key < 0; i++)
    if (types[i]->label && types[i]->from == from && types[i]->to == to)
      json_array_append_new(labels, json_string(types[i]->label));
  return labels;
}

/* Labels that are gone, but not long enough for these numbers to follow (wire.md, 4.22). */
static int64_t add_dropped(portal_store *store, const portal_object *from, const portal_object *to, json_t *labels) {
  int64_t late_ms = store->switches[PORTAL_TRACKING_DELAY] * 1000, usage = 0;
  if (late_ms == 0) return 0;
  sqlite3_stmt *rows =
      tether_sql_query(store->sql, "SELECT label FROM dropped WHERE from_object = ? AND to_object = ? AND at > ?",
                       "iii", from->key, to->key, portal_now_ms(&store->clock) - late_ms);
  while (tether_sql_next(store->sql, rows)) {
    json_array_append_new(labels, json_string((const char *)sqlite3_column_text(rows, 0)));
    usage++;
  }
  return usage;
}

static void add_labels(portal_call *call, json_t *results, const portal_object *from, const portal_object *to) {
  json_t *labels = labels_of(call->store, from, to);
  int64_t cap = call->store->switches[PORTAL_LABEL_CAP],
          usage = portal_labels_between(call->store, from, to) + add_dropped(call->store, from, to, labels);
  json_t *item = json_pack("{s:I, s:I, s:f, s:o, s:o, s:o}", "limit", (json_int_t)cap, "usage", (json_int_t)usage,
                           "percentage", cap ? 100.0 * (double)usage / (double)cap : 100.0, "allLabels", labels,
                           "fromObjectType", object_json(from), "toObjectType", object_json(to));
  json_array_append_new(results, item);
}

static bool wanted(const portal_call *call, const char *name, const portal_object *object) {
  const char *asked = portal_query(call->request, name);
  return !asked || !*asked || portal_catalog_object(call->store->catalog, asked) == object;
}

/* One entry for each direction of each pair that has a label. */
bool portal_track_labels(portal_call *call) {
  json_t *results = json_array(), *seen = json_object();
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  for (size_t i = 0; i < count && types[i]->key < 0; i++) {
    const portal_type *type = types[i];
    char pair[64];
    snprintf(pair, sizeof pair, "%lld %lld", (long long)type->from->key, (long long)type->to->key);
    if (!type->label || json_object_get(seen, pair) || !wanted(call, "fromObjectTypeId", type->from) ||
        !wanted(call, "toObjectTypeId", type->to))
      continue;
    json_object_set_new(seen, pair, json_true());
    add_labels(call, results, type->from, type->to);
  }
  json_decref(seen);
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

/* -- records ------------------------------------------------------------------------------------------------------ */

/* One direction of a pair of object types, and the number of its way. */
typedef struct direction {
  const portal_object *from, *to;
  uint32_t way;
} direction;

static int order(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int by_objects(const void *a, const void *b) {
  const direction *x = a, *y = b;
  int from = order(x->from->key, y->from->key);
  return from ? from : order(x->to->key, y->to->key);
}

static const portal_object *object_of(const portal_catalog *catalog, uint16_t rank) {
  return portal_catalog_object_by_key(catalog, portal_catalog_key(catalog, rank));
}

/* The directions in which anything is tied, in order; owned by the caller. NULL: no memory. */
static direction *used_directions(portal_call *call, size_t *count) {
  uint32_t way_count;
  const portal_way *ways = portal_graph_ways(call->store->graph, &way_count);
  direction *list = malloc((way_count + 1) * sizeof *list);
  *count = 0;
  for (uint32_t i = 0; list && i < way_count; i++) {
    direction side = {object_of(call->store->catalog, ways[i].from), object_of(call->store->catalog, ways[i].to), i};
    if (ways[i].key == 0 && ways[i].links && side.from && side.to) list[(*count)++] = side;
  }
  if (list) qsort(list, *count, sizeof *list, by_objects);
  if (!list) call->store->short_of_memory = true;
  return list;
}

static void note(json_t *results, const portal_object *object, bool at, bool close) {
  size_t i;
  json_t *item;
  json_array_foreach(results, i, item) {
    if (strcmp(json_string_value(json_object_get(item, "objectTypeId")), object->type_id) != 0) continue;
    if (at) json_object_set_new(item, "hasRecordsAtLimit", json_true());
    if (close) json_object_set_new(item, "hasRecordsNearLimit", json_true());
    return;
  }
  item = object_json(object);
  json_object_set_new(item, "hasRecordsAtLimit", json_boolean(at));
  json_object_set_new(item, "hasRecordsNearLimit", json_boolean(close));
  json_array_append_new(results, item);
}

/* Types with links: of the from side, or, with `from`, the targets of that one. */
static bool track_types(portal_call *call, const portal_object *from) {
  json_t *results = json_array();
  int64_t limit = limit_of(call);
  size_t count;
  direction *list = used_directions(call, &count);
  for (size_t i = 0; i < count; i++) {
    uint32_t at = portal_graph_at_least(call->store->graph, list[i].way, limit),
             close = portal_graph_at_least(call->store->graph, list[i].way, near(limit)) - at;
    if (!from || list[i].from == from) note(results, from ? list[i].to : list[i].from, at > 0, close > 0);
  }
  free(list);
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

bool portal_track_from(portal_call *call) { return track_types(call, NULL); }

bool portal_track_to(portal_call *call) { return track_types(call, call->from); }

static void sample(json_t *list, int64_t id, int64_t count, int64_t limit, bool at) {
  char label[32];
  snprintf(label, sizeof label, "%lld", (long long)id);
  json_t *item = json_pack("{s:I, s:s}", "objectId", (json_int_t)id, "label", label);
  if (!at) {
    json_object_set_new(item, "usage", json_integer(count));
    json_object_set_new(item, "percentage", json_real(100.0 * (double)count / (double)limit));
  }
  json_array_append_new(list, item);
}

/* The first few of the records from one rank of a way to another one. */
static json_t *samples(portal_call *call, uint32_t way, uint32_t first, uint32_t end, bool at) {
  json_t *list = json_array();
  for (uint32_t rank = first; rank < end && rank < first + SAMPLES; rank++) {
    const portal_targets *targets = portal_graph_ranked(call->store->graph, way, rank);
    sample(list, targets->record, targets->count, limit_of(call), at);
  }
  return list;
}

bool portal_track_pair(portal_call *call) {
  const portal_graph *graph = call->store->graph;
  uint32_t way = portal_graph_way(graph, call->from->rank, call->to->rank, 0);
  int64_t limit = limit_of(call);
  uint32_t at = portal_graph_at_least(graph, way, limit), all = portal_graph_at_least(graph, way, near(limit));
  call->answer->body =
      json_pack("{s:I, s:I, s:I, s:o, s:o}", "limit", (json_int_t)limit, "totalRecordsAtLimit", (json_int_t)at,
                "totalRecordsNearLimit", (json_int_t)(all - at), "atLimitFromRecordSamples",
                samples(call, way, 0, at, true), "nearLimitFromRecordSamples", samples(call, way, at, all, false));
  call->answer->status = 200;
  return true;
}

/* -- the report --------------------------------------------------------------------------------------------------- */

static void report_direction(portal_call *call, const direction *side, json_t *list) {
  int64_t limit = limit_of(call);
  uint32_t count = portal_graph_at_least(call->store->graph, side->way, near(limit));
  for (uint32_t rank = 0; rank < count; rank++) {
    const portal_targets *targets = portal_graph_ranked(call->store->graph, side->way, rank);
    json_array_append_new(list, json_pack("{s:s, s:s, s:I, s:I, s:I}", "from", side->from->plural, "to",
                                          side->to->plural, "id", (json_int_t)targets->record, "count",
                                          (json_int_t)targets->count, "limit", (json_int_t)limit));
  }
}

/* What HubSpot would mail: the records at 80 % or more, kept for the portal's owner to read. */
static json_t *report(portal_call *call, int64_t user) {
  size_t count;
  json_t *list = json_array();
  direction *directions = used_directions(call, &count);
  for (size_t i = 0; i < count; i++) report_direction(call, &directions[i], list);
  free(directions);
  return json_pack("{s:I, s:I, s:o}", "userId", (json_int_t)user, "at", (json_int_t)call->request->started_ms,
                   "records", list);
}

bool portal_usage_report(portal_call *call) {
  portal_id user = {.value = 0};
  char mail[64];
  portal_id_of_text(call->request->id, &user);
  if (!user.value || user.value > INT32_MAX)
    return portal_refuse(call->problem, 400, "VALIDATION_ERROR", "userId must be a number");
  json_t *made = report(call, user.value);
  char *text = json_dumps(made, JSON_COMPACT);
  json_decref(made);
  tether_sql_do(call->store->sql, "INSERT INTO reports(body) VALUES(?)", "t", text);
  free(text);
  snprintf(mail, sizeof mail, "user%lld@example.com", (long long)user.value);
  call->answer->body =
      json_pack("{s:I, s:s, s:{s:I, s:b, s:i}}", "userId", (json_int_t)user.value, "userEmail", mail, "enqueueTime",
                "value", (json_int_t)call->request->started_ms, "dateOnly", 0, "timeZoneShift", 0);
  call->answer->status = 200;
  return true;
}
