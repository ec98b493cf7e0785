/* What a stream of links needs beside one set: rows from set to set, lines, the pairs sent last, lines of text. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/files/rowtext.h"
#include "core/links/gather.h"
#include "core/links/lines.h"
#include "core/links/recent.h"
#include "holds.h"

static const tether_spec plain = {TETHER_HUBSPOT_DEFINED, 279}, boss = {TETHER_USER_DEFINED, 42},
                         clerk = {TETHER_USER_DEFINED, 43};

static void add(tether_links *links, int64_t from, int64_t to, tether_spec type) {
  uint32_t index;
  tether_error error;
  CHECK(tether_links_intern(links, &type, 1, &index, &error) && tether_links_add(links, from, to, index, &error));
}

static size_t types_of(const tether_links *links, size_t row, int32_t *ids) {
  size_t count;
  const tether_spec *types = tether_links_types(links, row, &count);
  for (size_t i = 0; i < count; i++) ids[i] = types[i].id;
  return count;
}

static void rows_go_from_set_to_set_with_their_types(void) {
  tether_links *one = tether_links_new(), *other = tether_links_new();
  tether_error error;
  add(one, 1, 2, boss);
  add(other, 3, 4, plain);
  add(other, 5, 6, boss);
  add(other, 7, 7, plain);
  CHECK(tether_links_gather(one, other, (tether_rows){(const uint32_t[]){2, 1}, 0, 2}, &error));
  int32_t ids[4];
  CHECK(tether_links_count(one) == 3 && tether_links_at(one, 1).from == 7 && tether_links_at(one, 2).to == 6);
  CHECK(types_of(one, 1, ids) == 1 && ids[0] == 279 && types_of(one, 2, ids) == 1 && ids[0] == 42);
  CHECK(tether_links_at(one, 0).types == tether_links_at(one, 2).types);
  uint32_t rows[3];
  CHECK(tether_links_selves(other, rows) == 1 && rows[0] == 2);
  CHECK(tether_links_except(other, (tether_rows){NULL, 1, 1}, rows) == 2 && rows[0] == 0 && rows[1] == 2);
  tether_links_free(one);
  tether_links_free(other);
}

static void rows_are_counted_by_types(void) {
  tether_links *links = tether_links_new();
  CHECK(tether_links_types_end(links) == 0);
  add(links, 1, 2, boss);
  add(links, 1, 3, boss);
  add(links, 1, 4, clerk);
  size_t counts[8];
  CHECK(tether_links_types_end(links) == 3);
  tether_links_tally(links, counts);
  CHECK(counts[0] == 0 && counts[1] == 2 && counts[2] == 1);
  tether_links_free(links);
}

static void lines_follow_their_rows(void) {
  tether_lines lines, other;
  tether_error error;
  tether_lines_init(&lines);
  tether_lines_init(&other);
  for (int64_t line = 10; line < 200; line++) CHECK(tether_lines_add(&other, line, &error));
  CHECK(tether_lines_gather(&lines, &other, (tether_rows){NULL, 5, 100}, &error));
  CHECK(tether_lines_gather(&lines, &other, (tether_rows){NULL, 189, 2}, &error));
  CHECK(lines.count == 102 && lines.list[0] == 15 && lines.list[99] == 114);
  CHECK(lines.list[100] == 199 && lines.list[101] == 0);
  tether_lines_free(&lines);
  tether_lines_free(&other);
}

static void a_pair_that_comes_again_has_its_earlier_types_and_waits(void) {
  tether_recent *recent = tether_recent_new(100);
  tether_links *first = tether_links_new(), *second = tether_links_new();
  tether_error error;
  add(first, 1, 2, boss);
  add(first, 3, 4, boss);
  CHECK(tether_recent_add(recent, first, (tether_rows){NULL, 0, 2}, 7, &error));
  add(second, 1, 2, clerk);
  add(second, 2, 1, clerk);
  uint32_t free_rows[2], held[2];
  tether_division division = {free_rows, held, 0, 0};
  CHECK(tether_recent_divide(recent, second, (tether_rows){NULL, 0, 2}, 6, &division, &error));
  CHECK(division.held_count == 1 && held[0] == 0 && division.free_count == 1 && free_rows[0] == 1);
  int32_t ids[4];
  CHECK(types_of(second, 0, ids) == 2 && ids[0] == 42 && ids[1] == 43 && types_of(second, 1, ids) == 1);
  CHECK(tether_recent_divide(recent, second, (tether_rows){NULL, 0, 2}, 7, &division, &error));
  CHECK(division.held_count == 0 && division.free_count == 2);
  tether_recent_forget(recent, first, (tether_rows){NULL, 0, 1});
  tether_links *third = tether_links_new();
  add(third, 1, 2, clerk);
  CHECK(tether_recent_divide(recent, third, (tether_rows){NULL, 0, 1}, 0, &division, &error));
  CHECK(division.free_count == 1 && types_of(third, 0, ids) == 1 && ids[0] == 43);
  tether_links_free(first);
  tether_links_free(second);
  tether_links_free(third);
  tether_recent_free(recent);
}

/* The oldest pairs go first, and a pair that was sent again counts as new. */
static void only_the_pairs_sent_last_are_known(void) {
  tether_recent *recent = tether_recent_new(64);
  tether_links *links = tether_links_new();
  tether_error error;
  for (int64_t i = 1; i <= 5000; i++) add(links, i % 9 ? i : 3, 7, boss);
  for (size_t row = 0; row < 5000; row++)
    CHECK(tether_recent_add(recent, links, (tether_rows){NULL, row, 1}, (uint32_t)row + 1, &error));
  uint32_t *free_rows = malloc(5000 * sizeof *free_rows), *held = malloc(5000 * sizeof *held);
  tether_division division = {free_rows, held, 0, 0};
  CHECK(tether_recent_divide(recent, links, (tether_rows){NULL, 0, 5000}, 0, &division, &error));
  CHECK(division.free_count + division.held_count == 5000);
  CHECK(division.held_count >= 64 && held[0] == 2); /* pair 3 came again and again */
  for (size_t i = 0; i < division.held_count; i++) CHECK(held[i] > 4900 || tether_links_at(links, held[i]).from == 3);
  free(free_rows);
  free(held);
  tether_links_free(links);
  tether_recent_free(recent);
}

/* How many of rows `first` to `last` are known. */
static size_t known_of(const tether_recent *recent, tether_links *links, size_t first, size_t last) {
  uint32_t *free_rows = malloc((last - first) * sizeof *free_rows), *held = malloc((last - first) * sizeof *held);
  tether_division division = {free_rows, held, 0, 0};
  CHECK(tether_recent_divide(recent, links, (tether_rows){NULL, first, last - first}, 0, &division, NULL));
  free(free_rows);
  free(held);
  return division.held_count;
}

/* It grows by need, whatever the pools' sizes, and has its full number of pairs from then on. */
static void what_is_recent_grows_to_its_number(void) {
  enum { NUMBER = 20000, ALL = 60000 };
  static const size_t pools[] = {1, 4095, 1, 4094, 2000, 16001, 7};
  tether_recent *recent = tether_recent_new(NUMBER);
  tether_links *links = tether_links_new();
  for (int64_t i = 1; i <= ALL; i++) add(links, i, i % 13 + 1, boss);
  for (size_t at = 0, turn = 0; at < ALL && !failed; turn++) { /* a ring that is wrong may be gone round for ever */
    size_t count = pools[turn % (sizeof pools / sizeof *pools)];
    if (count > ALL - at) count = ALL - at;
    CHECK(tether_recent_add(recent, links, (tether_rows){NULL, at, count}, 1, NULL));
    at += count;
    CHECK(known_of(recent, links, 0, at) == (at < NUMBER ? at : NUMBER));
    CHECK(known_of(recent, links, at < NUMBER ? 0 : at - NUMBER, at) == (at < NUMBER ? at : NUMBER));
  }
  tether_links_free(links);
  tether_recent_free(recent);
}

/* The plain form of the same: a list of pairs and turns, looked through from its beginning. */
enum { WINDOW = 50, PAIRS = 120, STEPS = 20000 };

typedef struct {
  int64_t from, turn; /* 0: nothing */
} seen;

static seen *model_find(seen *model, int64_t from) {
  for (size_t i = 0; i < WINDOW; i++)
    if (model[i].from == from) return &model[i];
  return NULL;
}

static void what_is_recent_is_what_its_model_is(void) {
  tether_recent *recent = tether_recent_new(WINDOW);
  tether_links *links = tether_links_new();
  tether_error error;
  seen model[WINDOW] = {{0, 0}};
  unsigned seed = 7;
  for (int64_t i = 1; i <= PAIRS; i++) add(links, i, i % 7 + 1, boss);
  for (int64_t step = 1, at = 0; step <= STEPS && !failed; step++) {
    seed = seed * 1664525u + 1013904223u;
    size_t row = (seed >> 8) % PAIRS;
    uint32_t free_row, held;
    tether_division division = {&free_row, &held, 0, 0};
    tether_rows one = {NULL, row, 1};
    seen *known = model_find(model, (int64_t)row + 1);
    CHECK(tether_recent_divide(recent, links, one, step > 30 ? (uint32_t)step - 30 : 0, &division, &error));
    CHECK(division.held_count == (known && known->turn > step - 30));
    if (seed % 5 == 0) {
      tether_recent_forget(recent, links, one);
      if (known) *known = (seen){0, 0};
    } else {
      CHECK(tether_recent_add(recent, links, one, (uint32_t)step, &error));
      if (known) *known = (seen){0, 0};
      model[at] = (seen){(int64_t)row + 1, step};
      at = (at + 1) % WINDOW;
    }
  }
  tether_links_free(links);
  tether_recent_free(recent);
}

static void rows_become_text(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer out;
  tether_buffer_init(&out, 1 << 20);
  add(links, 101, 9001, boss);
  add(links, (1LL << 53) + 1, INT64_MAX, plain);
  tether_slice behind[3] = {{NULL, 0}, {",Boss\n", 6}, {"\n", 1}};
  tether_rowtext csv = {.between = {",", 1}, .behind = behind, .behind_count = 3};
  CHECK(tether_rowtext_add(&csv, links, (tether_rows){NULL, 0, 2}, &out, &error));
  const char *wanted = "101,9001,Boss\n9007199254740993,9223372036854775807\n";
  CHECK(holds(&out, wanted));
  tether_buffer_clear(&out);
  tether_rowtext json = {{"[", 1}, {",", 1}, behind, 3, true};
  CHECK(tether_rowtext_add(&json, links, (tether_rows){NULL, 1, 1}, &out, &error));
  wanted = "[\"9007199254740993\",\"9223372036854775807\"\n";
  CHECK(holds(&out, wanted));
  csv.behind_count = 1;
  CHECK(!tether_rowtext_add(&csv, links, (tether_rows){NULL, 0, 1}, &out, &error) && error.place == 1);
  tether_buffer_free(&out);
  tether_links_free(links);
}

int main(void) {
  rows_go_from_set_to_set_with_their_types();
  rows_are_counted_by_types();
  lines_follow_their_rows();
  a_pair_that_comes_again_has_its_earlier_types_and_waits();
  only_the_pairs_sent_last_are_known();
  what_is_recent_grows_to_its_number();
  what_is_recent_is_what_its_model_is();
  rows_become_text();
  return failed != 0;
}
