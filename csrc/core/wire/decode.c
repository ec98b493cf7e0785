#include "core/wire/decode.h"

#include <string.h>

#include "base/id.h"
#include "core/wire/pattern.h"

/* What is under way; `error` is filled when something other than the JSON fails. */
typedef struct {
  tether_json json;
  tether_patterns results;
  long status;
  tether_sides sides;
  tether_report *report;
  tether_error *error;
} decoding;

/* The words of one error, as offsets into the report's text, and the ids that its context names. */
typedef struct {
  size_t category, sub_category, message, correlation_id, policy, status;
  bool invalid_ids, invalid_types;
  tether_slice detail;      /* the first text of what is invalid: "CONTACT=5 is not valid" */
  tether_slice object_type; /* whose ids the context names; empty: it does not say, or names several */
} words;

/* -- text ---------------------------------------------------------------------------------------------------------- */

static bool keep(decoding *d, tether_slice text, size_t *offset) {
  return tether_report_begin_text(d->report, offset, d->error) &&
         tether_json_unescape(text, &d->report->text, d->error) && tether_report_end_text(d->report, d->error);
}

/* A string is kept, anything else is passed over. */
static bool keep_string(decoding *d, size_t *offset) {
  tether_slice text;
  if (tether_json_peek(&d->json) != TETHER_JSON_STRING) return tether_json_skip(&d->json);
  return tether_json_string(&d->json, &text) && keep(d, text, offset);
}

static const char *text(const decoding *d, size_t offset) { return tether_report_text(d->report, offset); }

/* -- contexts: {"fromObjectId":["5"], "INVALID_OBJECT_IDS":["DEAL=5 is not valid"], …} -------------------------------
 */

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
static tether_side side_of(const decoding *d, const char *name, size_t length) {
  const tether_object_type *type = tether_object_type_find(name, length);
  if (d->sides.from == d->sides.to) return TETHER_EITHER_SIDE;
  if (type == d->sides.from) return TETHER_FROM_SIDE;
  return type == d->sides.to ? TETHER_TO_SIDE : TETHER_EITHER_SIDE;
}

static bool name_id(decoding *d, tether_slice value, tether_side side) {
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
static bool look_at_text(const decoding *d, tether_slice *text, bool *only) {
  tether_json ahead = d->json;
  bool first = true;
  if (tether_json_peek(&ahead) != TETHER_JSON_ARRAY || !tether_json_enter_array(&ahead)) return false;
  if (!tether_json_element(&ahead, &first) || tether_json_peek(&ahead) != TETHER_JSON_STRING) return false;
  if (!tether_json_string(&ahead, text)) return false;
  *only = !tether_json_element(&ahead, &first) && !ahead.failed;
  return true;
}

/* What one member of a context says beside the ids. */
static void note_words(const decoding *d, tether_slice key, words *w) {
  bool ids = tether_json_is(key, "INVALID_OBJECT_IDS"), types = tether_json_is(key, "INVALID_ASSOCIATION_TYPE_ID");
  tether_slice text = {NULL, 0};
  bool only = false;
  w->invalid_ids |= ids;
  w->invalid_types |= types;
  if ((ids || types) && !w->detail.data && look_at_text(d, &text, &only)) w->detail = text;
  if (tether_json_is(key, "objectType") && look_at_text(d, &text, &only) && only) w->object_type = text;
}

static bool read_ids(decoding *d, tether_side side) {
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

static bool read_context(decoding *d, words *w) {
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

/* -- errors ----------------------------------------------------------------------------------------------------------
 */

/* One member of an error; false: not one of an error's members, nothing was read. */
static bool error_member(decoding *d, tether_slice key, words *w, bool *fine) {
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
  *fine = read_context(d, w);
  return true;
}

/* "One or more associations are invalid" alone helps nobody: what is invalid is said behind it. */
static bool explain(decoding *d, words *w) {
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
static tether_side told_side(const decoding *d, const words *w) {
  const char *sub_category = text(d, w->sub_category);
  if (strstr(sub_category, "FROM_OBJECT_NOT_FOUND")) return TETHER_FROM_SIDE;
  if (strstr(sub_category, "TO_OBJECT_NOT_FOUND")) return TETHER_TO_SIDE;
  return w->object_type.data ? side_of(d, w->object_type.data, w->object_type.length) : TETHER_EITHER_SIDE;
}

/* Ids that stand under a key without a side get that of their complaint: a row with the same number on its other side
 * is innocent. */
static void place_ids(decoding *d, const words *w, const tether_complaint *complaint) {
  tether_named *named = d->report->named + complaint->first_named;
  tether_side side = told_side(d, w);
  for (size_t i = 0; i < complaint->named_count; i++)
    if (named[i].side == TETHER_EITHER_SIDE) named[i].side = side;
}

static bool finish_complaint(decoding *d, words *w, size_t index) {
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

static bool read_error(decoding *d) {
  tether_slice key;
  words w = {0};
  bool first = true, fine = true;
  size_t index = d->report->complaint_count;
  if (!tether_json_enter_object(&d->json) || !tether_report_complain(d->report, d->error)) return false;
  while (fine && tether_json_key(&d->json, &first, &key))
    if (!error_member(d, key, &w, &fine)) fine = tether_json_skip(&d->json);
  return fine && !d->json.failed && finish_complaint(d, &w, index);
}

/* Reads the objects of a list; `strange` tells that something else stood in it, or in its place. */
static bool each(decoding *d, bool (*read)(decoding *), bool *strange) {
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_ARRAY) {
    *strange |= !tether_json_is_null(&d->json);
    return tether_json_skip(&d->json);
  }
  if (!tether_json_enter_array(&d->json)) return false;
  while (tether_json_element(&d->json, &first)) {
    bool object = tether_json_peek(&d->json) == TETHER_JSON_OBJECT;
    *strange |= !object;
    if (!(object ? read(d) : tether_json_skip(&d->json))) return false;
  }
  return !d->json.failed;
}

/* -- results ---------------------------------------------------------------------------------------------------------
 */

/* An id, or an object that holds it as `id`; 0 when there is none. */
static bool read_end(decoding *d, int64_t *id, tether_spot *spot) {
  tether_slice key;
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) {
    tether_json_id_at(&d->json, id, spot);
    return !d->json.failed;
  }
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "id"))
      tether_json_id_at(&d->json, id, spot);
    else
      tether_json_skip(&d->json);
  }
  return !d->json.failed;
}

/* The pair that an object names: its ends, where they stood, and whether its object types are those of another pair. */
typedef struct {
  int64_t from, to;
  tether_spot spots[2];
  bool elsewhere;
} named_pair;

/* Reads a type id, and whether it is another one than was asked for. What is no text says nothing. */
static bool read_type_id(decoding *d, const char *wanted, bool *elsewhere) {
  tether_slice id;
  if (tether_json_peek(&d->json) != TETHER_JSON_STRING) return tether_json_skip(&d->json);
  if (!tether_json_string(&d->json, &id)) return false;
  *elsewhere |= wanted && *wanted && !tether_json_is(id, wanted);
  return true;
}

/* One member of a pair; false: not one of its members, nothing was read. */
static bool pair_member(decoding *d, tether_slice key, named_pair *pair, bool *fine) {
  if (tether_json_is(key, "fromObjectId") || tether_json_is(key, "from"))
    *fine = read_end(d, &pair->from, &pair->spots[0]);
  else if (tether_json_is(key, "toObjectId") || tether_json_is(key, "to"))
    *fine = read_end(d, &pair->to, &pair->spots[1]);
  else if (tether_json_is(key, "fromObjectTypeId"))
    *fine = read_type_id(d, d->sides.from_id, &pair->elsewhere);
  else if (tether_json_is(key, "toObjectTypeId"))
    *fine = read_type_id(d, d->sides.to_id, &pair->elsewhere);
  else
    return false;
  return true;
}

static bool confirm(decoding *d, const named_pair *pair) {
  if (!pair->from || !pair->to || pair->elsewhere) return true;
  return tether_report_confirm(d->report, pair->from, pair->to, d->error);
}

static bool read_new_result(decoding *d, named_pair *pair) {
  tether_slice key;
  bool first = true, fine = true;
  *pair = (named_pair){0};
  if (!tether_json_enter_object(&d->json)) return false;
  size_t start = d->json.at - 1;
  while (fine && tether_json_key(&d->json, &first, &key))
    if (!pair_member(d, key, pair, &fine)) fine = tether_json_skip(&d->json);
  if (!fine || d->json.failed) return false;
  if (!pair->elsewhere) tether_patterns_learn(&d->results, &d->json, start, pair->spots, 2, 0);
  return true;
}

static bool read_result(decoding *d) {
  tether_likeness found;
  named_pair pair;
  if (tether_patterns_read(&d->results, &d->json, &found))
    pair = (named_pair){.from = found.ids[0], .to = found.ids[1]};
  else if (!read_new_result(d, &pair))
    return false;
  return confirm(d, &pair);
}

/* -- a record that lists its associations, as the route with a type id answers (wire.md, 4.3) ---------------------- */

static bool confirm_listed(decoding *d, int64_t from) {
  tether_spot spot = {0, 0};
  named_pair pair = {.from = from};
  return read_end(d, &pair.to, &spot) && confirm(d, &pair);
}

/* {"results": [{"id": "9001", "type": "contact_to_company"}, …]} */
static bool read_listed(decoding *d, int64_t from) {
  tether_slice key;
  bool first = true, first_result = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key)) {
    if (!tether_json_is(key, "results") || tether_json_peek(&d->json) != TETHER_JSON_ARRAY) {
      if (!tether_json_skip(&d->json)) return false;
      continue;
    }
    if (!tether_json_enter_array(&d->json)) return false;
    while (tether_json_element(&d->json, &first_result))
      if (!confirm_listed(d, from)) return false;
  }
  return !d->json.failed;
}

/* {"companies": {"results": […]}}: a type's name is not compared, since it is written in several ways; the ids of a
 * request for one pair have one target type. */
static bool read_associations(decoding *d, int64_t from) {
  tether_slice key;
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key))
    if (!read_listed(d, from)) return false;
  return !d->json.failed;
}

/* -- the whole answer ------------------------------------------------------------------------------------------------
 */

/* What a body says beside its words. */
typedef struct {
  named_pair own;               /* the pair that the body itself names */
  int64_t record, counted;      /* the id of a record; the errors that are counted */
  size_t context, associations; /* where they stand: they are read when the rest is known. 0: there are none */
  bool strange;                 /* errors stand there that cannot be read */
} extras;

static bool read_count(decoding *d, int64_t *count) {
  tether_json_id(&d->json, count); /* 0 is no id, and is what it was before */
  return !d->json.failed;
}

static bool note_place(decoding *d, size_t *place) {
  tether_json_skip_blanks(&d->json);
  *place = d->json.at;
  return tether_json_skip(&d->json);
}

static bool complain(decoding *d, tether_code code, const char *message) {
  size_t offset;
  if (!tether_report_complain(d->report, d->error) || !tether_report_begin_text(d->report, &offset, d->error) ||
      !tether_buffer_text(&d->report->text, message, d->error) || !tether_report_end_text(d->report, d->error))
    return false;
  tether_complaint *complaint = &d->report->complaints[d->report->complaint_count - 1];
  complaint->code = code;
  complaint->message = offset;
  return true;
}

/* What the body says beyond its lists: that it was canceled or is unfinished, or that more failed than it names. */
static bool check_envelope(decoding *d, const words *w, const extras *x) {
  const char *state = text(d, w->status);
  d->report->answers |= strcmp(state, "COMPLETE") == 0;
  if (strcmp(state, "CANCELED") == 0) /* observed with one error, no results: a failure, and no doubt (wire.md, 2) */
    return d->report->complaint_count > 0 || complain(d, TETHER_INVALID, "the batch was canceled");
  if (*state && strcmp(state, "COMPLETE") != 0 && strcmp(state, "error") != 0 && !w->message) {
    d->report->unfinished = true;
    return complain(d, TETHER_NOT_CONFIRMED, "the batch is accepted but not complete");
  }
  if (x->counted > 0 && (uint64_t)x->counted > d->report->complaint_count)
    return complain(d, TETHER_NOT_CONFIRMED, "the answer counts more errors than it names");
  return !x->strange || complain(d, TETHER_NOT_CONFIRMED, "the answer has errors that cannot be read");
}

/* A record says which one it is beside its associations. */
static bool read_own_associations(decoding *d, const extras *x) {
  if (!x->associations || !x->record) return true;
  decoding again = *d;
  again.json.at = x->associations;
  again.json.depth = 1;
  return read_associations(&again, x->record);
}

/* The body's own complaint: an error body has a message, and its context is read last, so that the ids which it names
 * stand together. */
static bool own_complaint(decoding *d, words *w, size_t context) {
  if (!w->message && !w->category) return true;
  size_t index = d->report->complaint_count;
  if (!tether_report_complain(d->report, d->error)) return false;
  if (context) {
    decoding again = *d;
    again.json.at = context;
    if (!read_context(&again, w)) return false;
  }
  return finish_complaint(d, w, index);
}

static bool read_list(decoding *d, bool (*read)(decoding *), bool *strange) {
  d->report->answers |= tether_json_peek(&d->json) == TETHER_JSON_ARRAY;
  return each(d, read, strange);
}

/* A member that is neither a word of an error nor one of a pair. */
static bool read_extra(decoding *d, tether_slice key, extras *x) {
  bool unread = false; /* a result that cannot be read confirms nothing */
  if (tether_json_is(key, "results")) return read_list(d, read_result, &unread);
  if (tether_json_is(key, "errors")) return read_list(d, read_error, &x->strange);
  if (tether_json_is(key, "numErrors")) return read_count(d, &x->counted);
  if (tether_json_is(key, "associations")) return note_place(d, &x->associations);
  if (tether_json_is(key, "id")) return read_count(d, &x->record);
  return tether_json_skip(&d->json);
}

static bool read_body(decoding *d) {
  tether_slice key;
  words w = {0};
  extras x = {0};
  bool first = true, fine = true;
  if (!tether_json_enter_object(&d->json)) return false;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "context"))
      fine = note_place(d, &x.context);
    else if (!pair_member(d, key, &x.own, &fine) && !error_member(d, key, &w, &fine))
      fine = read_extra(d, key, &x);
  }
  return fine && tether_json_finish(&d->json) && confirm(d, &x.own) && read_own_associations(d, &x) &&
         check_envelope(d, &w, &x) && own_complaint(d, &w, x.context);
}

static bool not_json(decoding *d, bool empty) {
  const char *message = empty ? "the answer has no body" : "the answer is not JSON (an HTML page?)";
  return complain(d, tether_problem_code(d->status, "", "", "", ""), message);
}

bool tether_decode_answer(const char *data, size_t length, long status, tether_sides sides, tether_report *report,
                          tether_error *error) {
  decoding d = {.status = status, .sides = sides, .report = report, .error = error};
  bool success = status >= 200 && status < 300;
  report->answers = length == 0 && success;
  if (length == 0) return success || not_json(&d, true);
  tether_json_init(&d.json, data, length);
  if (read_body(&d)) return true;
  if (!d.json.failed) return false; /* no memory: `error` says so */
  tether_report_clear(report);      /* half an answer confirms nothing */
  if (!success) return not_json(&d, false);
  if (error) *error = d.json.error;
  return false;
}
