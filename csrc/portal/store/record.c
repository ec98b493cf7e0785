/* Records written: what must be given, what must be unique, what is kept. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "portal/store/links.h"

#include "portal/store/record.h"

/* A property whose value is refused (observed: the reasons stand as JSON in the text, and once more in `errors`). */
static bool refuse_property(portal_problem *problem, const char *name, const char *code, const char *reason) {
  json_t *list = json_pack("[{s:b, s:s, s:s, s:s}]", "isValid", 0, "message", reason, "error", code, "name", name);
  char *text = json_dumps(list, JSON_COMPACT);
  portal_refuse(problem, 400, "VALIDATION_ERROR", "Property values were not valid: %s", text ? text : "[]");
  problem->extra = json_pack("{s:[{s:s, s:s, s:{s:[s]}}]}", "errors", "message", reason, "code", code, "context",
                             "propertyName", name);
  free(text);
  json_decref(list);
  return false;
}

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

/* The properties that a read shows without being asked, beside hs_object_id and the two dates. */
static const struct {
  const char *object, *names;
} usual[] = {
    {"contact", "email,firstname,lastname"},
    {"company", "domain,name"},
    {"deal", "amount,closedate,dealname,dealstage,pipeline"},
    {"ticket", "content,hs_pipeline,hs_pipeline_stage,hs_ticket_category,hs_ticket_priority,subject"},
    {"product", "description,name,price"},
    {"line_item", "amount,hs_product_id,quantity"},
};

const char *portal_usual_properties(const portal_object *object) {
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
    if (strcmp(usual[i].object, object->singular) == 0) return usual[i].names;
  return "";
}

bool portal_property_exists(portal_store *store, const portal_object *object, const char *name) {
  return tether_sql_number(store->sql, 0, "SELECT 1 FROM properties WHERE object = ? AND name = ?", "it", object->key,
                           name) == 1;
}

bool portal_property_unique(portal_store *store, const portal_object *object, const char *name) {
  if (tether_sql_number(store->sql, 0, "SELECT is_unique FROM properties WHERE object = ? AND name = ?", "it",
                        object->key, name))
    return true;
  return strcmp(object->singular, "contact") == 0 && strcmp(name, "email") == 0;
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

static void fold(const char *value, char *out, size_t size) {
  size_t i = 0;
  for (; value[i] && i + 1 < size; i++) out[i] = (char)tolower((unsigned char)value[i]);
  out[i] = '\0';
}

int64_t portal_record_by_unique(portal_store *store, const portal_object *object, const char *name, const char *value) {
  char folded[400];
  fold(value, folded, sizeof folded);
  return tether_sql_number(store->sql, 0, "SELECT id FROM uniques WHERE object = ? AND name = ? AND value = ?", "itt",
                           object->key, name, folded);
}

static bool claim_uniques(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                          portal_problem *problem) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    char folded[400];
    if (!portal_property_unique(store, object, name)) continue;
    int64_t holder = portal_record_by_unique(store, object, name, json_string_value(value));
    if (holder && holder != id)
      return portal_refuse(problem, 409, "CONFLICT", "%c%s already exists. Existing ID: %lld",
                           toupper((unsigned char)*object->singular), object->singular + 1, (long long)holder);
    tether_sql_do(store->sql, "DELETE FROM uniques WHERE object = ? AND name = ? AND id = ?", "iti", object->key, name,
                  id);
    fold(json_string_value(value), folded, sizeof folded);
    if (*folded)
      tether_sql_do(store->sql, "INSERT INTO uniques VALUES(?, ?, ?, ?)", "itti", object->key, name, folded, id);
  }
  return true;
}

/* Names that the account has not seen become properties of its own, and values part of their history. */
static void learn(portal_store *store, const portal_object *object, int64_t id, const json_t *properties) {
  const char *name;
  json_t *value;
  json_object_foreach((json_t *)properties, name, value) {
    tether_sql_do(store->sql, "INSERT OR IGNORE INTO properties VALUES(?, ?, 0)", "it", object->key, name);
    tether_sql_do(store->sql, "INSERT INTO history VALUES(?, ?, ?, ?, ?)", "iitit", object->key, id, name,
                  portal_now_ms(&store->clock), json_string_value(value));
  }
}

/* Keeps what is not empty: an empty text clears a property (wire.md, 3.4). */
static bool keep(portal_store *store, const portal_object *object, int64_t id, const json_t *properties,
                 int64_t created) {
  json_t *kept = json_object(), *value;
  const char *name;
  json_object_foreach((json_t *)properties, name, value) {
    if (*json_string_value(value)) json_object_set(kept, name, value);
  }
  char *text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);
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

bool portal_record_check_required(portal_store *store, const portal_object *object, const json_t *properties,
                                  portal_problem *problem) {
  bool all = true;
  char *names = PORTAL_IS(store, REQUIRED, on) ? required_of(store, object, &all) : NULL, *rest = names, *name;
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

static bool is_usual(const portal_object *object, const char *name) {
  size_t length = strlen(name);
  for (const char *list = portal_usual_properties(object); *list;) {
    size_t one = strcspn(list, ",");
    if (one == length && strncmp(list, name, length) == 0) return true;
    list += one + (list[one] == ',');
  }
  return false;
}

static bool check_known(portal_store *store, const portal_object *object, const json_t *properties,
                        portal_problem *problem) {
  const char *name;
  json_t *value;
  if (PORTAL_IS(store, UNKNOWN_PROPERTIES, accept)) return true;
  json_object_foreach((json_t *)properties, name, value) {
    char reason[160];
    if (is_usual(object, name) || portal_property_exists(store, object, name)) continue;
    snprintf(reason, sizeof reason, "Property \"%.80s\" does not exist", name);
    return refuse_property(problem, name, "PROPERTY_DOESNT_EXIST", reason);
  }
  return true;
}

bool portal_record_insert(portal_store *store, const portal_object *object, int64_t *id, const json_t *properties,
                          portal_problem *problem) {
  if (*id == 0) *id = store->next_id;
  if (*id == 0)
    return portal_refuse(problem, 400, "VALIDATION_ERROR", "There is no record id left: a record has the largest one");
  if (!check_known(store, object, properties, problem)) return false;
  if (!claim_uniques(store, object, *id, properties, problem)) return false;
  if (store->next_id && *id >= store->next_id) store->next_id = *id < INT64_MAX ? *id + 1 : 0;
  portal_known_add(store->known, object->rank, *id);
  learn(store, object, *id, properties);
  return keep(store, object, *id, properties, portal_now_ms(&store->clock));
}

/* What the database keeps of a record; NULL: there is none. */
static json_t *stored_of(portal_store *store, const portal_object *object, int64_t id, int64_t *created) {
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
  json_t *stored = stored_of(store, object, id, &created);
  if (!stored) return portal_refuse(problem, 404, NULL, "resource not found");
  bool fine = check_known(store, object, properties, problem) && claim_uniques(store, object, id, properties, problem);
  if (fine) {
    json_object_update(stored, (json_t *)properties);
    learn(store, object, id, properties);
    fine = keep(store, object, id, stored, created);
  }
  json_decref(stored);
  return fine;
}

bool portal_record_restore(portal_store *store, const portal_object *object, int64_t id, portal_problem *problem) {
  int64_t created;
  json_t *stored = stored_of(store, object, id, &created);
  if (!stored) return portal_refuse(problem, 404, NULL, "resource not found");
  bool fine = claim_uniques(store, object, id, stored, problem) && keep(store, object, id, stored, created);
  json_decref(stored);
  return fine;
}

void portal_record_hide(portal_store *store, const portal_object *object, int64_t id) {
  store->archived = true;
  portal_known_remove(store->known, object->rank, id);
  tether_sql_do(store->sql, "UPDATE records SET archived = ? WHERE object = ? AND id = ? AND archived IS NULL", "iii",
                portal_now_ms(&store->clock), object->key, id);
  tether_sql_do(store->sql, "DELETE FROM uniques WHERE object = ? AND id = ?", "ii", object->key, id);
}

bool portal_record_forget(portal_store *store, const portal_object *object, int64_t id) {
  portal_known_remove(store->known, object->rank, id);
  tether_sql_do(store->sql, "DELETE FROM uniques WHERE object = ? AND id = ?", "ii", object->key, id);
  tether_sql_do(store->sql, "DELETE FROM history WHERE object = ? AND id = ?", "ii", object->key, id);
  tether_sql_do(store->sql, "DELETE FROM records WHERE object = ? AND id = ?", "ii", object->key, id);
  return portal_links_forget(store, object, id);
}

bool portal_record_absorb(portal_store *store, const portal_object *object, int64_t into, int64_t gone) {
  bool fine = portal_links_move(store, object, gone, into) && portal_record_forget(store, object, gone);
  portal_record_redirect(store, object, gone, into);
  return fine;
}
