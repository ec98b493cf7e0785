#include "portal/api/account/state.h"
#include "portal/api/account/state_define.h"
#include "portal/api/account/state_known.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/id.h"
#include "portal/api/definitions/labels.h"
#include "portal/api/definitions/schemas.h"
#include "portal/api/links/link.h"
#include "portal/api/records/records.h"
#include "portal/message/numbers.h"
#include "portal/store/records/merge.h"

/* A line is worked like a request, by the functions that requests are worked by. */

static const char *text_of(const json_t *line, const char *name) {
  return json_string_value(json_object_get(line, name));
}

static bool read_object(portal_call *call, const json_t *line, const char *name, const portal_object **object) {
  const char *text = text_of(line, name);
  *object = text ? portal_catalog_object(call->store->catalog, text) : NULL;
  return *object ||
         portal_refuse(call->problem, 400, NULL, "%s: there is no object type %.60s", name, text ? text : "(none)");
}

static bool read_pair_of_types(portal_call *call, const json_t *line) {
  return read_object(call, line, "from", &call->from) && read_object(call, line, "to", &call->to);
}

/* A custom object that nobody defined comes into being with its first record: 2-33. */
static bool define(portal_call *call, const char *type_id) {
  char name[40];
  int64_t number;
  if (!type_id || strncmp(type_id, "2-", 2) != 0 || !tether_id_parse(type_id + 2, strlen(type_id + 2), &number) ||
      number > PORTAL_NUMBER_MOST || portal_catalog_object(call->store->catalog, type_id))
    return true;
  snprintf(name, sizeof name, "object_%lld", (long long)number);
  tether_sql_do(call->store->sql, "INSERT INTO objects VALUES(?, ?, ?, ?, NULL)", "ittt", number, name, name, name);
  return portal_catalog_add_object(call->store->catalog, number, name, name, name);
}

/* A record that was dumped keeps its times, and stays archived. */
static void set_times(portal_call *call, const json_t *line, int64_t id) {
  int64_t created = json_integer_value(json_object_get(line, "created"));
  int64_t archived = json_integer_value(json_object_get(line, "archived"));
  if (created)
    tether_sql_do(call->store->sql, "UPDATE records SET created = ?, updated = ? WHERE object = ? AND id = ?", "iiii",
                  created, json_integer_value(json_object_get(line, "updated")), call->from->key, id);
  if (!archived) return;
  portal_record_hide(call->store, call->from, id);
  tether_sql_do(call->store->sql, "UPDATE records SET archived = ? WHERE object = ? AND id = ?", "iii", archived,
                call->from->key, id);
}

static bool read_record(portal_call *call, const json_t *line) {
  json_t *properties = json_object_get(line, "properties");
  portal_id id = {.value = 0};
  const json_t *given = json_object_get(line, "id");
  if (!define(call, text_of(line, "type")) || !read_object(call, line, "type", &call->from)) return false;
  if (given && (!portal_id_of_json(given, &id) || !id.value))
    return portal_refuse(call->problem, 400, NULL, "id: a positive integer is needed");
  if (id.value && portal_record_presence(call->store, call->from, id.value) != PORTAL_ABSENT)
    return true; /* stays as it is */
  properties = properties ? json_incref(properties) : json_object();
  bool fine = portal_properties_read(properties, call->problem) &&
              portal_record_insert(call->store, call->from, &id.value, properties, call->problem);
  json_decref(properties);
  if (fine) set_times(call, line, id.value);
  return fine;
}

static bool read_schema(portal_call *call, const json_t *line) {
  return portal_schema_make(call, line, json_integer_value(json_object_get(line, "number")));
}

static bool read_property(portal_call *call, const json_t *line) {
  const char *name = text_of(line, "name");
  if (!read_object(call, line, "type", &call->from)) return false;
  if (!name) return portal_refuse(call->problem, 400, NULL, "a property needs a name");
  return portal_define_property(call->store, call->from, line);
}

/* A line that is kept under its id or name, of an object type or of none. */
static bool read_document(portal_call *call, const json_t *line) {
  const char *type = text_of(line, "type");
  bool owner = strcmp(text_of(line, "kind"), "owner") == 0;
  if (!owner && !read_object(call, line, "type", &call->from)) return false;
  if (!text_of(line, "id") && !text_of(line, "name"))
    return portal_refuse(call->problem, 400, NULL, "an id or a name as text is needed");
  return portal_define(call->store, owner || !type ? NULL : call->from, line);
}

static bool read_rule(portal_call *call, const json_t *line) {
  return read_object(call, line, "type", &call->from) &&
         portal_define_rule(call->store, call->from, line, call->problem);
}

static bool read_merge(portal_call *call, const json_t *line) {
  portal_id gone = {.value = 0}, survivor = {.value = 0};
  if (!read_object(call, line, "type", &call->from)) return false;
  if (!portal_id_of_json(json_object_get(line, "id"), &gone) || !gone.value ||
      !portal_id_of_json(json_object_get(line, "into"), &survivor) || !survivor.value)
    return portal_refuse(call->problem, 400, NULL, "id and into are needed");
  if (portal_record_presence(call->store, call->from, gone.value) != PORTAL_ABSENT)
    return portal_record_absorb(call->store, call->from, survivor.value, gone.value, call->problem);
  portal_record_redirect(call->store, call->from, gone.value, survivor.value);
  return true;
}

/* What HubSpot's own pages can do with the recycle bin. */
static bool read_restore(portal_call *call, const json_t *line) {
  portal_id id = {.value = 0};
  if (!read_object(call, line, "type", &call->from)) return false;
  if (!portal_id_of_json(json_object_get(line, "id"), &id) || !id.value)
    return portal_refuse(call->problem, 400, NULL, "id: a positive integer is needed");
  return portal_record_restore(call->store, call->from, id.value, call->problem);
}

/* What HubSpot's own pages make of a label: lower case, underscores. */
static void name_of(const char *label, char *name, size_t size) {
  size_t i = 0;
  for (; label[i] && i + 1 < size; i++) name[i] = (char)(isalnum((unsigned char)label[i]) ? tolower(label[i]) : '_');
  name[i] = '\0';
}

static bool read_label(portal_call *call, const json_t *line) {
  char made[200];
  portal_label label = {.text = text_of(line, "label"),
                        .inverse_text = text_of(line, "inverseLabel"),
                        .name = text_of(line, "name"),
                        .id = json_integer_value(json_object_get(line, "id")),
                        .inverse_id = json_integer_value(json_object_get(line, "inverseId"))};
  if (!read_pair_of_types(call, line)) return false;
  if (!label.name && label.text) {
    name_of(label.text, made, sizeof made);
    label.name = made;
  }
  for (int i = 0; i < 2; i++) {
    int64_t id = i ? label.inverse_id : label.id;
    if (id < 0 || id > PORTAL_NUMBER_MOST)
      return portal_refuse(call->problem, 400, NULL, "the label id %lld is out of range: 1 to %d", (long long)id,
                           PORTAL_NUMBER_MOST);
    if (id && portal_catalog_type(call->store->catalog, -id))
      return portal_refuse(call->problem, 400, NULL, "the label id %lld is taken", (long long)id);
  }
  return portal_label_make(call->store, call->from, call->to, &label, call->problem);
}

/* A type by id (HubSpot's), by label, or by category and id. */
static portal_type *read_type(portal_call *call, const json_t *given) {
  size_t count;
  portal_type *const *types = portal_catalog_types(call->store->catalog, &count);
  const char *label = json_string_value(given), *category = json_is_object(given) ? text_of(given, "category") : NULL;
  for (size_t i = 0; label && i < count; i++) {
    portal_type *type = types[i];
    if (type->from == call->from && type->to == call->to && type->label && strcmp(type->label, label) == 0) return type;
  }
  int64_t id = json_integer_value(category ? json_object_get(given, "typeId") : given);
  portal_type *type = id ? portal_read_type(call, category ? category : "HUBSPOT_DEFINED", id, call->problem) : NULL;
  if (type && portal_check_direction(type, call->from, call->to, call->problem)) return type;
  if (call->problem->status == 0) portal_refuse(call->problem, 400, NULL, "there is no such type or label");
  return NULL;
}

/* The two records of a link, and the types that it names. */
static bool read_tied(portal_call *call, const json_t *line, portal_id *from_id, portal_id *to_id,
                      portal_typeset *types) {
  json_t *item;
  size_t i;
  if (!read_pair_of_types(call, line)) return false;
  if (!portal_id_of_json(json_object_get(line, "fromId"), from_id) ||
      !portal_id_of_json(json_object_get(line, "toId"), to_id))
    return portal_refuse(call->problem, 400, NULL, "fromId and toId are needed");
  json_array_foreach(json_object_get(line, "types"), i, item) {
    const portal_type *type = read_type(call, item);
    if (!type) return false;
    portal_typeset_add(types, type);
  }
  return true;
}

static bool read_link(portal_call *call, const json_t *line) {
  portal_id from_id = {.value = 0}, to_id = {.value = 0};
  portal_pair pair;
  portal_typeset types = {.count = 0};
  if (!read_tied(call, line, &from_id, &to_id, &types)) return false;
  if (types.count == 0) portal_typeset_add(&types, portal_link_plain(call, call->from, call->to));
  return types.count > 0 && portal_link_pair(call, &from_id, &to_id, &pair, call->problem) &&
         portal_link_write(call, &pair, &types, PORTAL_ADD, call->problem);
}

/* What is known of a record, or of two, in the account that this one is a shadow of. */
static bool read_known(portal_call *call, const json_t *line) {
  portal_id id = {.value = 0}, from_id = {.value = 0}, to_id = {.value = 0};
  portal_typeset types = {.count = 0};
  if (!text_of(line, "type")) {
    if (!read_tied(call, line, &from_id, &to_id, &types)) return false;
    portal_pair pair = {.from = call->from, .to = call->to, .from_id = from_id.value, .to_id = to_id.value};
    return portal_known_link(call, &pair, &types);
  }
  if (!define(call, text_of(line, "type")) || !read_object(call, line, "type", &call->from)) return false;
  if (!portal_id_of_json(json_object_get(line, "id"), &id) || !id.value)
    return portal_refuse(call->problem, 400, NULL, "id: a positive integer is needed");
  return portal_known_record(call, &id, line);
}

static bool read_limit(portal_call *call, const json_t *line) {
  if (!read_pair_of_types(call, line)) return false;
  portal_type *type = read_type(call, json_object_get(line, "type"));
  return type && portal_limit_set(call->store, type, json_integer_value(json_object_get(line, "most")), call->problem);
}

static bool read_line(portal_call *call, const char *text, size_t length) {
  static const struct {
    const char *kind;
    bool (*read)(portal_call *call, const json_t *line);
  } kinds[] = {{"schema", read_schema},  {"property", read_property}, {"label", read_label},
               {"record", read_record},  {"merge", read_merge},       {"pipeline", read_document},
               {"owner", read_document}, {"group", read_document},    {"restore", read_restore},
               {"link", read_link},      {"limit", read_limit},       {"rule", read_rule},
               {"known", read_known}};
  json_error_t error;
  json_t *line = portal_numbers_read(text, length, &error);
  if (!line) return portal_refuse(call->problem, 400, NULL, "no JSON: %s", error.text);
  const char *kind = text_of(line, "kind");
  bool known = false, fine = false;
  for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].kind, kind) != 0) continue;
    known = true;
    fine = kinds[i].read(call, line);
  }
  if (!known)
    portal_refuse(
        call->problem, 400, NULL,
        "kind: schema, property, group, pipeline, owner, rule, label, record, known, merge, restore, link or limit is "
        "needed");
  json_decref(line);
  return fine;
}

static bool is_blank(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (!isspace((unsigned char)text[i])) return false;
  return true;
}

bool portal_state_add(portal_store *store, const char *lines, size_t length, int64_t first, tether_error *error) {
  const char *end = lines + length;
  for (int64_t number = first; lines < end; number++) {
    const char *stop = memchr(lines, '\n', (size_t)(end - lines));
    size_t size = (size_t)((stop ? stop : end) - lines);
    portal_problem problem = {.status = 0};
    portal_call call = {.store = store, .problem = &problem};
    bool fine = is_blank(lines, size) || read_line(&call, lines, size);
    if (!fine) tether_fail_at(error, TETHER_INVALID, number, "line %lld: %s", (long long)number, problem.message);
    portal_problem_clear(&problem);
    if (!fine) return false;
    lines += size + 1;
  }
  return true;
}
