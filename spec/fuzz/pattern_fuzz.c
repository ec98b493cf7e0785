/* Lists of objects that are alike but for their ids, of kinds and with slips that the bytes choose, read with runs of
 * the fast form, with runs of the plain one, and object by object: all must say the same. `make fuzz` runs it. */
#include <stdlib.h>
#include <string.h>

#include "core/json/pattern_run.h"

enum { OBJECTS_MOST = 200, ROOM = 7 };

typedef struct {
  const uint8_t *at, *end;
} choices;

static unsigned choose(choices *from, unsigned most) { return from->at < from->end ? *from->at++ % most : 0; }

/* What an object says: its ids and the number of the kind that it was like, or a new one's. */
typedef struct {
  int64_t ids[OBJECTS_MOST][TETHER_PATTERN_IDS];
  uint32_t tags[OBJECTS_MOST];
  tether_spot last;
  size_t count, in_runs, end;
  bool fine;
} story;

typedef enum { FAST_RUNS, PLAIN_RUNS, NO_RUNS } way;

/* -- the list ------------------------------------------------------------------------------------------------------ */

static void add_id(tether_buffer *out, choices *from) {
  unsigned digits = choose(from, 4) ? 11 + choose(from, 2) : choose(from, 21);
  for (unsigned i = 0; i < digits; i++) {
    unsigned digit = choose(from, 10);
    tether_buffer_format(out, NULL, "%u", i == 0 && choose(from, 32) ? 1 + digit % 9 : digit);
  }
}

static void add_object(tether_buffer *out, size_t ids, choices *from) {
  static const char *const tails[] = {
      ",\"types\":[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":279,\"label\":null}]}",
      ",\"types\":[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":279,\"label\":null},{\"typeId\":1}]}",
      ",\"types\":[{\"category\":\"HUBSPOT_DEFINED\",\"typeId\":279,\"label\":null},{\"typeId\":2}]}",
      ",\"types\":[{\"category\":\"USER_DEFINED\",\"typeId\":28,\"label\":\"Billing contact of the group\"}]}",
      ",\"a\":\"A text that is a little longer than the others, so that it takes a block more than each of them\"}",
      ",\"a\":[]}",
      "}",
      ",\"a\": [1, 2, 3, {\"b\": \"with blanks between its members, and 12345678901 in it\"}]}"};
  unsigned form = choose(from, 16);
  tether_buffer_text(out, form == 1 ? "{\"x\":\"" : "{\"x\":", NULL);
  add_id(out, from);
  if (form == 1) tether_buffer_text(out, "\"", NULL);
  if (ids == 2) {
    tether_buffer_text(out, form == 2 ? ",\"and\":{\"so\":[\"far\"]},\"y\":" : ",\"y\":", NULL);
    add_id(out, from);
  }
  unsigned tail = choose(from, 24);
  tether_buffer_text(out, tails[tail < 8 ? tail : tail % 4], NULL);
}

static void write_list(tether_buffer *out, size_t ids, choices *from) {
  tether_buffer_text(out, "[", NULL);
  for (size_t i = 0; i < OBJECTS_MOST && from->at < from->end; i++) {
    if (i) tether_buffer_text(out, choose(from, 40) ? "," : " , ", NULL);
    add_object(out, ids, from);
    if (choose(from, 60) == 1) out->data[out->length - 1 - choose(from, 90) % out->length] ^= (char)choose(from, 256);
  }
  tether_buffer_text(out, "]", NULL);
  if (choose(from, 8) == 1) out->length -= choose(from, 200) % out->length;
}

/* -- reading it ---------------------------------------------------------------------------------------------------- */

static bool read_new(tether_json *json, tether_patterns *patterns, size_t ids, story *told) {
  tether_spot spots[TETHER_PATTERN_IDS] = {{0, 0}, {0, 0}};
  tether_slice key;
  int64_t *found = told->ids[told->count];
  size_t start = json->at;
  bool first = true, fine = true;
  if (!tether_json_enter_object(json)) return false;
  while (fine && tether_json_key(json, &first, &key)) {
    if (tether_json_is(key, "x"))
      fine = tether_json_id_at(json, &found[0], &spots[0]) || !json->failed;
    else if (ids == 2 && tether_json_is(key, "y"))
      fine = tether_json_id_at(json, &found[1], &spots[1]) || !json->failed;
    else
      fine = tether_json_skip(json);
  }
  if (!fine || json->failed) return false;
  told->last = spots[ids - 1];
  told->tags[told->count] = (uint32_t)patterns->stems;
  tether_patterns_learn(patterns, json, start, spots, ids, told->tags[told->count++]);
  return true;
}

/* At most ROOM of them. */
static size_t read_run(tether_json *json, tether_patterns *patterns, tether_run *run, size_t ids, way how,
                       story *told) {
  int64_t columns[TETHER_PATTERN_IDS][ROOM];
  size_t left = OBJECTS_MOST - told->count;
  tether_run_room room = {
      .ids = {columns[0], columns[1]}, .tags = told->tags + told->count, .most = left < ROOM ? left : ROOM};
  size_t count = how == FAST_RUNS ? tether_patterns_run(patterns, run, json, ids, &room)
                                  : tether_patterns_run_plain(patterns, json, ids, &room);
  for (size_t i = 0; i < count; i++)
    for (size_t k = 0; k < ids; k++) told->ids[told->count + i][k] = columns[k][i];
  if (count && !strchr(",]", json->data[json->at])) abort();
  if (count) told->last = room.last;
  told->count += count;
  told->in_runs += count;
  return count;
}

static bool read_like(tether_json *json, tether_patterns *patterns, size_t ids, story *told) {
  tether_likeness found;
  if (!tether_patterns_read(patterns, json, &found)) return false;
  for (size_t k = 0; k < ids; k++) told->ids[told->count][k] = found.ids[k];
  told->last = found.spots[ids - 1];
  told->tags[told->count++] = found.tag;
  return true;
}

static story *read_list(const char *text, size_t length, size_t ids, way how) {
  story *told = calloc(1, sizeof *told);
  tether_patterns patterns = {0};
  tether_run *run = malloc(sizeof *run);
  tether_json json;
  bool first = true, fine = true;
  tether_run_init(run);
  tether_json_init(&json, text, length);
  if (tether_json_enter_array(&json)) {
    while (fine && told->count < OBJECTS_MOST && tether_json_element(&json, &first)) {
      if (how != NO_RUNS && read_run(&json, &patterns, run, ids, how, told)) continue;
      tether_json_skip_blanks(&json);
      fine = read_like(&json, &patterns, ids, told) || read_new(&json, &patterns, ids, told);
    }
  }
  told->end = json.at;
  told->fine = fine && !json.failed;
  free(run);
  return told;
}

static bool same(const story *a, const story *b) {
  return a->count == b->count && a->fine == b->fine && a->end == b->end && a->last.start == b->last.start &&
         a->last.end == b->last.end && memcmp(a->ids, b->ids, sizeof a->ids) == 0 &&
         memcmp(a->tags, b->tags, a->count * sizeof *a->tags) == 0;
}

static size_t in_fast_runs, in_all; /* objects so far */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length) {
  choices from = {data, data + length};
  tether_buffer list;
  tether_buffer_init(&list, 1 << 20);
  size_t ids = 1 + choose(&from, 2);
  write_list(&list, ids, &from);
  char *exact = malloc(list.length ? list.length : 1); /* no byte more: one behind it is a fault */
  memcpy(exact, list.data, list.length);
  story *told[] = {read_list(exact, list.length, ids, FAST_RUNS), read_list(exact, list.length, ids, PLAIN_RUNS),
                   read_list(exact, list.length, ids, NO_RUNS)};
  if (!same(told[0], told[2]) || !same(told[1], told[2])) abort();
  in_fast_runs += told[0]->in_runs;
  in_all += told[0]->count;
  for (size_t i = 0; i < 3; i++) free(told[i]);
  free(exact);
  tether_buffer_free(&list);
  return 0;
}
