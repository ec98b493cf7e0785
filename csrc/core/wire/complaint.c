/* What an answer complains of: the words of an error, and the records that its context names. */
#include <string.h>

#include "base/id.h"
#include "core/wire/answer.h"

/* -- text ---------------------------------------------------------------------------------------------------------- */

static bool keep(tether_decoding *d, tether_slice text, size_t *offset) {
  return tether_report_begin_text(d->report, offset, d->error) &&
         tether_json_unescape(text, &d->report->text, d->error) && tether_report_end_text(d->report, d->error);
}

/* A string is kept, anything else is passed over. */
static bool keep_string(tether_decoding *d, size_t *offset) {
  tether_slice text;
  if (tether_json_peek(&d->json) != TETHER_JSON_STRING) return tether_json_skip(&d->json);
  return tether_json_string(&d->json, &text) && keep(d, text, offset);
}

static const char *text(const tether_decoding *d, size_t offset) { return tether_report_text(d->report, offset); }

/* -- contexts: {"fromObjectId":["5"], "INVALID_OBJECT_IDS":["DEAL=5 is not valid"], …} ----------------------------- */

static const struct {
  const char *key;
  tether_side side;
} id_keys[] = {
    {"fromObjectId", TETHER_FROM_SIDE}, {"fromObjectIds", TETHER_FROM_SIDE},        {"toObjectId", TETHER_TO_SIDE},
    {"toObjectIds", TETHER_TO_SIDE},    {"objectId", TETHER_EITHER_SIDE},           {"ids", TETHER_EITHER_SIDE},
    {"id", TETHER_EITHER_SIDE},         {"INVALID_OBJECT_IDS", TETHER_EITHER_SIDE},
};

static bool is_id_key(tether_slice key, tether_side *side) {
  for (size_t i = 0; i < sizeof id_keys / sizeof *id_keys; i++) {
    if (!tether_json_is(key, id_keys[i].key)) continue;
    *side = id_keys[i].side;
    return true;
  }
  return false;
}

/* "DEAL=5 is not valid": the internal name tells the side, unless both sides have the same type. A custom object has
 * no row in our table, so that its name leads to NULL as its side does. */
static tether_side side_of(const tether_decoding *d, const char *name, size_t length) {
  const tether_object_type *type = tether_object_type_find(name, length);
  if (d->sides.from == d->sides.to) return TETHER_EITHER_SIDE;
  if (type == d->sides.from) return TETHER_FROM_SIDE;
  return type == d->sides.to ? TETHER_TO_SIDE : TETHER_EITHER_SIDE;
}

static bool name_id(tether_decoding *d, tether_slice value, tether_side side) {
  const char *equals = memchr(value.data, '=', value.length);
  if (equals) {
    side = side_of(d, value.data, (size_t)(equals - value.data));
    value.length -= (size_t)(equals + 1 - value.data);
    value.data = equals + 1;
  }
  size_t digits = 0;
  while (digits < value.length && value.data[digits] >= '0' && value.data[digits] <= '9') digits++;
  int64_t id;
  return !tether_id_parse(value.data, digits, &id) || tether_report_name(d->report, id, side, d->error);
}

/* Looks at the first text of the list that stands next, without reading it. False: there is none. `only`: whether the
 * list ends behind it. */
static bool look_at_text(const tether_decoding *d, tether_slice *text, bool *only) {
  tether_json ahead = d->json;
  bool first = true;
  if (tether_json_peek(&ahead) != TETHER_JSON_ARRAY || !tether_json_enter_array(&ahead)) return false;
  if (!tether_json_element(&ahead, &first) || tether_json_peek(&ahead) != TETHER_JSON_STRING) return false;
  if (!tether_json_string(&ahead, text)) return false;
  *only = !tether_json_element(&ahead, &first) && !ahead.failed;
  return true;
}

/* What one member of a context says beside the ids. */
static void note_words(const tether_decoding *d, tether_slice key, tether_words *w) {
  bool ids = tether_json_is(key, "INVALID_OBJECT_IDS"), types = tether_json_is(key, "INVALID_ASSOCIATION_TYPE_ID");
  tether_slice text = {NULL, 0};
  bool only = false;
  w->invalid_ids |= ids;
  w->invalid_types |= types;
  if ((ids || types) && !w->detail.data && look_at_text(d, &text, &only)) w->detail = text;
  if (tether_json_is(key, "objectType") && look_at_text(d, &text, &only) && only) w->object_type = text;
}

static bool read_ids(tether_decoding *d, tether_side side) {
  tether_slice value;
  bool first = true;
  if (tether_json_peek(&d->json) == TETHER_JSON_STRING)
    return tether_json_string(&d->json, &value) && name_id(d, value, side);
  if (tether_json_peek(&d->json) != TETHER_JSON_ARRAY) return tether_json_skip(&d->json);
  if (!tether_json_enter_array(&d->json)) return false;
  while (tether_json_element(&d->json, &first)) {
    if (tether_json_peek(&d->json) != TETHER_JSON_STRING) {
      if (!tether_json_skip(&d->json)) return false;
    } else if (!tether_json_string(&d->json, &value) || !name_id(d, value, side)) {
      return false;
    }
  }
  return !d->json.failed;
}

bool tether_complaint_context(tether_decoding *d, tether_words *w) {
  tether_slice key;
  tether_side side;
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key)) {
    note_words(d, key, w);
    if (!(is_id_key(key, &side) ? read_ids(d, side) : tether_json_skip(&d->json))) return false;
  }
  return !d->json.failed;
}

/* -- errors -------------------------------------------------------------------------------------------------------- */

/* Reads one member of an error. False: the key is not an error's, and nothing was read. */
bool tether_complaint_member(tether_decoding *d, tether_slice key, tether_words *w, bool *fine) {
  const struct {
    const char *name;
    size_t *into;
  } strings[] = {{"category", &w->category}, {"errorType", &w->category}, {"subCategory", &w->sub_category},
                 {"message", &w->message},   {"policyName", &w->policy},  {"correlationId", &w->correlation_id},
                 {"status", &w->status}};
  for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
    if (!tether_json_is(key, strings[i].name)) continue;
    *fine = keep_string(d, strings[i].into);
    return true;
  }
  if (!tether_json_is(key, "context")) return false;
  *fine = tether_complaint_context(d, w);
  return true;
}

/* Adds what is invalid to the message: "One or more associations are invalid" alone helps nobody. */
static bool explain(tether_decoding *d, tether_words *w) {
  if (!w->detail.data || !w->message) return true;
  size_t offset, length = strlen(text(d, w->message));
  tether_buffer *out = &d->report->text;
  if (!tether_report_begin_text(d->report, &offset, d->error) || !tether_buffer_room(out, length + 2, d->error))
    return false;
  if (!tether_buffer_add(out, out->data + w->message, length, d->error) || !tether_buffer_text(out, ": ", d->error) ||
      !tether_json_unescape(w->detail, out, d->error) || !tether_report_end_text(d->report, d->error))
    return false;
  w->message = offset;
  return true;
}

/* The side that a complaint speaks of as a whole. The sub-category says it plainly; the object type says it where the
 * sides have different ones (recorded: context {"objectType":["contact"],"id":["1"]}, wire.md, 4.7). */
static tether_side told_side(const tether_decoding *d, const tether_words *w) {
  const char *sub_category = text(d, w->sub_category);
  if (strstr(sub_category, "FROM_OBJECT_NOT_FOUND")) return TETHER_FROM_SIDE;
  if (strstr(sub_category, "TO_OBJECT_NOT_FOUND")) return TETHER_TO_SIDE;
  return w->object_type.data ? side_of(d, w->object_type.data, w->object_type.length) : TETHER_EITHER_SIDE;
}

/* Ids under a key that names no side get the side of their complaint. Without it, a row with the same number on its
 * other side would be refused too. */
static void place_ids(tether_decoding *d, const tether_words *w, const tether_complaint *complaint) {
  size_t end = complaint->first_named + complaint->named_count;
  tether_side side = told_side(d, w);
  for (size_t i = complaint->first_named; i < end; i++)
    if (d->report->named[i].side == TETHER_EITHER_SIDE) d->report->named[i].side = side;
}

bool tether_complaint_fill(tether_decoding *d, tether_words *w, size_t index) {
  if (!explain(d, w)) return false;
  tether_complaint *complaint = &d->report->complaints[index];
  place_ids(d, w, complaint);
  complaint->category = w->category;
  complaint->sub_category = w->sub_category;
  complaint->message = w->message;
  complaint->correlation_id = w->correlation_id;
  complaint->code = w->invalid_types ? TETHER_TYPE_UNKNOWN
                    : w->invalid_ids ? TETHER_NOT_FOUND
                                     : tether_problem_code(d->status, text(d, w->category), text(d, w->sub_category),
                                                           text(d, w->policy), text(d, w->message));
  return true;
}

bool tether_complaint_read(tether_decoding *d) {
  tether_slice key;
  tether_words w = {0};
  bool first = true, fine = true;
  size_t index = d->report->complaint_count;
  if (!tether_json_enter_object(&d->json) || !tether_report_complain(d->report, d->error)) return false;
  while (fine && tether_json_key(&d->json, &first, &key))
    if (!tether_complaint_member(d, key, &w, &fine)) fine = tether_json_skip(&d->json);
  return fine && !d->json.failed && tether_complaint_fill(d, &w, index);
}
