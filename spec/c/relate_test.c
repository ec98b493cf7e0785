/* Links that follow from other links, against the same done slowly. */
#include "core/relate/choose.h"

#include <stdlib.h>

#include "check.h"
#include "core/relate/cycle.h"
#include "core/relate/join.h"

static uint64_t seed = 88172645463325252u;
static int64_t next_id(int64_t most) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return 1 + (int64_t)(seed % (uint64_t)most);
}

static tether_links *links_of(const int64_t (*pairs)[2], size_t count) {
  tether_links *links = tether_links_new();
  tether_error error;
  for (size_t i = 0; i < count; i++) CHECK(tether_links_add(links, pairs[i][0], pairs[i][1], 0, &error));
  return links;
}

static tether_links *some(size_t count, int64_t from, int64_t to) {
  tether_links *links = tether_links_new();
  tether_error error;
  for (size_t i = 0; i < count; i++) CHECK(tether_links_add(links, next_id(from), next_id(to), 0, &error));
  CHECK(tether_links_compact(links, &error));
  return links;
}

static bool has(const tether_links *links, int64_t from, int64_t to) {
  for (size_t i = 0; i < tether_links_count(links); i++) {
    tether_link one = tether_links_at(links, i);
    if (one.from == from && one.to == to) return true;
  }
  return false;
}

static size_t count_of(const tether_links *links, int64_t from) {
  size_t count = 0;
  for (size_t i = 0; i < tether_links_count(links); i++) count += tether_links_at(links, i).from == from;
  return count;
}

static void through_agrees_with_each_pair_looked_up(void) {
  for (int round = 0; round < 50; round++) {
    tether_links *left = some(30, 12, 9), *right = some(30, 12, 9), *joined = tether_links_like(right);
    tether_error error;
    size_t wanted = 0;
    CHECK(tether_links_through(left, right, false, joined, &error));
    for (size_t i = 0; i < tether_links_count(left); i++)
      for (size_t k = 0; k < tether_links_count(right); k++) {
        tether_link l = tether_links_at(left, i), r = tether_links_at(right, k);
        if (l.from != r.from) continue;
        wanted++;
        CHECK(has(joined, l.to, r.to));
      }
    CHECK(tether_links_count(joined) == wanted);
    tether_links_free(left);
    tether_links_free(right);
    tether_links_free(joined);
  }
}

/* Types are those of the side that was asked for. */
static void through_keeps_the_types_of_one_side(void) {
  tether_links *left = tether_links_new(), *right = tether_links_new();
  tether_error error;
  uint32_t five, six, other; /* five and six have not the same number */
  CHECK(tether_links_intern(left, &(tether_spec){TETHER_USER_DEFINED, 7}, 1, &other, &error));
  CHECK(tether_links_intern(left, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &five, &error));
  CHECK(tether_links_intern(right, &(tether_spec){TETHER_USER_DEFINED, 6}, 1, &six, &error));
  CHECK(tether_links_add(left, 1, 2, five, &error) && tether_links_add(right, 1, 3, six, &error));
  tether_links *of_left = tether_links_like(left), *of_right = tether_links_like(right);
  CHECK(tether_links_through(left, right, true, of_left, &error));
  CHECK(tether_links_through(left, right, false, of_right, &error));
  size_t count;
  CHECK(tether_links_types(of_left, 0, &count)->id == 5 && count == 1);
  CHECK(tether_links_types(of_right, 0, &count)->id == 6 && count == 1);
  tether_links_free(left);
  tether_links_free(right);
  tether_links_free(of_left);
  tether_links_free(of_right);
}

static void records_are_chosen_by_count_and_by_others(void) {
  for (int round = 0; round < 50; round++) {
    tether_links *links = some(40, 15, 9), *others = some(8, 15, 9);
    tether_links *within = tether_links_like(links), *beyond = tether_links_like(links);
    tether_links *among = tether_links_like(links), *apart = tether_links_like(links);
    tether_error error;
    CHECK(tether_links_by_count(links, 2, 3, within, beyond, &error));
    CHECK(tether_links_by_record(links, others, among, apart, &error));
    for (int64_t id = 1; id <= 15; id++) {
      size_t all = count_of(links, id);
      CHECK(count_of(within, id) == (all >= 2 && all <= 3 ? all : 0));
      CHECK(count_of(within, id) + count_of(beyond, id) == all);
      CHECK(count_of(among, id) == (count_of(others, id) ? all : 0));
      CHECK(count_of(among, id) + count_of(apart, id) == all);
    }
    tether_links *sets[] = {links, others, within, beyond, among, apart};
    for (size_t i = 0; i < 6; i++) tether_links_free(sets[i]);
  }
}

static void the_best_links_have_the_lowest_rank(void) {
  tether_links *links = tether_links_new();
  tether_error error;
  uint32_t buyer;
  CHECK(tether_links_intern(links, &(tether_spec){TETHER_USER_DEFINED, 5}, 1, &buyer, &error));
  CHECK(tether_links_add(links, 1, 7, 0, &error) && tether_links_add(links, 1, 8, buyer, &error));
  CHECK(tether_links_add(links, 2, 7, 0, &error) && tether_links_add(links, 2, 9, 0, &error));
  uint32_t labelled_first[] = {1, 0}, labelled_alone[] = {UINT32_MAX, 0};
  tether_links *best = tether_links_like(links), *alone = tether_links_like(links);
  CHECK(tether_links_best(links, labelled_first, best, &error));
  CHECK(tether_links_count(best) == 3 && has(best, 1, 8) && has(best, 2, 7) && has(best, 2, 9));
  CHECK(tether_links_best(links, labelled_alone, alone, &error));
  CHECK(tether_links_count(alone) == 1 && has(alone, 1, 8));
  tether_links *turned = tether_links_like(links);
  CHECK(tether_links_turned(links, turned, &error) && has(turned, 8, 1) && tether_links_at(turned, 1).types == buyer);
  tether_links_free(links);
  tether_links_free(best);
  tether_links_free(alone);
  tether_links_free(turned);
}

static size_t cycle_length(tether_links *links) {
  tether_links *cycle = tether_links_like(links);
  tether_error error;
  CHECK(tether_links_compact(links, &error) && tether_links_cycle(links, cycle, &error));
  size_t length = tether_links_count(cycle);
  for (size_t i = 0; i < length; i++) {
    tether_link here = tether_links_at(cycle, i), next = tether_links_at(cycle, (i + 1) % length);
    CHECK(has(links, here.from, here.to) && here.to == next.from);
  }
  tether_links_free(cycle);
  tether_links_free(links);
  return length;
}

static void a_cycle_is_found_and_named(void) {
  static const int64_t none[][2] = {{1, 2}, {1, 3}, {2, 4}, {3, 4}, {4, 5}}, self[][2] = {{1, 2}, {2, 2}},
                       three[][2] = {{9, 1}, {1, 2}, {2, 5}, {2, 3}, {3, 1}};
  CHECK(cycle_length(links_of(none, 5)) == 0);
  CHECK(cycle_length(links_of(self, 2)) == 1);
  CHECK(cycle_length(links_of(three, 5)) == 3);
  CHECK(cycle_length(tether_links_new()) == 0);
  for (int round = 0; round < 200; round++) { /* links from smaller ids to larger ones make none; one back makes one */
    tether_links *links = tether_links_new();
    tether_error error;
    for (int i = 0; i < 30; i++) {
      int64_t from = next_id(20);
      CHECK(tether_links_add(links, from, from + next_id(5), 0, &error));
    }
    tether_links *with = tether_links_copy(links);
    tether_link first = tether_links_at(links, 0);
    CHECK(tether_links_add(with, first.to, first.from, 0, &error));
    CHECK(cycle_length(links) == 0);
    CHECK(cycle_length(with) >= 2);
  }
}

int main(void) {
  through_agrees_with_each_pair_looked_up();
  through_keeps_the_types_of_one_side();
  records_are_chosen_by_count_and_by_others();
  the_best_links_have_the_lowest_rank();
  a_cycle_is_found_and_named();
  return failed != 0;
}
