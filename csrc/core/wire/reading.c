#include "core/wire/reading.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/json/pattern_run.h"

enum {
  IN_RESULTS = 2, /* how deep the results of an answer stand */
  IN_TARGETS = 2, /* how much deeper the links of a result */
  RUN = 4096      /* links for which room is made at once, at most */
};

typedef struct {
  tether_json json;
  tether_reading *reading;
  tether_patterns targets, results; /* tagged with the index of their types; results of one link */
  tether_patterns heads;            /* of results: up to their first link */
  int64_t from;
  size_t start;                   /* of the result under way */
  tether_spot from_spot, to_spot; /* of the result under way and of the last link */
  tether_error *error;
  tether_run target_run, result_run; /* the last: too large to be zeroed for each answer */
} decoding;

typedef bool reader(decoding *d);
typedef size_t runner(decoding *d); /* how many it has read at once, mostly none */

void tether_reading_init(tether_reading *reading, tether_links *links) {
  *reading = (tether_reading){.links = links};
  tether_buffer_init(&reading->text, TETHER_CEILING_ANSWER);
}

void tether_reading_free(tether_reading *reading) {
  free(reading->labels);
  free(reading->cursors);
  tether_buffer_free(&reading->text);
  tether_reading_init(reading, reading->links);
}

const char *tether_reading_text(const tether_reading *reading, size_t offset) { return reading->text.data + offset; }

static bool no_memory(tether_error *error) {
  return tether_fail(error, TETHER_NO_MEMORY, "no memory for labels or cursors");
}

static bool keep(tether_reading *reading, tether_slice text, size_t *offset, tether_error *error) {
  *offset = reading->text.length;
  return tether_json_unescape(text, &reading->text, error) && tether_buffer_add(&reading->text, "", 1, error);
}

/* -- types --------------------------------------------------------------------------------------------------------- */

static bool keep_label(decoding *d, tether_spec type, tether_slice label) {
  tether_reading *reading = d->reading;
  for (size_t i = 0; i < reading->label_count; i++)
    if (reading->labels[i].type.category == type.category && reading->labels[i].type.id == type.id) return true;
  size_t offset;
  if (!tether_grow(&reading->labels, &reading->label_capacity, reading->label_count + 1, sizeof *reading->labels))
    return no_memory(d->error);
  if (!keep(reading, label, &offset, d->error)) return false;
  reading->labels[reading->label_count++] = (tether_label_name){type, offset};
  return true;
}

static bool read_category(decoding *d, tether_category *category, bool *known) {
  tether_slice text;
  if (!tether_json_string(&d->json, &text)) return false;
  for (int i = 0; i < TETHER_CATEGORIES && !*known; i++) {
    *category = (tether_category)i;
    *known = tether_json_is(text, tether_category_name(*category));
  }
  return true;
}

/* { category, typeId, label }; a type without id or of a category that we do not know is passed over. */
static bool read_type(decoding *d, tether_spec *types, size_t *count) {
  tether_slice key, label = {NULL, 0};
  tether_category category = TETHER_HUBSPOT_DEFINED;
  bool first = true, known = false, fine = true;
  int64_t id = 0;
  if (!tether_json_enter_object(&d->json)) return false;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "category") && tether_json_peek(&d->json) == TETHER_JSON_STRING)
      fine = read_category(d, &category, &known);
    else if (tether_json_is(key, "typeId"))
      fine = tether_json_id(&d->json, &id) || !d->json.failed;
    else if (tether_json_is(key, "label") && tether_json_peek(&d->json) == TETHER_JSON_STRING)
      fine = tether_json_string(&d->json, &label);
    else
      fine = tether_json_skip(&d->json);
  }
  if (!fine || d->json.failed) return false;
  if (!known || id < 1 || id > INT32_MAX || *count == TETHER_TYPES_MAX) return true;
  types[(*count)++] = (tether_spec){category, (int32_t)id};
  return !label.data || keep_label(d, (tether_spec){category, (int32_t)id}, label);
}

static bool read_types(decoding *d, tether_spec *types, size_t *count) {
  bool first = true;
  if (!tether_json_enter_array(&d->json)) return false;
  while (tether_json_element(&d->json, &first))
    if (!read_type(d, types, count)) return false;
  return !d->json.failed;
}

/* -- links --------------------------------------------------------------------------------------------------------- */

static bool read_new_target(decoding *d, int64_t *to, uint32_t *set) {
  tether_spec types[TETHER_TYPES_MAX];
  tether_slice key;
  size_t count = 0, start;
  bool first = true, fine = true;
  *to = 0;
  d->to_spot = (tether_spot){0, 0};
  if (!tether_json_enter_object(&d->json)) return false;
  start = d->json.at - 1;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "toObjectId"))
      fine = tether_json_id_at(&d->json, to, &d->to_spot) || !d->json.failed;
    else if (tether_json_is(key, "associationTypes"))
      fine = read_types(d, types, &count);
    else
      fine = tether_json_skip(&d->json);
  }
  if (!fine || d->json.failed) return false;
  if (!*to) return tether_fail(d->error, TETHER_ANSWER_MALFORMED, "a link without toObjectId in the answer");
  if (!tether_links_intern(d->reading->links, types, count, set, d->error)) return false;
  tether_patterns_learn(&d->targets, &d->json, start, &d->to_spot, 1, *set);
  return true;
}

static bool read_target(decoding *d) {
  tether_likeness found;
  if (tether_patterns_read(&d->targets, &d->json, &found))
    d->to_spot = found.spots[0];
  else if (!read_new_target(d, &found.ids[0], &found.tag))
    return false;
  return tether_links_add(d->reading->links, d->from, found.ids[0], found.tag, d->error);
}

/* For how many links like the last one there are bytes left: mostly for as many as come. */
static size_t expected(const decoding *d, const tether_patterns *patterns) {
  size_t least = (d->json.length - d->json.at) / patterns->known[patterns->last].length + 1;
  return least < RUN ? least : RUN;
}

/* Reads links that are like known ones, as long as they come. How many; 0 also when there is no memory: reading the
 * next link by itself then reports that. */
static size_t run_targets(decoding *d) {
  tether_links *links = d->reading->links;
  tether_open_view view;
  if (d->targets.count == 0 || !tether_links_room(links, expected(d, &d->targets), &view, NULL)) return 0;
  tether_run_room room = {.ids = {view.to}, .tags = view.types, .most = expected(d, &d->targets)};
  size_t count = tether_patterns_run(&d->targets, &d->target_run, &d->json, 1, &room);
  for (size_t i = 0; i < count; i++) view.from[i] = d->from;
  if (count) d->to_spot = room.last;
  tether_links_added(links, count);
  return count;
}

/* Reads the elements of a list that was entered. */
static bool read_each(decoding *d, runner *run, reader *read) {
  bool first = true;
  while (tether_json_element(&d->json, &first))
    if (!run(d) && !read(d)) return false;
  return !d->json.failed;
}

/* Learns how the result began, when its record stands before its links. */
static bool read_targets(decoding *d) {
  if (!tether_json_enter_array(&d->json)) return false;
  if (d->from_spot.end < d->json.at) tether_patterns_learn(&d->heads, &d->json, d->start, &d->from_spot, 1, 0);
  return read_each(d, run_targets, read_target);
}

/* -- paging: { next: { after, link } } ----------------------------------------------------------------------------- */

static bool keep_cursor(decoding *d, tether_slice after) {
  tether_reading *reading = d->reading;
  size_t offset;
  if (!tether_grow(&reading->cursors, &reading->cursor_capacity, reading->cursor_count + 1, sizeof *reading->cursors))
    return no_memory(d->error);
  if (!keep(reading, after, &offset, d->error)) return false;
  reading->cursors[reading->cursor_count++] = (tether_cursor){d->from, offset};
  return true;
}

/* Descends through `next` to `after`. */
static bool read_paging(decoding *d) {
  tether_slice key, after;
  bool first = true, fine = true;
  if (tether_json_peek(&d->json) != TETHER_JSON_OBJECT) return tether_json_skip(&d->json);
  if (!tether_json_enter_object(&d->json)) return false;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "next"))
      fine = read_paging(d);
    else if (tether_json_is(key, "after") && tether_json_peek(&d->json) == TETHER_JSON_STRING)
      fine = tether_json_string(&d->json, &after) && keep_cursor(d, after);
    else
      fine = tether_json_skip(&d->json);
  }
  return fine && !d->json.failed;
}

/* -- answers ------------------------------------------------------------------------------------------------------- */

static bool read_from(decoding *d) {
  tether_slice key;
  bool first = true, fine = true;
  if (!tether_json_enter_object(&d->json)) return false;
  while (fine && tether_json_key(&d->json, &first, &key))
    fine = tether_json_is(key, "id") ? tether_json_id_at(&d->json, &d->from, &d->from_spot) || !d->json.failed
                                     : tether_json_skip(&d->json);
  return fine && !d->json.failed;
}

/* Reads a member now when the record is known, else notes where it stands. */
static bool now_or_later(decoding *d, reader *read, size_t *later) {
  if (d->from) return read(d);
  *later = d->json.at;
  return tether_json_skip(&d->json);
}

static bool catch_up(decoding *d, reader *read, size_t later) {
  if (!later) return true;
  size_t end = d->json.at;
  d->json.at = later;
  bool fine = read(d);
  if (fine) d->json.at = end;
  return fine;
}

/* { from: { id }, to: [ … ], paging }, members in any order, of an object that was entered. */
static bool read_members(decoding *d, bool first) {
  tether_slice key;
  size_t targets = 0, paging = 0;
  bool fine = true;
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "from"))
      fine = read_from(d);
    else if (tether_json_is(key, "to"))
      fine = now_or_later(d, read_targets, &targets);
    else if (tether_json_is(key, "paging"))
      fine = now_or_later(d, read_paging, &paging);
    else
      fine = tether_json_skip(&d->json);
  }
  if (!fine || d->json.failed) return false;
  if (!d->from) return tether_fail(d->error, TETHER_ANSWER_MALFORMED, "a result without from.id in the answer");
  return catch_up(d, read_targets, targets) && catch_up(d, read_paging, paging);
}

/* A result that begins as an earlier one did stands in its list of links at once. */
static bool read_new_result(decoding *d) {
  tether_likeness head;
  d->from = 0;
  d->from_spot = (tether_spot){0, 0};
  tether_json_skip_blanks(&d->json);
  d->start = d->json.at;
  if (!tether_patterns_read(&d->heads, &d->json, &head))
    return tether_json_enter_object(&d->json) && read_members(d, true);
  d->from = head.ids[0];
  d->from_spot = head.spots[0];
  d->json.depth += IN_TARGETS;
  return read_each(d, run_targets, read_target) && read_members(d, false);
}

static bool read_result(decoding *d) {
  const tether_reading *reading = d->reading;
  tether_likeness found;
  if (tether_patterns_read(&d->results, &d->json, &found))
    return tether_links_add(reading->links, found.ids[0], found.ids[1], found.tag, d->error);
  size_t links = tether_links_count(reading->links), cursors = reading->cursor_count;
  if (!read_new_result(d)) return false;
  if (tether_links_count(reading->links) == links + 1 && reading->cursor_count == cursors)
    tether_patterns_learn(&d->results, &d->json, d->start, (tether_spot[]){d->from_spot, d->to_spot}, 2,
                          tether_links_at(reading->links, links).types);
  return true;
}

/* Results of one link, as run_targets. */
static size_t run_results(decoding *d) {
  tether_links *links = d->reading->links;
  tether_open_view view;
  if (d->results.count == 0 || !tether_links_room(links, expected(d, &d->results), &view, NULL)) return 0;
  tether_run_room room = {.ids = {view.from, view.to}, .tags = view.types, .most = expected(d, &d->results)};
  size_t count = tether_patterns_run(&d->results, &d->result_run, &d->json, 2, &room);
  tether_links_added(links, count);
  return count;
}

static bool read_results(decoding *d, runner *run, reader *read) {
  return tether_json_enter_array(&d->json) && read_each(d, run, read);
}

/* What stands beside the lists: times, links, and a state other than COMPLETE, or words of an error. */
static bool read_beside(decoding *d, tether_slice key) {
  static const char *const words[] = {"errors", "numErrors", "message", "category", "context"};
  tether_slice state;
  if (tether_json_is(key, "status") && tether_json_peek(&d->json) == TETHER_JSON_STRING) {
    if (!tether_json_string(&d->json, &state)) return false;
    d->reading->says_more |= !tether_json_is(state, "COMPLETE");
    return true;
  }
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) d->reading->says_more |= tether_json_is(key, words[i]);
  return tether_json_skip(&d->json);
}

static bool read_answer(decoding *d, const char *data, size_t length, bool paged) {
  tether_slice key;
  bool first = true, fine = true, listed = false;
  *d->error = (tether_error){0};
  tether_json_init(&d->json, data, length);
  fine = tether_json_enter_object(&d->json);
  while (fine && tether_json_key(&d->json, &first, &key)) {
    if (tether_json_is(key, "results")) {
      listed = true;
      fine = paged ? read_results(d, run_targets, read_target) : read_results(d, run_results, read_result);
    } else {
      fine = paged && tether_json_is(key, "paging") ? read_paging(d) : read_beside(d, key);
    }
  }
  if (fine && tether_json_finish(&d->json))
    return listed || tether_fail(d->error, TETHER_ANSWER_MALFORMED, "the answer has no results");
  if (d->json.failed) *d->error = d->json.error;
  return false;
}

static void begin(decoding *d, tether_reading *reading, int64_t from, tether_error *error) {
  memset(d, 0, offsetof(decoding, target_run));
  tether_run_init(&d->target_run);
  tether_run_init(&d->result_run);
  d->reading = reading;
  d->from = from;
  d->error = error;
}

/* Decodes an answer. On failure all that it has added is taken back: half an answer says nothing. */
static bool decode(decoding *d, const char *data, size_t length, bool paged) {
  size_t links = tether_links_count(d->reading->links), cursors = d->reading->cursor_count;
  if (read_answer(d, data, length, paged)) return true;
  tether_links_cut(d->reading->links, links);
  d->reading->cursor_count = cursors;
  return false;
}

bool tether_decode_list(const char *data, size_t length, int64_t from, tether_reading *reading, tether_error *error) {
  tether_error ignored = {0};
  decoding d;
  begin(&d, reading, from, error ? error : &ignored);
  return decode(&d, data, length, true);
}

bool tether_decode_batch_read(const char *data, size_t length, tether_reading *reading, tether_error *error) {
  tether_error ignored = {0};
  decoding d;
  begin(&d, reading, 0, error ? error : &ignored);
  return decode(&d, data, length, false);
}

/* Whether a comma or the list's end follows a result. Anything else is broken, and must stay with the result for
 * tether_decode_batch_read to find. */
static bool is_followed(tether_json *json) {
  tether_json_skip_blanks(json);
  return json->at < json->length && (json->data[json->at] == ',' || json->data[json->at] == ']');
}

size_t tether_decode_results(const char *data, size_t length, size_t at, bool first, tether_reading *reading,
                             tether_error *error) {
  tether_error problem = {0};
  decoding d;
  size_t links, cursors;
  begin(&d, reading, 0, &problem);
  tether_json_init(&d.json, data, length);
  d.json.at = at;
  d.json.depth = IN_RESULTS;
  do {
    at = d.json.at;
    links = tether_links_count(reading->links);
    cursors = reading->cursor_count;
  } while (tether_json_element(&d.json, &first) && (run_results(&d) || read_result(&d)) && is_followed(&d.json));
  tether_links_cut(reading->links, links);
  reading->cursor_count = cursors;
  if (!d.json.failed && problem.code != TETHER_ANSWER_MALFORMED) *error = problem;
  return at;
}
