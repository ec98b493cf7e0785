#include "portal/store/records/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/store/links.h"
#include "portal/store/records/record.h"
#include "portal/store/records/value.h"

static bool has_part(const char *list, const char *wanted) {
  char part[400];
  while (portal_value_part(&list, part, sizeof part))
    if (strcmp(part, wanted) == 0) return true;
  return false;
}

/* Adds the parts of a list to a property that is a list, each once. */
static void add_parts(json_t *properties, const char *name, const char *parts) {
  char part[400];
  while (parts && portal_value_part(&parts, part, sizeof part)) {
    const char *before = json_string_value(json_object_get(properties, name));
    if (before && has_part(before, part)) continue;
    json_object_set_new(properties, name, before && *before ? json_sprintf("%s;%s", before, part) : json_string(part));
  }
}

/* The first address or domain of the record that goes becomes a further one of the survivor. */
static void add_further(json_t *into, const json_t *gone, const char *first, const char *further) {
  const char *stays = json_string_value(json_object_get(into, first));
  const char *goes = json_string_value(json_object_get(gone, first));
  add_parts(into, further, json_string_value(json_object_get(gone, further)));
  if (goes && stays && strcmp(goes, stays) != 0) add_parts(into, further, goes);
}

static void remember(json_t *properties, int64_t id) {
  char digits[24];
  snprintf(digits, sizeof digits, "%lld", (long long)id);
  add_parts(properties, "hs_merged_object_ids", digits);
}

/* What the survivor gets of the other: the values that it lacked, and what both were called. */
static json_t *gained(const portal_object *object, json_t *into, const json_t *gone, int64_t id) {
  json_t *both = json_copy(into), *value;
  const char *name;
  void *next;
  if (strcmp(object->singular, "contact") == 0) add_further(both, gone, "email", "hs_additional_emails");
  if (strcmp(object->singular, "company") == 0) add_further(both, gone, "domain", "hs_additional_domains");
  add_parts(both, "hs_merged_object_ids", json_string_value(json_object_get(gone, "hs_merged_object_ids")));
  remember(both, id);
  json_object_update_missing(both, (json_t *)gone);
  json_object_foreach_safe(both, next, name, value) {
    if (json_equal(value, json_object_get(into, name))) json_object_del(both, name);
  }
  return both;
}

/* Takes types of which a record may have one, such as Primary, from the record that goes, where the survivor has one:
 * the survivor's stays. */
static bool keep_exclusive(portal_store *store, const portal_object *object, int64_t into, int64_t gone) {
  size_t count;
  portal_type *const *types = portal_catalog_types(store->catalog, &count);
  bool fine = true;
  for (size_t i = 0; fine && i < count; i++)
    if (types[i]->from == object && portal_rules_is_exclusive(types[i]) &&
        portal_links_count(store, types[i], into) > 0)
      fine = portal_links_take(store, types[i], gone, 0);
  return fine;
}

bool portal_record_absorb(portal_store *store, const portal_object *object, int64_t into, int64_t gone,
                          portal_problem *problem) {
  int64_t created;
  json_t *kept = portal_record_stored(store, object, into, &created);
  json_t *lost = portal_record_stored(store, object, gone, &created);
  json_t *gain = kept && lost ? gained(object, kept, lost, gone) : NULL;
  json_decref(kept);
  json_decref(lost);
  if (!gain) return portal_refuse(problem, 404, NULL, "resource not found");
  bool fine = keep_exclusive(store, object, into, gone) && portal_links_move(store, object, gone, into) &&
              portal_record_forget(store, object, gone) && portal_record_merge(store, object, into, gain, problem);
  json_decref(gain);
  portal_record_redirect(store, object, gone, into);
  return fine;
}

bool portal_record_renew(portal_store *store, const portal_object *object, int64_t *id, portal_problem *problem) {
  int64_t created, old = *id, made = 0;
  json_t *stored = portal_record_stored(store, object, old, &created);
  if (!stored) return portal_refuse(problem, 404, NULL, "resource not found");
  remember(stored, old);
  portal_uniques_release(store, object, old, stored);
  bool fine = portal_record_insert(store, object, &made, stored, problem);
  json_decref(stored);
  tether_sql_do(store->sql, "UPDATE records SET created = ? WHERE object = ? AND id = ?", "iii", created, object->key,
                made);
  tether_sql_do(store->sql, "DELETE FROM history WHERE object = ? AND id = ?", "ii", object->key, made);
  tether_sql_do(store->sql, "UPDATE history SET id = ? WHERE object = ? AND id = ?", "iii", made, object->key, old);
  fine = fine && portal_links_move(store, object, old, made) && portal_record_forget(store, object, old);
  portal_record_redirect(store, object, old, made);
  *id = made;
  return fine;
}
