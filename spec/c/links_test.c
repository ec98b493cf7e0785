/* Links and the bodies that are written from them. */
#include "core/links/links.h"

#include <string.h>

#include "check.h"
#include "core/wire/encode.h"
#include "holds.h"

static const tether_spec plain = {TETHER_HUBSPOT_DEFINED, 279}, label = {TETHER_USER_DEFINED, 42};

static bool add(tether_links *links, int64_t from, int64_t to, const tether_spec *types, size_t count,
                tether_error *error) {
  uint32_t index;
  return tether_links_intern(links, types, count, &index, error) && tether_links_add(links, from, to, index, error);
}

static void the_overviews_batch_is_written_byte_for_byte(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  CHECK(add(links, 101, 9001, (tether_spec[]){label, plain, label}, 3, &error));
  CHECK(tether_encode_typed(links, (tether_rows){NULL, 0, 1}, &body, &error));
  CHECK(holds(&body, "{\"inputs\":[{\"from\":{\"id\":\"101\"},\"to\":{\"id\":\"9001\"},\"types\":["
                     "{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":279},"
                     "{\"associationCategory\":\"USER_DEFINED\",\"associationTypeId\":42}]}]}"));
  tether_buffer_free(&body);
  tether_links_free(links);
}

static void archive_groups_neighbours(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  CHECK(add(links, 1, 2, NULL, 0, &error) && add(links, 1, 3, NULL, 0, &error));
  CHECK(add(links, INT64_MAX, 3, NULL, 0, &error));
  CHECK(tether_encode_archive(links, (tether_rows){NULL, 0, 3}, &body, &error));
  CHECK(holds(&body, "{\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":[{\"id\":\"2\"},{\"id\":\"3\"}]},"
                     "{\"from\":{\"id\":\"9223372036854775807\"},\"to\":[{\"id\":\"3\"}]}]}"));
  tether_buffer_clear(&body);
  CHECK(tether_encode_archive(links, (tether_rows){NULL, 0, 0}, &body, &error) && holds(&body, "{\"inputs\":[]}"));
  tether_buffer_clear(&body);
  CHECK(tether_encode_pairs(links, (tether_rows){NULL, 1, 1}, &body, &error));
  CHECK(holds(&body, "{\"inputs\":[{\"from\":{\"id\":\"1\"},\"to\":{\"id\":\"3\"}}]}"));
  tether_buffer_free(&body);
  tether_links_free(links);
}

static void a_row_without_types_is_named_and_nothing_is_written(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  CHECK(add(links, 1, 2, &plain, 1, &error) && add(links, 1, 3, NULL, 0, &error));
  CHECK(!tether_encode_typed(links, (tether_rows){NULL, 0, 2}, &body, &error));
  CHECK(error.code == TETHER_TYPES_EMPTY && error.place == 2 && body.length == 0);
  CHECK(!add(links, 0, 2, NULL, 0, &error) && error.code == TETHER_BAD_ID);
  CHECK(!add(links, 1, 2, &(tether_spec){TETHER_USER_DEFINED, 0}, 1, &error));
  CHECK(tether_links_count(links) == 2);
  tether_buffer_free(&body);
  tether_links_free(links);
}

static void compact_makes_one_row_of_a_pair(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  for (int64_t i = 500; i >= 1; i--) CHECK(add(links, i, 7, i % 2 ? &plain : &label, 1, &error));
  CHECK(add(links, 1, 7, &label, 1, &error) && add(links, 1, 6, &label, 1, &error));
  CHECK(tether_links_compact(links, &error) && tether_links_count(links) == 501);
  tether_link first = tether_links_at(links, 0), second = tether_links_at(links, 1);
  size_t count;
  const tether_spec *types = tether_links_types(links, 1, &count);
  CHECK(first.from == 1 && first.to == 6 && second.from == 1 && second.to == 7);
  CHECK(count == 2 && types[0].id == 279 && types[1].id == 42);
  CHECK(tether_links_at(links, 500).from == 500);
  tether_links_free(links);
}

static void many_type_sets_are_written_each_as_it_is(void) {
  enum { SETS = 40, ROWS = 400 };
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer body;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  for (int i = 0; i < ROWS; i++) /* more sets than are remembered, so that places are taken over */
    CHECK(add(links, i + 1, 1, (tether_spec[]){{TETHER_USER_DEFINED, 1 + i * 7 % SETS}, plain}, 1 + (size_t)(i % 2),
              &error));
  CHECK(tether_encode_typed(links, (tether_rows){NULL, 0, ROWS}, &body, &error));
  const char *at = body.data, *end = body.data + body.length;
  for (int i = 0; i < ROWS; i++) {
    char wanted[200];
    int length = snprintf(wanted, sizeof wanted,
                          "%s{\"from\":{\"id\":\"%d\"},\"to\":{\"id\":\"1\"},\"types\":[%s"
                          "{\"associationCategory\":\"USER_DEFINED\",\"associationTypeId\":%d}]}",
                          i ? "," : "{\"inputs\":[", i + 1,
                          i % 2 ? "{\"associationCategory\":\"HUBSPOT_DEFINED\",\"associationTypeId\":279}," : "",
                          1 + i * 7 % SETS);
    CHECK(end - at >= length && memcmp(at, wanted, (size_t)length) == 0);
    at += length;
  }
  CHECK(end - at == 2 && memcmp(at, "]}", 2) == 0);
  tether_buffer_free(&body);
  tether_links_free(links);
}

static void types_that_are_not_known_yet_are_not_sent(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  tether_buffer body;
  uint32_t reserved;
  tether_buffer_init(&body, TETHER_CEILING_BODY);
  CHECK(tether_links_reserve(links, &reserved, &error) && tether_links_add(links, 1, 2, reserved, &error));
  CHECK(!tether_encode_typed(links, (tether_rows){NULL, 0, 1}, &body, &error) && error.code == TETHER_TYPES_EMPTY);
  CHECK(body.length == 0);
  tether_buffer_free(&body);
  tether_links_free(links);
}

/* What was asked for stays, and nothing else, in whatever order it came. */
static void links_of_what_was_asked_for_are_kept(void) {
  unsigned seed = 3;
  for (int turn = 0; turn < 300; turn++) {
    tether_links *links = tether_links_new();
    int64_t ids[20], kept = 0;
    size_t count = 0, first = (size_t)(turn % 3);
    for (int64_t id = 1; id <= 20; id++)
      if ((seed = seed * 1664525u + 1013904223u) >> 31) ids[count++] = id;
    for (int row = 0; row < 40; row++) {
      seed = seed * 1664525u + 1013904223u;
      int64_t from = turn % 2 ? row / 2 + 1 : (int64_t)(seed >> 8) % 22 + 1;
      bool asked = (size_t)row < first;
      for (size_t i = 0; i < count; i++) asked = asked || ids[i] == from;
      CHECK(tether_links_add(links, from, row + 1, 0, NULL));
      kept += asked;
    }
    CHECK(tether_links_keep_from(links, first, ids, count, NULL));
    CHECK(tether_links_count(links) == (size_t)kept);
    for (size_t row = 1; row < (size_t)kept; row++)
      CHECK(tether_links_at(links, row - 1).to < tether_links_at(links, row).to);
    tether_links_free(links);
  }
}

/* A part of a set has the rows of its place, with their types, and may be cut again. */
static void a_part_of_a_set_has_its_own_rows(void) {
  tether_links *links = tether_links_new();
  uint32_t sets[30];
  for (int i = 0; i < 30; i++) {
    CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, i + 1}, 1, &sets[i], NULL));
    CHECK(tether_links_add(links, i + 1, 100 + i, sets[i], NULL));
  }
  for (size_t first = 0; first < 30; first += 7) {
    tether_links *part = tether_links_slice(links, first, 30 - first), *again = tether_links_slice(part, 1, 1);
    CHECK(tether_links_count(part) == 30 - first && tether_links_count(again) == 1);
    for (size_t row = 0; row < 30 - first; row++) {
      size_t count;
      CHECK(tether_links_at(part, row).from == (int64_t)(first + row + 1));
      CHECK(tether_links_types(part, row, &count)->id == (int32_t)(first + row + 1) && count == 1);
    }
    size_t count;
    CHECK(tether_links_types(again, 0, &count)->id == (int32_t)first + 2 && count == 1);
    tether_links_free(again);
    tether_links_free(part);
  }
  tether_links_free(links);
}

int main(void) {
  a_part_of_a_set_has_its_own_rows();
  links_of_what_was_asked_for_are_kept();
  many_type_sets_are_written_each_as_it_is();
  types_that_are_not_known_yet_are_not_sent();
  the_overviews_batch_is_written_byte_for_byte();
  archive_groups_neighbours();
  a_row_without_types_is_named_and_nothing_is_written();
  compact_makes_one_row_of_a_pair();
  return failed != 0;
}
