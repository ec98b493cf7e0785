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

enum { SAMPLES = 10 };

/* From 80 % on a record is near its limit (wire.md, 4.22). */
static int64_t near(int64_t limit) { return (limit * 4 + 4) / 5; }

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

/* Labels that are gone, but not long enough for these numbers to follow (observed: up to 40 s). */
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

/* A record and how many targets it has. */
typedef struct crowd {
  const portal_object *from, *to;
  int64_t id, count;
} crowd;

typedef struct crowds {
  crowd *list; /* owned */
  size_t count, room;
} crowds;

static bool add_crowd(crowds *all, crowd one) {
  if (all->count == all->room) {
    size_t room = all->room ? all->room * 2 : 64;
    crowd *list = realloc(all->list, room * sizeof *list);
    if (!list) return false;
    all->list = list;
    all->room = room;
  }
  all->list[all->count++] = one;
  return true;
}

static int order(int64_t a, int64_t b) { return a < b ? -1 : a > b; }

static int by_place(const void *a, const void *b) {
  const crowd *x = a, *y = b;
  int from = order(x->from->key, y->from->key), to = order(x->to->key, y->to->key);
  return from ? from : to ? to : order(x->id, y->id);
}

static int by_count(const void *a, const void *b) {
  const crowd *x = a, *y = b;
  int count = order(y->count, x->count);
  return count ? count : order(x->id, y->id);
}

/* Records near their limit, in order; `from` NULL: of every direction. */
static crowds near_limit(portal_call *call, const portal_object *from, const portal_object *to,
                         int (*compare)(const void *, const void *)) {
  crowds all = {.count = 0};
  int64_t least = near(call->store->switches[PORTAL_TECHNICAL_LIMIT]);
  const portal_targets *targets;
  for (size_t place = 0; (targets = portal_links_crowded(call->store, least < 1 ? 1 : least, &place));) {
    const portal_catalog *catalog = call->store->catalog;
    crowd one = {.from = portal_catalog_object_by_key(catalog, portal_catalog_key(catalog, targets->from)),
                 .to = portal_catalog_object_by_key(catalog, portal_catalog_key(catalog, targets->to)),
                 .id = targets->record,
                 .count = targets->count};
    if (!one.from || !one.to || (from && (one.from != from || one.to != to))) continue;
    if (!add_crowd(&all, one)) call->store->short_of_memory = true;
  }
  if (all.count) qsort(all.list, all.count, sizeof *all.list, compare);
  return all;
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

/* The directions in which anything is tied, in order. */
static crowds used_directions(portal_call *call) {
  crowds all = {.count = 0};
  size_t count;
  const portal_catalog *catalog = call->store->catalog;
  const portal_direction *ways = portal_graph_directions(call->store->graph, &count);
  for (size_t i = 0; i < count; i++) {
    crowd one = {.from = portal_catalog_object_by_key(catalog, portal_catalog_key(catalog, ways[i].from)),
                 .to = portal_catalog_object_by_key(catalog, portal_catalog_key(catalog, ways[i].to))};
    if (ways[i].links && one.from && one.to && !add_crowd(&all, one)) call->store->short_of_memory = true;
  }
  if (all.count) qsort(all.list, all.count, sizeof *all.list, by_place);
  return all;
}

/* Types with links: of the from side, or, with `from`, the targets of that one. */
static bool track_types(portal_call *call, const portal_object *from) {
  json_t *results = json_array();
  int64_t limit = call->store->switches[PORTAL_TECHNICAL_LIMIT];
  crowds ways = used_directions(call), records = near_limit(call, NULL, NULL, by_place);
  for (size_t i = 0; i < ways.count; i++)
    if (!from || ways.list[i].from == from) note(results, from ? ways.list[i].to : ways.list[i].from, false, false);
  for (size_t i = 0; i < records.count; i++) {
    const crowd *one = &records.list[i];
    if (!from || one->from == from) note(results, from ? one->to : one->from, one->count >= limit, one->count < limit);
  }
  free(ways.list);
  free(records.list);
  call->answer->body = json_pack("{s:o}", "results", results);
  call->answer->status = 200;
  return true;
}

bool portal_track_from(portal_call *call) { return track_types(call, NULL); }

bool portal_track_to(portal_call *call) { return track_types(call, call->from); }

static void sample(json_t *list, int64_t id, int64_t count, int64_t limit, bool at) {
  char label[32];
  if (json_array_size(list) == SAMPLES) return;
  snprintf(label, sizeof label, "%lld", (long long)id);
  json_t *item = json_pack("{s:I, s:s}", "objectId", (json_int_t)id, "label", label);
  if (!at) {
    json_object_set_new(item, "usage", json_integer(count));
    json_object_set_new(item, "percentage", json_real(100.0 * (double)count / (double)limit));
  }
  json_array_append_new(list, item);
}

bool portal_track_pair(portal_call *call) {
  int64_t limit = call->store->switches[PORTAL_TECHNICAL_LIMIT], at_limit = 0, near_limit_count = 0;
  json_t *at = json_array(), *close = json_array();
  crowds records = near_limit(call, call->from, call->to, by_count);
  for (size_t i = 0; i < records.count; i++) {
    const crowd *one = &records.list[i];
    bool full = one->count >= limit;
    *(full ? &at_limit : &near_limit_count) += 1;
    sample(full ? at : close, one->id, one->count, limit, full);
  }
  free(records.list);
  call->answer->body = json_pack("{s:I, s:I, s:I, s:o, s:o}", "limit", (json_int_t)limit, "totalRecordsAtLimit",
                                 (json_int_t)at_limit, "totalRecordsNearLimit", (json_int_t)near_limit_count,
                                 "atLimitFromRecordSamples", at, "nearLimitFromRecordSamples", close);
  call->answer->status = 200;
  return true;
}

/* -- the report --------------------------------------------------------------------------------------------------- */

/* What HubSpot would mail: the records at 80 % or more, kept for the portal's owner to read. */
static json_t *report(portal_call *call, int64_t user) {
  int64_t limit = call->store->switches[PORTAL_TECHNICAL_LIMIT];
  json_t *list = json_array();
  crowds records = near_limit(call, NULL, NULL, by_place);
  for (size_t i = 0; i < records.count; i++) {
    const crowd *one = &records.list[i];
    json_array_append_new(list,
                          json_pack("{s:s, s:s, s:I, s:I, s:I}", "from", one->from->plural, "to", one->to->plural, "id",
                                    (json_int_t)one->id, "count", (json_int_t)one->count, "limit", (json_int_t)limit));
  }
  free(records.list);
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
