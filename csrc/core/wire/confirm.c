/* What an answer confirms: the pairs that it names. */
#include "base/id.h"
#include "core/wire/answer.h"

/* An id, or an object that holds it as `id`; 0 when there is none. */
static bool read_end(tether_decoding *d, int64_t *id, tether_spot *spot) {
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

/* Reads a type id, and whether it is another one than was asked for. A value that is no text is ignored. */
static bool read_type_id(tether_decoding *d, const char *wanted, bool *elsewhere) {
  tether_slice id;
  if (tether_json_peek(&d->json) != TETHER_JSON_STRING) return tether_json_skip(&d->json);
  if (!tether_json_string(&d->json, &id)) return false;
  *elsewhere |= wanted && *wanted && !tether_json_is(id, wanted);
  return true;
}

/* Reads one member of a pair. False: the key is not a pair's, and nothing was read. */
bool tether_confirm_member(tether_decoding *d, tether_slice key, tether_named_pair *pair, bool *fine) {
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

bool tether_confirm_pair(tether_decoding *d, const tether_named_pair *pair) {
  if (!pair->from || !pair->to || pair->elsewhere) return true;
  return tether_report_confirm(d->report, pair->from, pair->to, d->error);
}

static bool read_new_result(tether_decoding *d, tether_named_pair *pair) {
  tether_slice key;
  bool first = true, fine = true;
  *pair = (tether_named_pair){0};
  if (!tether_json_enter_object(&d->json)) return false;
  size_t start = d->json.at - 1;
  while (fine && tether_json_key(&d->json, &first, &key))
    if (!tether_confirm_member(d, key, pair, &fine)) fine = tether_json_skip(&d->json);
  if (!fine || d->json.failed) return false;
  if (!pair->elsewhere) tether_patterns_learn(&d->results, &d->json, start, pair->spots, 2, 0);
  return true;
}

static bool is_id(tether_slice digits, int64_t id) {
  int64_t value;
  return tether_id_parse(digits.data, digits.length, &value) && value == id;
}

/* Counts a pair that the answer names in the order of the request. Once a pair stands elsewhere, that pair and all
 * later ones are listed. */
static bool confirm_in_order(tether_decoding *d, const tether_named_pair *pair, tether_slice from, tether_slice to) {
  if (!pair->from || !pair->to || pair->elsewhere || !is_id(from, pair->from) || !is_id(to, pair->to)) {
    d->echo.at = NULL;
    return tether_confirm_pair(d, pair);
  }
  d->report->echoed++;
  return true;
}

static bool read_result(tether_decoding *d, tether_named_pair *pair) {
  tether_likeness found;
  if (!tether_patterns_read(&d->results, &d->json, &found)) return read_new_result(d, pair);
  *pair = (tether_named_pair){.from = found.ids[0], .to = found.ids[1]};
  return true;
}

bool tether_confirm_result(tether_decoding *d) {
  tether_slice from, to;
  tether_named_pair pair;
  bool in_order = tether_echo_next(&d->echo, &from, &to);
  if (in_order && tether_patterns_echo(&d->results, &d->json, from, to)) {
    d->report->echoed += 1 + tether_echo_run(&d->echo, &d->results.known[d->results.last], &d->json);
    return true;
  }
  if (!read_result(d, &pair)) return false;
  return in_order ? confirm_in_order(d, &pair, from, to) : tether_confirm_pair(d, &pair);
}

/* -- a record that lists its associations, as the route with a type id answers (wire.md, 4.3) ---------------------- */

static bool confirm_listed(tether_decoding *d, int64_t from) {
  tether_spot spot = {0, 0};
  tether_named_pair pair = {.from = from};
  return read_end(d, &pair.to, &spot) && tether_confirm_pair(d, &pair);
}

/* {"results": [{"id": "9001", "type": "contact_to_company"}, …]} */
static bool read_listed(tether_decoding *d, int64_t from) {
  tether_slice key;
  bool first = true, first_result;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key)) {
    if (!tether_json_is(key, "results") || tether_json_peek(&d->json) != TETHER_JSON_ARRAY) {
      if (!tether_json_skip(&d->json)) return false;
      continue;
    }
    first_result = true;
    if (!tether_json_enter_array(&d->json)) return false;
    while (tether_json_element(&d->json, &first_result))
      if (!confirm_listed(d, from)) return false;
  }
  return !d->json.failed;
}

/* {"companies": {"results": […]}}: a type's name is not compared, since it is written in several ways; the ids of a
 * request for one pair have one target type. */
bool tether_confirm_associations(tether_decoding *d, int64_t from) {
  tether_slice key;
  bool first = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (tether_json_key(&d->json, &first, &key))
    if (!read_listed(d, from)) return false;
  return !d->json.failed;
}
