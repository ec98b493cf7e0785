/* Records written: what must be given, what must be unique, what is kept. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/store/links.h"
#include "portal/store/records/facet.h"
#include "portal/store/records/property.h"
#include "portal/store/records/record.h"

bool portal_properties_read(json_t *properties, portal_problem *problem) {
  const char *name;
  json_t *value;
  if (!json_is_object(properties)) return portal_wrong_type(problem, "java.util.LinkedHashMap", properties);
  json_object_foreach(properties, name, value) {
    char *text = NULL;
    if (json_is_string(value)) continue;
    if (json_is_object(value) || json_is_array(value)) {
      portal_wrong_type(problem, "java.lang.String", value);
      return false;
    }
    text = json_is_null(value) ? strdup("") : json_dumps(value, JSON_ENCODE_ANY);
    json_object_set_new_nocheck(properties, name, json_string(text ? text : ""));
    free(text);
  }
  return true;
}

portal_presence portal_record_presence(portal_store *store, const portal_object *object, int64_t id) {
  if (portal_known_has(store->known, object->rank, id)) return PORTAL_LIVE;
  int64_t found = tether_sql_number(
      store->sql, -1, "SELECT archived IS NOT NULL FROM records WHERE object = ? AND id = ?", "ii", object->key, id);
  if (found == 0) portal_known_add(store->known, object->rank, id);
  return found < 0 ? PORTAL_ABSENT : found ? PORTAL_ARCHIVED : PORTAL_LIVE;
}

int64_t portal_record_survivor(portal_store *store, const portal_object *object, int64_t id) {
  if (!store->merged) return id;
  return tether_sql_number(store->sql, id, "SELECT survivor FROM merges WHERE object = ? AND id = ?", "ii", object->key,
                           id);
}

void portal_record_redirect(portal_store *store, const portal_object *object, int64_t id, int64_t survivor) {
  tether_sql_do(store->sql, "UPDATE merges SET survivor = ? WHERE object = ? AND survivor = ?", "iii", survivor,
                object->key, id);
  tether_sql_do(store->sql, "INSERT OR REPLACE INTO merges VALUES(?, ?, ?)", "iii", object->key, id, survivor);
  store->merged = true;
}

/* Names that the account has not seen become properties of its own, and values part of their history. */
static void learn(portal_store *store, const portal_object *object, int64_t id, const json_t *properties) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    portal_property_learn(store, object, name);
    tether_sql_do(store->sql, "INSERT INTO history VALUES(?, ?, ?, ?, ?)", "iitit", object->key, id, name,
                  portal_now_ms(&store->clock), json_string_value(value));
  }
}

/* Keeps what is not empty: an empty text clears a property (wire.md, 3.4). `before`: what was kept; NULL: nothing. */
static bool keep(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                 const json_t *properties, int64_t created) {
  json_t *kept = json_object(), *value;
  const char *name;
  json_object_foreach((json_t *)properties, name, value) {
    if (*json_string_value(value)) json_object_set(kept, name, value);
  }
  char *text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);
  portal_facets_change(store, object, id, before, kept);
  json_decref(kept);
  if (text)
    tether_sql_do(store->sql, "INSERT OR REPLACE INTO records VALUES(?, ?, ?, ?, ?, NULL)", "iitii", object->key, id,
                  text, created, portal_now_ms(&store->clock));
  free(text);
  return text != NULL;
}

/* A contact needs a name or an email, a company a name or a domain, a deal both its name and its stage (wire.md, 3.1).
 */
static const struct {
  const char *object, *names;
  bool all;
} needed[] = {{"contact", "email,firstname,lastname", false},
              {"company", "name,domain", false},
              {"deal", "dealname,dealstage", true}};

/* Of the account's own types its schema tells: a list of names, joined by commas. */
static char *required_of(portal_store *store, const portal_object *object, bool *all) {
  *all = true;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
    if (strcmp(needed[i].object, object->singular) != 0) continue;
    *all = needed[i].all;
    return strdup(needed[i].names);
  }
  char *names = NULL;
  sqlite3_stmt *row = tether_sql_query(
      store->sql,
      "SELECT group_concat(value) FROM json_each((SELECT details FROM objects WHERE name = ?), '$.requiredProperties')",
      "t", object->name);
  if (object->name && tether_sql_next(store->sql, row) && sqlite3_column_text(row, 0))
    names = strdup((const char *)sqlite3_column_text(row, 0));
  tether_sql_end(row);
  return names;
}

/* A contact needs no property, as live accounts had it in September 2026 (csrc/data/wire.md, 3.1). */
static bool needs_any(portal_store *store, const portal_object *object) {
  bool contact = strcmp(object->singular, "contact") == 0;
  return PORTAL_IS(store, REQUIRED, contacts) || (PORTAL_IS(store, REQUIRED, on) && !contact);
}

bool portal_record_check_required(portal_store *store, const portal_object *object, const json_t *properties,
                                  portal_problem *problem) {
  bool all = true;
  char *names = needs_any(store, object) ? required_of(store, object, &all) : NULL, *rest = names, *name;
  size_t given = 0, wanted = 0;
  while (rest && (name = strsep(&rest, ","))) {
    const char *value = json_string_value(json_object_get(properties, name));
    wanted++;
    given += value && *value;
  }
  free(names);
  return (all ? given == wanted : given > 0) || wanted == 0 ||
         portal_refuse(problem, 400, "VALIDATION_ERROR", "Error creating %s. Some required properties were not set.",
                       object->internal);
}

/* -- changes ------------------------------------------------------------------------------------------------------ */

static void note(portal_store *store, const portal_object *object, int64_t id, portal_noted_kind kind) {
  portal_noted change = {.kind = kind, .from = object->rank, .id = id};
  if (!portal_changes_add(&store->changes, change)) store->short_of_memory = true;
}

/* Notes the properties that have another value than before; `before` NULL: the record is new. */
static void note_properties(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                            const json_t *properties) {
  const char *name;
  json_t *value;
  if (!store->changes.wanted) return;
  json_object_foreach((json_t *)properties, name, value) {
    const char *old = json_string_value(json_object_get(before, name)), *new = json_string_value(value);
    if (strcmp(old ? old : "", new) == 0) continue;
    portal_noted change = {.kind = PORTAL_NOTED_SET,
                           .born = !before,
                           .from = object->rank,
                           .id = id,
                           .name = strdup(name),
                           .value = strdup(new)};
    bool whole = change.name && change.value;
    if (!portal_changes_add(&store->changes, change) || !whole) store->short_of_memory = true;
  }
}

bool portal_record_insert(portal_store *store, const portal_object *object, int64_t *id, const json_t *properties,
                          portal_problem *problem) {
  if (*id == 0) *id = store->next_id;
  if (*id == 0)
    return portal_refuse(problem, 400, "VALIDATION_ERROR", "There is no record id left: a record has the largest one");
  if (!portal_properties_check(store, object, properties, problem)) return false;
  if (!portal_uniques_claim(store, object, *id, NULL, properties, problem)) return false;
  if (store->next_id && *id >= store->next_id) store->next_id = *id < INT64_MAX ? *id + 1 : 0;
  portal_known_add(store->known, object->rank, *id);
  learn(store, object, *id, properties);
  note(store, object, *id, PORTAL_NOTED_CREATED);
  note_properties(store, object, *id, NULL, properties);
  return keep(store, object, *id, NULL, properties, portal_now_ms(&store->clock));
}

json_t *portal_record_stored(portal_store *store, const portal_object *object, int64_t id, int64_t *created) {
  sqlite3_stmt *row = tether_sql_query(
      store->sql, "SELECT properties, created FROM records WHERE object = ? AND id = ?", "ii", object->key, id);
  if (!tether_sql_next(store->sql, row)) return NULL;
  json_t *stored = json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
  *created = sqlite3_column_int64(row, 1);
  tether_sql_end(row);
  return stored;
}

bool portal_record_merge(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                         portal_problem *problem) {
  int64_t created;
  json_t *before = portal_record_stored(store, object, id, &created);
  if (!before) return portal_refuse(problem, 404, NULL, "resource not found");
  json_t *after = json_copy(before);
  bool fine = portal_properties_check(store, object, properties, problem) &&
              portal_uniques_claim(store, object, id, before, properties, problem);
  if (fine) {
    json_object_update(after, (json_t *)properties);
    learn(store, object, id, properties);
    note_properties(store, object, id, before, properties);
    fine = keep(store, object, id, before, after, created);
  }
  json_decref(after);
  json_decref(before);
  return fine;
}

bool portal_record_restore(portal_store *store, const portal_object *object, int64_t id, portal_problem *problem) {
  int64_t created;
  json_t *stored = portal_record_stored(store, object, id, &created);
  if (!stored) return portal_refuse(problem, 404, NULL, "resource not found");
  bool fine = portal_uniques_claim(store, object, id, NULL, stored, problem) &&
              keep(store, object, id, stored, stored, created);
  json_decref(stored);
  return fine;
}

void portal_record_hide(portal_store *store, const portal_object *object, int64_t id) {
  int64_t created;
  json_t *stored = portal_record_stored(store, object, id, &created);
  store->archived = true;
  if (store->changes.wanted && portal_record_presence(store, object, id) == PORTAL_LIVE)
    note(store, object, id, PORTAL_NOTED_DELETED);
  portal_known_remove(store->known, object->rank, id);
  tether_sql_do(store->sql, "UPDATE records SET archived = ? WHERE object = ? AND id = ? AND archived IS NULL", "iii",
                portal_now_ms(&store->clock), object->key, id);
  portal_uniques_release(store, object, id, stored);
  json_decref(stored);
}

bool portal_record_erase(portal_store *store, const portal_object *object, int64_t id) {
  if (store->changes.wanted && portal_record_presence(store, object, id) != PORTAL_ABSENT)
    note(store, object, id, PORTAL_NOTED_ERASED);
  return portal_record_forget(store, object, id);
}

bool portal_record_forget(portal_store *store, const portal_object *object, int64_t id) {
  int64_t created;
  json_t *stored = portal_record_stored(store, object, id, &created);
  portal_known_remove(store->known, object->rank, id);
  portal_uniques_release(store, object, id, stored);
  portal_facets_change(store, object, id, stored, NULL);
  json_decref(stored);
  tether_sql_do(store->sql, "DELETE FROM history WHERE object = ? AND id = ?", "ii", object->key, id);
  tether_sql_do(store->sql, "DELETE FROM records WHERE object = ? AND id = ?", "ii", object->key, id);
  return portal_links_forget(store, object, id);
}
