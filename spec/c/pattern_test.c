/* Objects that are alike but for their ids: read in runs, fast and plain, they say what they say one by one. The fuzzer
 * compares; here it gets bytes by chance, and most objects must have come in runs. */
#include "../fuzz/pattern_fuzz.c"
#include "check.h"

enum { TURNS = 1000, BYTES = 3000 };

static unsigned seed = 11;

static uint8_t any_byte(void) {
  seed = seed * 1664525u + 1013904223u;
  return (uint8_t)(seed >> 16);
}

static void lists_by_chance_say_the_same_each_way(void) {
  for (int turn = 0; turn < TURNS; turn++) {
    uint8_t bytes[BYTES];
    size_t length = (size_t)any_byte() * BYTES / 255;
    for (size_t i = 0; i < length; i++) bytes[i] = any_byte();
    LLVMFuzzerTestOneInput(bytes, length);
  }
  CHECK(in_fast_runs > in_all / 4 && in_all > 10 * TURNS);
}

/* One kind, then another one that begins otherwise: the run follows, and ends where the room does. */
static void a_run_ends_with_its_kind_its_list_and_its_room(void) {
  static const char text[] = "[{\"x\":11,\"a\":\"the tail of an object, of 32 bytes or more\"},"
                             "{\"x\":12,\"a\":\"the tail of an object, of 32 bytes or more\"},"
                             "{\"x\":13,\"a\":\"the tail of an object, of 32 bytes or more\"}]"
                             "                                                            "
                             "                                                            ";
  tether_patterns patterns = {0};
  tether_run run;
  tether_json json;
  story *told = calloc(1, sizeof *told);
  int64_t ids[3] = {0};
  uint32_t tags[3];
  tether_run_init(&run);
  tether_json_init(&json, text, sizeof text - 1);
  json.at = 1;
  CHECK(read_new(&json, &patterns, 1, told) && json.data[json.at] == ',');
  json.at++;
  tether_run_room room = {.ids = {ids}, .tags = tags, .most = 1};
  CHECK(tether_patterns_run(&patterns, &run, &json, 1, &room) == 1 && ids[0] == 12 && json.data[json.at] == ',');
  json.at++;
  room.most = 3;
  CHECK(tether_patterns_run(&patterns, &run, &json, 1, &room) == 1 && ids[0] == 13 && json.data[json.at] == ']');
  CHECK(text[room.last.start] == '1' && text[room.last.end] == ',');
  free(told);
}

/* Each text ends where its memory does: the sanitizer sees what is read behind it. */
static void nothing_behind_the_text_is_looked_at(void) {
  tether_buffer list;
  tether_buffer_init(&list, 1 << 20);
  for (int i = 0; i < 12; i++)
    tether_buffer_format(&list, NULL, "%c{\"x\":%d,\"a\":\"the tail of an object, of 32 bytes or more\"}",
                         i ? ',' : '[', 100 + i);
  tether_buffer_text(&list, "]", NULL);
  for (size_t length = 1, before = 0; length <= list.length; length++) {
    char *exact = malloc(length);
    memcpy(exact, list.data, length);
    story *told = read_list(exact, length, 1, FAST_RUNS);
    CHECK(told->count >= before && told->count <= before + 1);
    before = told->count;
    free(told);
    free(exact);
  }
  tether_buffer_free(&list);
}

int main(void) {
  nothing_behind_the_text_is_looked_at();
  lists_by_chance_say_the_same_each_way();
  a_run_ends_with_its_kind_its_list_and_its_room();
  return failed != 0;
}
