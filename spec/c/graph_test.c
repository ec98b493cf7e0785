/* The graph beside a model of it that is slow and plain: the same links after any changes, in order, counted right, and
 * taken back to any place. One record is a hub, so that its targets are split and joined. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "portal/graph/graph.h"
#include "portal/graph/known.h"

enum { RECORDS = 40, TARGETS = 3000, SETS = 5, STEPS = 60000, FROM = 1, TO = 2, HUB = 0 };

static uint32_t model[RECORDS][TARGETS]; /* the number of the set; 0: nothing */
static uint32_t saved[RECORDS][TARGETS];

static unsigned seed = 42;

static unsigned any(unsigned most) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % most;
}

static portal_ends ends_of(size_t record, size_t target) {
  return (portal_ends){.from = FROM, .to = TO, .a = (int64_t)record + 1, .b = (int64_t)target * 3 + 1};
}

static void change(portal_graph *graph, uint32_t set) {
  size_t record = any(2) ? HUB : any(RECORDS), target = any(TARGETS);
  model[record][target] = set;
  CHECK(portal_graph_put(graph, ends_of(record, target), set, set));
}

static void check_record(portal_graph *graph, size_t record) {
  const portal_targets *targets = portal_graph_targets(graph, FROM, TO, (int64_t)record + 1);
  int64_t after = (int64_t)any(3 * TARGETS), id;
  uint32_t set;
  size_t target = (size_t)(after + 2) / 3; /* the first that stands above it */
  portal_place place = portal_targets_above(targets, after);
  while (portal_targets_next(&place, &id, &set)) {
    while (target < TARGETS && model[record][target] == 0) target++;
    CHECK(target < TARGETS && id == ends_of(record, target).b && set == model[record][target]);
    target++;
  }
  while (target < TARGETS && model[record][target] == 0) target++;
  CHECK(target == TARGETS);
}

static void check_all(portal_graph *graph) {
  int64_t count = 0;
  size_t directions;
  for (size_t record = 0; record < RECORDS; record++) {
    check_record(graph, record);
    for (size_t target = 0; target < TARGETS; target++) {
      portal_ends ends = ends_of(record, target), back = {.from = TO, .to = FROM, .a = ends.b, .b = ends.a};
      CHECK(portal_graph_set(graph, ends) == model[record][target]);
      CHECK(portal_graph_set(graph, back) == model[record][target]);
      count += model[record][target] != 0;
    }
  }
  const portal_direction *ways = portal_graph_directions(graph, &directions);
  CHECK(directions == 2 && ways[0].links == count && ways[1].links == count);
  CHECK(portal_graph_count(graph) == 2 * count);
}

static size_t large_ones(const portal_graph *graph) {
  size_t place = 0, count = 0;
  const portal_targets *targets;
  while ((targets = portal_graph_each_large(graph, &place))) {
    CHECK(targets->shape > 1);
    count++;
  }
  return count;
}

static void the_graph_is_what_its_model_is(void) {
  portal_sets *sets = portal_sets_new();
  portal_graph *graph = portal_graph_new();
  uint32_t numbers[SETS] = {0};
  for (int64_t i = 1; i < SETS; i++) numbers[i] = portal_sets_number(sets, &i, 1);
  for (int step = 0; step < STEPS; step++) change(graph, numbers[any(step < STEPS / 2 ? SETS : 2)]);
  check_all(graph);
  CHECK(large_ones(graph) >= 1);
  portal_graph_keep(graph);
  memcpy(saved, model, sizeof model);
  for (int step = 0; step < STEPS / 2; step++) change(graph, numbers[any(SETS)]);
  check_all(graph);
  CHECK(portal_graph_undo(graph, 0));
  memcpy(model, saved, sizeof model);
  check_all(graph);
  for (size_t record = 0; record < RECORDS; record++)
    for (size_t target = 0; target < TARGETS; target++) {
      CHECK(portal_graph_put(graph, ends_of(record, target), 0, 0));
      model[record][target] = 0;
    }
  check_all(graph);
  CHECK(large_ones(graph) == 0);
  portal_graph_free(graph);
  portal_sets_free(sets);
}

static void sets_are_kept_once_and_in_order(void) {
  portal_sets *sets = portal_sets_new();
  int64_t keys[] = {-7, 3, 9};
  uint32_t all = portal_sets_number(sets, keys, 3), made = 0;
  for (size_t i = 3; i-- > 0;) made = portal_sets_add(sets, made, keys[i]);
  CHECK(made == all && portal_sets_add(sets, made, 3) == all && portal_sets_has(sets, all, -7));
  CHECK(portal_sets_take(sets, portal_sets_take(sets, portal_sets_take(sets, all, 3), 9), -7) == 0);
  CHECK(portal_sets_take(sets, all, 4) == all && portal_sets_number(sets, keys, 0) == 0);
  for (int64_t i = 0; i < 2 * PORTAL_KEYS_MOST; i++) made = portal_sets_add(sets, made, 100 + i);
  CHECK(portal_sets_at(sets, made)->count == PORTAL_KEYS_MOST);
  portal_sets_free(sets);
}

static void what_is_known_is_forgotten_with_its_transaction(void) {
  portal_known *known = portal_known_new();
  for (int64_t i = 1; i <= 100000; i++) portal_known_add(known, 1, i);
  portal_known_keep(known);
  portal_known_remove(known, 1, 5);
  portal_known_add(known, 2, 7);
  portal_known_undo(known);
  CHECK(portal_known_has(known, 1, 4) && portal_known_has(known, 1, 100000));
  CHECK(!portal_known_has(known, 1, 5) && !portal_known_has(known, 2, 7) && !portal_known_has(known, 2, 4));
  portal_known_add(known, 1, 5);
  CHECK(portal_known_has(known, 1, 5));
  for (int64_t i = 1; i <= 200000; i++) portal_known_add(known, 3, i);
  portal_known_undo(known); /* more than it notes: then nothing is known */
  CHECK(!portal_known_has(known, 3, 1) && !portal_known_has(known, 3, 200000));
  portal_known_free(known);
}

int main(void) {
  the_graph_is_what_its_model_is();
  sets_are_kept_once_and_in_order();
  what_is_known_is_forgotten_with_its_transaction();
  return failed != 0;
}
