#include <string.h>

#include "base/utf8.h"
#include "core/files/jsonl_state.h"
#include "core/json/json.h"
#include "core/text/labelcell.h"

static bool fault(const tether_jsonl *jsonl, tether_error *error, const char *what) {
  return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->row_line, "line %lld: %s", (long long)jsonl->row_line, what);
}

/* -- text ---------------------------------------------------------------------------------------------------------- */

/* Reads a number, or the escaped text of a string. */
static bool scalar(tether_json *json, tether_slice *raw) {
  tether_json_kind kind = tether_json_peek(json);
  if (kind == TETHER_JSON_STRING) return tether_json_string(json, raw);
  size_t start = json->at;
  if (kind != TETHER_JSON_NUMBER || !tether_json_skip(json)) return false;
  *raw = (tether_slice){json->data + start, json->at - start};
  return true;
}

/* Reads a null; false: the next value is none, and stays unread. */
static bool is_null(tether_json *json) {
  if (tether_json_peek(json) != TETHER_JSON_LITERAL || json->data[json->at] != 'n') return false;
  return tether_json_skip(json);
}

/* Appends text without its escapes to `text`, and checks that none of them was a NUL. */
static bool plain(tether_jsonl *jsonl, tether_slice raw, tether_jsonl_part *part, tether_error *error) {
  tether_buffer *out = &jsonl->text;
  *part = (tether_jsonl_part){out->length, 0, true};
  if (!tether_json_unescape(raw, out, error)) return false;
  part->length = out->length - part->start;
  return part->length == 0 || tether_utf8_bad(out->data + part->start, part->length) == part->length ||
         fault(jsonl, error, "a NUL in a text");
}

static tether_slice text_of(const tether_jsonl *jsonl, const tether_jsonl_part *part) {
  return (tether_slice){part->length ? jsonl->text.data + part->start : "", part->length};
}

/* A text or a number, as text; anything else is nothing. */
static bool read_text(tether_jsonl *jsonl, tether_json *json, tether_jsonl_part *part, tether_error *error) {
  tether_slice raw;
  *part = (tether_jsonl_part){0, 0, false};
  if (scalar(json, &raw)) return plain(jsonl, raw, part, error);
  tether_json_skip(json);
  return true;
}

/* -- types --------------------------------------------------------------------------------------------------------- */

/* Adds an item whose text stands escaped in the line. */
static bool add_item(tether_jsonl *jsonl, tether_item_kind kind, tether_slice raw, tether_error *error) {
  tether_jsonl_part part;
  if (!plain(jsonl, raw, &part, error)) return false;
  tether_slice text = text_of(jsonl, &part);
  return text.length == 0 || tether_typekey_add(&jsonl->types, kind, text, error);
}

/* { category, id }, under the names that files and the wire have for them; {} is none. */
static bool read_spec(tether_jsonl *jsonl, tether_json *json, tether_error *error) {
  tether_slice key, category = {NULL, 0}, id = {NULL, 0};
  bool first = true, empty = true;
  tether_json_enter_object(json);
  while (tether_json_key(json, &first, &key)) {
    tether_slice *slot =
        tether_json_is(key, "category") || tether_json_is(key, "associationCategory") ? &category
        : tether_json_is(key, "id") || tether_json_is(key, "typeId") || tether_json_is(key, "associationTypeId") ? &id
                                                                                                                 : NULL;
    empty = false;
    if (!slot || !scalar(json, slot)) tether_json_skip(json);
  }
  if (json->failed || empty) return true;
  if (!category.data || !id.data || memchr(category.data, '\\', category.length) ||
      !tether_role_add_type(&jsonl->types, category, id, NULL))
    return fault(jsonl, error, "a type in types is {\"category\":…,\"id\":…}");
  return true;
}

/* Reads {}; false: the next value is none, and stays unread. Some programs write {} for an empty list. */
static bool is_empty_object(tether_json *json) {
  tether_json ahead = *json;
  tether_slice key;
  bool first = true;
  if (tether_json_peek(&ahead) != TETHER_JSON_OBJECT || !tether_json_enter_object(&ahead)) return false;
  if (tether_json_key(&ahead, &first, &key) || ahead.failed) return false;
  return tether_json_skip(json);
}

/* One label, or one type when `typed`; null and {} are none. */
static bool read_item(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  tether_slice raw;
  tether_json_kind kind = tether_json_peek(json);
  if (kind == TETHER_JSON_END) return tether_json_skip(json) || true; /* broken: told for the whole row */
  if (is_null(json) || is_empty_object(json)) return true;
  if (kind == TETHER_JSON_STRING)
    return !tether_json_string(json, &raw) || add_item(jsonl, TETHER_ITEM_LABEL, raw, error);
  if (kind == TETHER_JSON_NUMBER && typed) return !scalar(json, &raw) || add_item(jsonl, TETHER_ITEM_ID, raw, error);
  if (kind == TETHER_JSON_OBJECT && typed) return read_spec(jsonl, json, error);
  return fault(jsonl, error,
               typed ? "types is a list of type ids, labels and {\"category\":…,\"id\":…}"
                     : "a label is a text, labels a list of texts");
}

/* Reads a text that stands alone. It may be a word for "nothing"; in a list the same text is a label. */
static bool read_alone(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  tether_json ahead = *json;
  tether_slice raw;
  if (typed || tether_json_peek(json) != TETHER_JSON_STRING || !tether_json_string(&ahead, &raw) ||
      !tether_is_nothing(raw))
    return read_item(jsonl, json, typed, error);
  *json = ahead;
  return true;
}

static bool read_items(tether_jsonl *jsonl, tether_json *json, bool typed, tether_error *error) {
  if (tether_json_peek(json) != TETHER_JSON_ARRAY) return read_alone(jsonl, json, typed, error);
  bool first = true;
  tether_json_enter_array(json);
  while (tether_json_element(json, &first))
    if (!read_item(jsonl, json, typed, error)) return false;
  return true;
}

/* The name of a type as version 3 has it; "type" stands for many other things elsewhere. */
static bool read_type_name(tether_jsonl *jsonl, tether_json *json, tether_error *error) {
  tether_jsonl_part part;
  if (!read_text(jsonl, json, &part, error)) return false;
  tether_slice text = text_of(jsonl, &part);
  return !tether_role_is_type_name(text) || tether_typekey_add(&jsonl->types, TETHER_ITEM_LABEL, text, error);
}

/* -- ends ---------------------------------------------------------------------------------------------------------- */

static bool keep_end(tether_jsonl_ends *ends, tether_jsonl_end end, tether_error *error) {
  if (!tether_grow(&ends->list, &ends->capacity, ends->count + 1, sizeof *ends->list))
    return tether_fail(error, TETHER_NO_MEMORY, "no memory for a row");
  ends->list[ends->count++] = end;
  return true;
}

static bool is_end_id(tether_slice key) {
  return tether_json_is(key, "id") || tether_json_is(key, "toObjectId") || tether_json_is(key, "objectId");
}

/* What stands in the object of an end; `found` says whether it had an id. */
static bool read_end_object(tether_jsonl *jsonl, tether_json *json, tether_jsonl_part *id, bool *found,
                            tether_error *error) {
  tether_slice key, raw;
  bool first = true;
  tether_json_enter_object(json);
  while (tether_json_key(json, &first, &key)) {
    bool fine = true;
    if (is_end_id(key) && scalar(json, &raw)) {
      fine = plain(jsonl, raw, id, error);
      *found = true;
    } else if (tether_json_is(key, "associationTypes") || tether_json_is(key, "types")) {
      fine = read_items(jsonl, json, true, error);
    } else if (tether_json_is(key, "type")) {
      fine = read_type_name(jsonl, json, error);
    } else {
      tether_json_skip(json);
    }
    if (!fine) return false;
  }
  return true;
}

static bool read_end(tether_jsonl *jsonl, tether_json *json, tether_jsonl_ends *ends, tether_error *error) {
  tether_jsonl_part id = {jsonl->text.length, 0, true};
  tether_slice raw;
  size_t types = jsonl->types.length;
  bool found = false;
  if (tether_json_peek(json) == TETHER_JSON_OBJECT) {
    if (!read_end_object(jsonl, json, &id, &found, error)) return false;
  } else if (is_null(json)) {
    found = true;
  } else if (scalar(json, &raw)) {
    if (!plain(jsonl, raw, &id, error)) return false;
    found = true;
  } else {
    tether_json_skip(json);
  }
  if (json->failed) return true; /* told for the whole row */
  if (!found) return fault(jsonl, error, "from and to are an id, a key or {\"id\":…}, or a list of them");
  return keep_end(ends, (tether_jsonl_end){id.start, id.length, types, jsonl->types.length - types}, error);
}

static bool read_ends(tether_jsonl *jsonl, tether_json *json, tether_jsonl_ends *ends, tether_error *error) {
  ends->given = true;
  ends->count = 0;
  if (tether_json_peek(json) != TETHER_JSON_ARRAY) return read_end(jsonl, json, ends, error);
  bool first = true;
  tether_json_enter_array(json);
  while (tether_json_element(json, &first))
    if (!read_end(jsonl, json, ends, error)) return false;
  if (ends->count || json->failed) return true;
  return keep_end(ends, (tether_jsonl_end){jsonl->text.length, 0, 0, 0}, error); /* none: no link */
}

/* -- a row --------------------------------------------------------------------------------------------------------- */

static bool is_key(const tether_jsonl *jsonl, size_t i, tether_slice key) {
  const tether_jsonl_key *known = &jsonl->keys[i];
  return known->length == key.length && memcmp(jsonl->names.data + known->start, key.data, key.length) == 0;
}

/* The role of a key; false: the caller has not named it yet. Keys come in the same order in each row. */
static bool find_role(tether_jsonl *jsonl, tether_slice key, tether_role *role) {
  size_t count = jsonl->key_count;
  for (size_t tried = 0; tried < count; tried++) {
    size_t i = (jsonl->next_key + tried) % count;
    if (!is_key(jsonl, i, key)) continue;
    *role = jsonl->keys[i].role;
    jsonl->next_key = (i + 1) % count;
    return true;
  }
  *role = TETHER_ROLE_NONE;
  return count >= TETHER_JSONL_ROLES || key.length > TETHER_CEILING_PATH;
}

/* What a row says of its types beside labels. */
typedef struct {
  tether_jsonl_part id, category;
} type_parts;

/* Reads the primary of a row: true, false, or a text or number with that meaning; anything else is ignored. */
static bool read_primary(tether_jsonl *jsonl, tether_json *json, tether_error *error) {
  if (is_null(json)) return true;
  if (tether_json_peek(json) != TETHER_JSON_LITERAL) return read_text(jsonl, json, &jsonl->primary, error);
  size_t start = json->at;
  return !tether_json_skip(json) ||
         plain(jsonl, (tether_slice){json->data + start, json->at - start}, &jsonl->primary, error);
}

/* Reads types of the whole row. Types that stand beside an end are in `types` as well, after `from`, and must not count
 * for the whole row. */
static bool read_shared(tether_jsonl *jsonl, tether_json *json, tether_role role, tether_error *error) {
  size_t start = jsonl->types.length;
  bool fine = role == TETHER_ROLE_TYPE_NAME ? read_type_name(jsonl, json, error)
                                            : read_items(jsonl, json, role == TETHER_ROLE_TYPES, error);
  size_t length = jsonl->types.length - start;
  if (!fine || length == 0) return fine;
  fine = tether_buffer_add(&jsonl->shared, jsonl->types.data + start, length, error);
  jsonl->types.length = start;
  return fine;
}

/* What stands behind one key of the row; false: the row is lost, `error` says why. */
static bool read_field(tether_jsonl *jsonl, tether_json *json, tether_role role, type_parts *type,
                       tether_error *error) {
  switch (role) {
  case TETHER_ROLE_FROM:
  case TETHER_ROLE_TO:
    return read_ends(jsonl, json, &jsonl->ends[role == TETHER_ROLE_TO], error);
  case TETHER_ROLE_LABEL:
  case TETHER_ROLE_TYPES:
  case TETHER_ROLE_TYPE_NAME:
    return read_shared(jsonl, json, role, error);
  case TETHER_ROLE_TYPE_ID:
    return read_text(jsonl, json, &type->id, error);
  case TETHER_ROLE_CATEGORY:
    return read_text(jsonl, json, &type->category, error);
  case TETHER_ROLE_FROM_TYPE:
  case TETHER_ROLE_TO_TYPE:
    return read_text(jsonl, json, &jsonl->object_type[role == TETHER_ROLE_TO_TYPE], error);
  case TETHER_ROLE_PRIMARY:
    return read_primary(jsonl, json, error);
  case TETHER_ROLE_RAW:
    return read_text(jsonl, json, &jsonl->raw, error);
  default:
    tether_json_skip(json);
    return true;
  }
}

static bool not_json(const tether_jsonl *jsonl, const tether_json *json, tether_error *error) {
  if (json->length && json->error.place == 1)
    return fault(jsonl, error, "a JSON object is needed: {\"from\":…,\"to\":…}, one a line");
  return tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->row_line, "line %lld: not JSON at byte %lld",
                        (long long)jsonl->row_line, (long long)json->error.place);
}

static void clear(tether_jsonl *jsonl) {
  tether_buffer_clear(&jsonl->text);
  tether_buffer_clear(&jsonl->types);
  tether_buffer_clear(&jsonl->shared);
  for (int i = 0; i < 2; i++) {
    jsonl->ends[i].count = 0;
    jsonl->ends[i].given = jsonl->object_type[i].given = false;
  }
  jsonl->raw.given = jsonl->primary.given = false;
}

/* Puts the types of the row itself at the end of `types`, where the ends' stand already. */
static bool add_row_types(tether_jsonl *jsonl, const type_parts *type, tether_error *error) {
  if (!tether_role_add_type(&jsonl->shared, text_of(jsonl, &type->category), text_of(jsonl, &type->id), NULL))
    return fault(jsonl, error, "a type's category or its id is too long");
  jsonl->row_types = jsonl->types.length;
  return tether_buffer_add(&jsonl->types, jsonl->shared.data, jsonl->shared.length, error);
}

/* Whether what was read is a row of links. */
static bool check(tether_jsonl *jsonl, tether_error *error) {
  if (jsonl->raw.length && jsonl->raw.given && !jsonl->ends[0].given && !jsonl->ends[1].given)
    return fault(jsonl, error, "a line that could not be read is no row");
  if (!jsonl->ends[0].given || !jsonl->ends[1].given)
    return fault(jsonl, error,
                 jsonl->ends[0].given ? "no key for the to side, such as \"to\", in it"
                                      : "no key for the from side, such as \"from\", in it");
  if (jsonl->ends[0].count > 1 && jsonl->ends[1].count > 1)
    return fault(jsonl, error, "several ids on both sides: which belongs to which? write a row for each link");
  jsonl->links = jsonl->ends[0].count * jsonl->ends[1].count;
  return true;
}

/* Collects the keys of a row that the caller has not named, each with a NUL after it. */
static tether_jsonl_result collect_keys(tether_jsonl *jsonl, tether_slice *keys, tether_error *error) {
  tether_json json;
  tether_slice key;
  tether_role role;
  bool first = true;
  tether_buffer_clear(&jsonl->shared);
  tether_json_init(&json, jsonl->row.data, jsonl->row.length);
  tether_json_enter_object(&json);
  while (tether_json_key(&json, &first, &key)) {
    bool known = find_role(jsonl, key, &role);
    if (!known && (!tether_buffer_add(&jsonl->shared, key.data, key.length, error) ||
                   !tether_buffer_add(&jsonl->shared, "", 1, error)))
      return TETHER_JSONL_LOST;
    tether_json_skip(&json);
  }
  if (!tether_json_finish(&json)) return not_json(jsonl, &json, error), TETHER_JSONL_LOST;
  *keys = (tether_slice){jsonl->shared.data, jsonl->shared.length};
  return TETHER_JSONL_NEW_KEY;
}

tether_jsonl_result tether_jsonl_read(tether_jsonl *jsonl, tether_slice *keys, tether_error *error) {
  tether_slice row = jsonl->row;
  size_t bad = tether_utf8_bad(row.data, row.length);
  if (bad < row.length) {
    tether_fail_at(error, TETHER_JSONL_BROKEN, jsonl->row_line, "line %lld: byte %zu is not UTF-8, or a NUL",
                   (long long)jsonl->row_line, bad + 1);
    return TETHER_JSONL_LOST;
  }
  tether_json json;
  tether_slice key;
  type_parts type = {{0, 0, false}, {0, 0, false}};
  bool first = true;
  clear(jsonl);
  tether_json_init(&json, row.data, row.length);
  tether_json_enter_object(&json);
  while (tether_json_key(&json, &first, &key)) {
    tether_role role;
    if (!find_role(jsonl, key, &role)) return collect_keys(jsonl, keys, error);
    if (!read_field(jsonl, &json, role, &type, error)) return TETHER_JSONL_LOST;
  }
  if (!tether_json_finish(&json)) return not_json(jsonl, &json, error), TETHER_JSONL_LOST;
  return add_row_types(jsonl, &type, error) && check(jsonl, error) ? TETHER_JSONL_FINE : TETHER_JSONL_LOST;
}
