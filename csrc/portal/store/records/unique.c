#include "portal/store/records/unique.h"

#include <ctype.h>
#include <string.h>

#include "portal/store/records/value.h"

enum { VALUE_MOST = 400 };

static bool is_contact(const portal_object *object) { return strcmp(object->singular, "contact") == 0; }

bool portal_property_unique(portal_store *store, const portal_object *object, const char *name) {
  if (is_contact(object) && strcmp(name, "email") == 0) return true;
  return tether_sql_number(store->sql, 0, "SELECT is_unique FROM properties WHERE object = ? AND name = ?", "it",
                           object->key, name);
}

int64_t portal_record_by_unique(portal_store *store, const portal_object *object, const char *name, const char *value) {
  char folded[VALUE_MOST];
  portal_value_fold(value, folded, sizeof folded);
  return tether_sql_number(store->sql, 0, "SELECT id FROM uniques WHERE object = ? AND name = ? AND value = ?", "itt",
                           object->key, name, folded);
}

/* The name under which a property's values are unique; NULL: they are not. */
static const char *held_as(portal_store *store, const portal_object *object, const char *name) {
  if (is_contact(object) && strcmp(name, "hs_additional_emails") == 0) return "email";
  return portal_property_unique(store, object, name) ? name : NULL;
}

typedef struct holder {
  portal_store *store;
  const portal_object *object;
  int64_t id;
  portal_problem *problem;
} holder;

typedef bool (*visitor)(const holder *who, const char *name, const char *value);

static bool each_of(const holder *who, const char *property, const char *text, visitor visit) {
  const char *name = text && *text ? held_as(who->store, who->object, property) : NULL;
  char part[VALUE_MOST];
  if (!name) return true;
  if (!portal_value_is_list(property)) return visit(who, name, text);
  while (portal_value_part(&text, part, sizeof part))
    if (!visit(who, name, part)) return false;
  return true;
}

static bool each(const holder *who, const json_t *properties, visitor visit) {
  const char *property;
  json_t *value;
  json_object_foreach((json_t *)properties, property, value) {
    if (!each_of(who, property, json_string_value(value), visit)) return false;
  }
  return true;
}

static bool check_free(const holder *who, const char *name, const char *value) {
  int64_t other = portal_record_by_unique(who->store, who->object, name, value);
  return !other || other == who->id ||
         portal_refuse(who->problem, 409, "CONFLICT", "%c%s already exists. Existing ID: %lld",
                       toupper((unsigned char)*who->object->singular), who->object->singular + 1, (long long)other);
}

static bool give(const holder *who, const char *name, const char *value) {
  char folded[VALUE_MOST];
  portal_value_fold(value, folded, sizeof folded);
  return tether_sql_do(who->store->sql, "INSERT OR IGNORE INTO uniques VALUES(?, ?, ?, ?)", "itti", who->object->key,
                       name, folded, who->id);
}

static bool take(const holder *who, const char *name, const char *value) {
  char folded[VALUE_MOST];
  portal_value_fold(value, folded, sizeof folded);
  return tether_sql_do(who->store->sql, "DELETE FROM uniques WHERE object = ? AND name = ? AND value = ? AND id = ?",
                       "itti", who->object->key, name, folded, who->id);
}

bool portal_uniques_claim(portal_store *store, const portal_object *object, int64_t id, const json_t *before,
                          const json_t *properties, portal_problem *problem) {
  holder who = {.store = store, .object = object, .id = id, .problem = problem};
  const char *property;
  json_t *value;
  if (!each(&who, properties, check_free)) return false;
  json_object_foreach((json_t *)properties, property, value) {
    each_of(&who, property, json_string_value(json_object_get(before, property)), take);
  }
  each(&who, properties, give); /* what fails in SQLite sticks */
  return true;
}

void portal_uniques_release(portal_store *store, const portal_object *object, int64_t id, const json_t *properties) {
  holder who = {.store = store, .object = object, .id = id};
  each(&who, properties, take);
}
