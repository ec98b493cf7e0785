/* Bodies of batches: what is refused, how many rows fit, and nothing left of one that fails. */
#include "core/wire/encode.h"

#include <string.h>

#include "check.h"
#include "holds.h"

static uint64_t seed = 88172645463325252u;
static size_t chance(size_t below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (size_t)(seed >> 20) % below;
}

/* Labels of the plain link cannot be asked for, nor types that are not known yet. */
static void a_row_without_types_is_refused_whole(void) {
  for (int reserved = 0; reserved < 2; reserved++) {
    tether_links *links = tether_links_new();
    tether_error error;
    tether_buffer out;
    uint32_t boss, none = 0;
    tether_buffer_init(&out, 1 << 20);
    CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &boss, &error));
    if (reserved) CHECK(tether_links_reserve(links, &none, &error));
    CHECK(tether_links_add(links, 1, 2, boss, &error) && tether_links_add(links, 1, 3, none, &error));
    CHECK(tether_buffer_text(&out, "before", &error));
    CHECK(!tether_encode_typed(links, (tether_rows){NULL, 0, 2}, &out, &error));
    CHECK(error.code == TETHER_TYPES_EMPTY && error.place == 2 && holds(&out, "before"));
    tether_buffer_free(&out);
    tether_links_free(links);
  }
}

static void what_is_too_large_leaves_nothing_behind(void) {
  bool (*const encoders[])(const tether_links *, tether_rows, tether_buffer *, tether_error *) = {
      tether_encode_typed, tether_encode_pairs, tether_encode_ids, tether_encode_archive};
  tether_links *links = tether_links_new();
  tether_error error;
  uint32_t boss;
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &boss, &error));
  for (int i = 1; i < 100; i++) CHECK(tether_links_add(links, i, i, boss, &error));
  for (size_t i = 0; i < sizeof encoders / sizeof *encoders; i++) {
    tether_buffer out;
    tether_buffer_init(&out, 500);
    CHECK(tether_buffer_text(&out, "before", &error));
    CHECK(!encoders[i](links, (tether_rows){NULL, 0, 99}, &out, &error));
    CHECK(error.code == TETHER_TOO_LARGE && holds(&out, "before"));
    tether_buffer_free(&out);
  }
  tether_links_free(links);
}

/* As many rows fit as make so many inputs, counted one by one; their body has so many. */
static void an_archive_takes_as_many_rows_as_make_its_inputs(void) {
  for (int round = 0; round < 200; round++) {
    tether_links *links = tether_links_new();
    size_t rows = chance(20), inputs = 1 + chance(6), runs = 0, wanted = 0, inside = 0;
    int64_t last = 0;
    for (size_t i = 0; i < rows; i++) {
      int64_t from = 1 + (int64_t)chance(4);
      CHECK(tether_links_add(links, from, (int64_t)i + 1, 0, NULL));
      runs += from != last;
      wanted += runs <= inputs;
      last = from;
    }
    CHECK(tether_encode_archive_fit(links, (tether_rows){NULL, 0, rows}, inputs) == wanted);
    tether_buffer out;
    tether_buffer_init(&out, 1 << 20);
    CHECK(tether_encode_archive(links, (tether_rows){NULL, 0, wanted}, &out, NULL));
    for (size_t i = 0; i + 6 < out.length; i++) inside += memcmp(out.data + i, "\"from\"", 6) == 0;
    CHECK(inside == (runs < inputs ? runs : inputs));
    tether_buffer_free(&out);
    tether_links_free(links);
  }
}

int main(void) {
  a_row_without_types_is_refused_whole();
  what_is_too_large_leaves_nothing_behind();
  an_archive_takes_as_many_rows_as_make_its_inputs();
  return failed != 0;
}
