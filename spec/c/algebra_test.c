/* Sorting, merging and comparing sets, against the same done slowly; and sets that share rows. */
#include "core/links/algebra.h"
#include "core/links/mirror.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/links/index.h"
#include "core/links/merge.h"
#include "core/links/sort.h"

static uint64_t seed = 88172645463325252u;
static uint64_t next_random(void) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  return seed ^= seed << 17;
}

typedef struct {
  int64_t from, to;
  uint32_t tag;
} row;

/* Stable: the tag is where a row stood. */
static int compare_rows(const void *left, const void *right) {
  const row *a = left, *b = right;
  if (a->from != b->from) return a->from < b->from ? -1 : 1;
  if (a->to != b->to) return a->to < b->to ? -1 : 1;
  return (a->tag > b->tag) - (a->tag < b->tag);
}

typedef int64_t make_id(void);
static int64_t few(void) { return 1 + (int64_t)(next_random() % 9); }
static int64_t usual(void) { return 10000000000 + (int64_t)(next_random() % 50000); }
static int64_t any(void) { return (int64_t)(next_random() >> 1 | 1); }
static int64_t one(void) { return INT64_MAX; }

static void is_sorted_stably(size_t count, make_id *from_id, make_id *to_id) {
  size_t size = count ? count : 1;
  int64_t *from = malloc(size * sizeof *from), *to = malloc(size * sizeof *to);
  uint32_t *tag = malloc(size * sizeof *tag);
  row *rows = malloc(size * sizeof *rows);
  tether_error error;
  for (size_t i = 0; i < count; i++) {
    rows[i] = (row){from_id(), to_id(), (uint32_t)i};
    from[i] = rows[i].from;
    to[i] = rows[i].to;
    tag[i] = rows[i].tag;
  }
  CHECK(tether_sort(from, to, tag, count, &error));
  qsort(rows, count, sizeof *rows, compare_rows);
  for (size_t i = 0; i < count; i++)
    if (from[i] != rows[i].from || to[i] != rows[i].to || tag[i] != rows[i].tag) {
      CHECK(!"sorted as qsort does");
      break;
    }
  free(from);
  free(to);
  free(tag);
  free(rows);
}

static void every_size_and_spread_is_sorted(void) {
  static const size_t counts[] = {0, 1, 2, 24, 25, 1000, 32768, 32769, 150000};
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
    is_sorted_stably(counts[i], usual, usual);
    is_sorted_stably(counts[i], few, any);
    is_sorted_stably(counts[i], any, few);
    is_sorted_stably(counts[i], one, usual);
    is_sorted_stably(counts[i], one, one);
  }
}

static tether_links *random_set(size_t count) {
  tether_links *links = tether_links_new();
  tether_error error;
  for (size_t i = 0; i < count; i++) {
    uint32_t types;
    tether_spec spec = {TETHER_USER_DEFINED, 1 + (int32_t)(next_random() % 3)};
    CHECK(tether_links_intern(links, &spec, next_random() % 2, &types, &error));
    CHECK(tether_links_add(links, few(), few(), types, &error));
  }
  return links;
}

static bool same_types(const tether_links *a, size_t i, const tether_links *b, size_t j) {
  size_t count, other;
  const tether_spec *types = tether_links_types(a, i, &count), *others = tether_links_types(b, j, &other);
  return count == other && (!count || !memcmp(types, others, count * sizeof *types));
}

static size_t find(const tether_links *links, tether_link link) {
  tether_view rows = tether_links_view(links);
  for (size_t i = 0; i < rows.count; i++)
    if (rows.from[i] == link.from && rows.to[i] == link.to) return i;
  return SIZE_MAX;
}

static void compacting_loses_nothing(void) {
  tether_error error;
  for (int turn = 0; turn < 50; turn++) {
    tether_links *links = random_set(60), *before = tether_links_copy(links);
    CHECK(tether_links_compact(links, &error) && tether_links_is_compact(links));
    for (size_t i = 0; i < tether_links_count(before); i++) {
      size_t at = find(links, tether_links_at(before, i));
      CHECK(at != SIZE_MAX);
      size_t held;
      (void)tether_links_types(links, at, &held);
      CHECK(tether_links_join_types(links, at, before, i, &error)); /* adds nothing */
      size_t now;
      (void)tether_links_types(links, at, &now);
      CHECK(now == held);
    }
    tether_links_free(links);
    tether_links_free(before);
  }
}

static void comparing_agrees_with_looking_each_up(void) {
  tether_error error;
  for (int turn = 0; turn < 100; turn++) {
    tether_links *left = random_set(turn), *right = random_set((size_t)(next_random() % 40));
    CHECK(tether_links_compact(left, &error) && tether_links_compact(right, &error));
    tether_comparison got = {tether_links_like(left),
                             tether_links_like(right),
                             tether_links_like(left),
                             tether_links_like(right),
                             tether_links_like(left),
                             0,
                             0,
                             0,
                             0};
    CHECK(tether_links_compare(left, right, NULL, &got, &error));
    size_t only = 0, changed = 0, same = 0;
    for (size_t i = 0; i < tether_links_count(left); i++) {
      tether_link link = tether_links_at(left, i);
      size_t there = find(right, link);
      bool equal = there != SIZE_MAX && same_types(left, i, right, there);
      const tether_links *where = there == SIZE_MAX ? got.left_only : equal ? got.same : got.left_changed;
      size_t at = find(where, link);
      CHECK(at != SIZE_MAX && same_types(left, i, where, at));
      *(there == SIZE_MAX ? &only : equal ? &same : &changed) += 1;
    }
    CHECK(got.left_only_count == only && got.changed_count == changed && got.same_count == same);
    CHECK(tether_links_count(got.left_only) == only && tether_links_count(got.same) == same);
    CHECK(tether_links_count(got.right_changed) == changed);
    CHECK(got.right_only_count == tether_links_count(right) - same - changed);
    CHECK(tether_links_count(got.right_only) == got.right_only_count);
    tether_links *const sets[] = {left,    right, got.left_only, got.right_only, got.left_changed, got.right_changed,
                                  got.same};
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) tether_links_free(sets[i]);
  }
}

static void types_that_define_made_equal_are_equal(void) {
  static const tether_spec plain = {TETHER_HUBSPOT_DEFINED, 279};
  tether_links *left = tether_links_new(), *right = tether_links_new();
  tether_error error;
  uint32_t reserved, known;
  CHECK(tether_links_reserve(left, &reserved, &error) && tether_links_add(left, 1, 1, reserved, &error));
  CHECK(tether_links_add(left, 2, 2, 0, &error));
  CHECK(tether_links_define(left, 0, &plain, 1, &error) && tether_links_define(left, reserved, &plain, 1, &error));
  CHECK(tether_links_intern(right, &plain, 1, &known, &error));
  CHECK(tether_links_add(right, 1, 1, known, &error) && tether_links_add(right, 2, 2, known, &error));
  tether_comparison got = {0};
  CHECK(tether_links_compare(left, right, NULL, &got, &error) && got.same_count == 2);
  tether_links_free(left);
  tether_links_free(right);
}

static void rows_are_shared_until_one_is_changed(void) {
  tether_links *links = random_set(100), *slice = tether_links_slice(links, 10, 20), *copy = tether_links_copy(links);
  tether_error error;
  tether_link tenth = tether_links_at(links, 10);
  CHECK(tether_links_is_lent(links) && !tether_links_is_lent(copy) &&
        tether_links_view(links).from == tether_links_view(copy).from);
  CHECK(tether_links_add(links, 5, 5, 0, &error)); /* behind what the others see: in place */
  CHECK(tether_links_add(copy, 6, 6, 0, &error));
  CHECK(tether_links_count(links) == 101 && tether_links_at(links, 100).from == 5);
  CHECK(tether_links_count(copy) == 101 && tether_links_at(copy, 100).from == 6);
  CHECK(tether_links_sort(links, &error));
  CHECK(tether_links_at(slice, 0).from == tenth.from && tether_links_at(slice, 0).to == tenth.to);
  tether_links_free(links);
  CHECK(tether_links_at(copy, 10).from == tenth.from && tether_links_at(slice, 0).to == tenth.to);
  CHECK(tether_links_append(slice, slice, 0, 20, NULL, &error) && tether_links_count(slice) == 40);
  CHECK(tether_links_at(slice, 20).from == tenth.from);
  tether_links_free(copy);
  CHECK(!tether_links_is_lent(slice));
  tether_links_free(slice);
}

static void an_index_finds_the_first_row(void) {
  tether_links *links = random_set(500);
  tether_error error;
  tether_index *index = tether_index_new(links, &error);
  for (int64_t from = 1; from < 11; from++)
    for (int64_t to = 1; to < 11; to++)
      CHECK(tether_index_find(index, from, to) == find(links, (tether_link){from, to, 0}));
  tether_index_free(index);
  tether_links_free(links);
}

static void rows_of_a_pair_follow_its_first(void) {
  static const size_t counts[] = {0, 1, 15, 16, 17, 700};
  tether_error error;
  for (size_t n = 0; n < sizeof counts / sizeof *counts; n++) {
    tether_links *links = random_set(counts[n]);
    uint32_t *leaders = malloc((counts[n] + 1) * sizeof *leaders);
    CHECK(tether_links_unify(links, leaders, &error));
    for (size_t at = 0; at < counts[n]; at++) {
      CHECK(leaders[at] == find(links, tether_links_at(links, at)));
      size_t before, after;
      (void)tether_links_types(links, leaders[at], &before);
      CHECK(tether_links_join_types(links, leaders[at], links, at, &error)); /* adds nothing */
      (void)tether_links_types(links, leaders[at], &after);
      CHECK(before == after);
    }
    free(leaders);
    tether_links_free(links);
  }
}

/* Rows from the larger id to the smaller are turned, and get the types that are told for theirs. */
static void pairs_of_one_type_are_folded(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  uint32_t boss, staff;
  bool found;
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &boss, &error));
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 6}, 1, &staff, &error));
  CHECK(tether_links_add(links, 1, 2, staff, &error) && tether_links_add(links, 3, 3, boss, &error));
  CHECK(tether_links_has_mirrors(links, &found, &error) && !found);
  CHECK(tether_links_add(links, 2, 1, boss, &error));
  CHECK(tether_links_has_mirrors(links, &found, &error) && found);
  tether_links *copy = tether_links_copy(links);
  uint32_t inverses[] = {0, TETHER_UNMAPPED, TETHER_UNMAPPED};
  CHECK(!tether_links_fold(links, inverses, &error) && error.code == TETHER_BAD_ARGUMENT);
  CHECK(tether_links_at(links, 2).from == 2);
  inverses[boss] = staff;
  CHECK(tether_links_fold(links, inverses, &error));
  tether_link turned = tether_links_at(links, 2), kept = tether_links_at(links, 1), other = tether_links_at(copy, 2);
  CHECK(turned.from == 1 && turned.to == 2 && turned.types == staff);
  CHECK(kept.from == 3 && kept.to == 3 && kept.types == boss);
  CHECK(other.from == 2 && other.to == 1 && other.types == boss); /* a copy is a value of its own */
  CHECK(tether_links_compact(links, &error) && tether_links_count(links) == 2);
  tether_links_free(copy);
  tether_links_free(links);
}

/* Sets are compared by what their types mean, where that is told. */
static void meanings_decide_what_is_equal(void) {
  tether_links *left = tether_links_new(), *right = tether_links_new();
  tether_error error;
  uint32_t five, six;
  CHECK(tether_links_intern(left, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &five, &error));
  CHECK(tether_links_intern(right, &(tether_spec){TETHER_USER_DEFINED, 6}, 1, &six, &error));
  CHECK(tether_links_add(left, 1, 2, five, &error) && tether_links_add(right, 1, 2, six, &error));
  uint32_t here[] = {0, 7}, there[] = {0, 7}, else_there[] = {0, 8};
  tether_comparison same = {0}, changed = {0}, plain = {0};
  CHECK(tether_links_compare(left, right, &(tether_meanings){here, there}, &same, &error) && same.same_count == 1);
  CHECK(tether_links_compare(left, right, &(tether_meanings){here, else_there}, &changed, &error));
  CHECK(changed.changed_count == 1 && changed.same_count == 0);
  CHECK(tether_links_compare(left, right, NULL, &plain, &error) && plain.changed_count == 1);
  tether_links_free(left);
  tether_links_free(right);
}

int main(void) {
  pairs_of_one_type_are_folded();
  meanings_decide_what_is_equal();
  rows_of_a_pair_follow_its_first();
  every_size_and_spread_is_sorted();
  compacting_loses_nothing();
  comparing_agrees_with_looking_each_up();
  types_that_define_made_equal_are_equal();
  rows_are_shared_until_one_is_changed();
  an_index_finds_the_first_row();
  return failed != 0;
}
