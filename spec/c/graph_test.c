/* The graph beside a model of it that is slow and plain: the same links after any changes, in order, counted right by
 * type and by record, and taken back to any place. One record is a hub, so that its targets are split and joined. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "portal/graph/graph.h"
#include "portal/graph/known.h"

enum { IMPLIED = 1, LABEL = 5, OTHER_LABEL = -3 };

static bool is_label(const void *context, int64_t key) { return context == NULL && key != IMPLIED; }

enum { RECORDS = 40, TARGETS = 3000, SETS = 5, STEPS = 60000, FROM = 1, TO = 2, HUB = 0 };

static uint32_t model[RECORDS][TARGETS]; /* the number of the set; 0: nothing */
static uint32_t saved[RECORDS][TARGETS];

static unsigned seed = 42;

static unsigned any(unsigned most) {
  seed = seed * 1664525u + 1013904223u;
  return (seed >> 8) % most;
}

static portal_ends ends_of(size_t record, size_t target) {
  return (portal_ends){.from = FROM, .to = TO, .from_id = (int64_t)record + 1, .to_id = (int64_t)target * 3 + 1};
}

static void change(portal_graph *graph, uint32_t set) {
  size_t record = any(2) ? HUB : any(RECORDS), target = any(TARGETS);
  model[record][target] = set;
  CHECK(portal_graph_put(graph, ends_of(record, target), set, set));
}

static uint32_t way_to(portal_graph *graph, int64_t key) { return portal_graph_way(graph, FROM, TO, key); }

static void check_record(portal_graph *graph, size_t record) {
  const portal_targets *targets = portal_graph_targets(graph, way_to(graph, 0), (int64_t)record + 1);
  int64_t after = (int64_t)any(3 * TARGETS), id;
  uint32_t set;
  size_t target = (size_t)(after + 2) / 3; /* the first that stands above it */
  portal_place place = portal_targets_above(targets, after);
  while (portal_targets_next(&place, &id, &set)) {
    while (target < TARGETS && model[record][target] == 0) target++;
    CHECK(target < TARGETS && id == ends_of(record, target).to_id && set == model[record][target]);
    target++;
  }
  while (target < TARGETS && model[record][target] == 0) target++;
  CHECK(target == TARGETS);
}

static void check_all(portal_graph *graph) {
  int64_t count = 0;
  uint32_t directions;
  for (size_t record = 0; record < RECORDS; record++) {
    check_record(graph, record);
    for (size_t target = 0; target < TARGETS; target++) {
      portal_ends ends = ends_of(record, target),
                  back = {.from = TO, .to = FROM, .from_id = ends.to_id, .to_id = ends.from_id};
      CHECK(portal_graph_set(graph, ends) == model[record][target]);
      CHECK(portal_graph_set(graph, back) == model[record][target]);
      count += model[record][target] != 0;
    }
  }
  uint32_t way = way_to(graph, 0), back = portal_graph_way(graph, TO, FROM, 0);
  const portal_way *ways = portal_graph_ways(graph, &directions);
  CHECK(way < directions && back < directions && ways[way].links == count && ways[back].links == count);
  CHECK(portal_graph_count(graph) == 2 * count);
}

/* How many targets of a record have a key in the model; key 0: any. */
static int64_t degree_of(const portal_sets *sets, size_t record, int64_t key) {
  int64_t count = 0;
  for (size_t target = 0; target < TARGETS; target++)
    if (model[record][target]) count += key == 0 || portal_sets_has(sets, model[record][target], key);
  return count;
}

/* Each record is counted with each key, stands once in the key's order, and those with at least so many lead it. */
static void check_way(portal_graph *graph, const portal_sets *sets, int64_t key) {
  uint32_t way = way_to(graph, key), live = 0, many = 0;
  int64_t least = 1 + (int64_t)any(80), before = INT64_MAX;
  for (size_t record = 0; record < RECORDS; record++) {
    int64_t degree = degree_of(sets, record, key);
    CHECK(portal_graph_degree(graph, way, (int64_t)record + 1) == degree);
    live += degree > 0;
    many += degree >= least;
  }
  CHECK(portal_graph_at_least(graph, way, 0) == live && portal_graph_at_least(graph, way, least) == many);
  CHECK(portal_graph_at_least(graph, way, INT64_MAX) == 0 && !portal_graph_ranked(graph, way, live));
  for (uint32_t rank = 0; rank < live; rank++) {
    const portal_targets *targets = portal_graph_ranked(graph, way, rank);
    CHECK(targets->rank == rank && targets->count <= before && targets->count > 0);
    CHECK(targets->count == degree_of(sets, (size_t)targets->record - 1, key));
    before = targets->count;
  }
}

static void check_ways(portal_graph *graph, const portal_sets *sets) {
  check_way(graph, sets, 0);
  check_way(graph, sets, LABEL);
  check_way(graph, sets, OTHER_LABEL);
  CHECK(way_to(graph, IMPLIED) == PORTAL_NO_WAY); /* it is counted with the direction */
}

static void clear_model(portal_graph *graph) {
  for (size_t record = 0; record < RECORDS; record++)
    for (size_t target = 0; target < TARGETS; target++) {
      CHECK(portal_graph_put(graph, ends_of(record, target), 0, 0));
      model[record][target] = 0;
    }
}

static void the_graph_is_what_its_model_is(void) {
  portal_sets *sets = portal_sets_new(is_label, NULL);
  portal_graph *graph = portal_graph_new(sets);
  static const int64_t keys[] = {OTHER_LABEL, IMPLIED, LABEL};
  uint32_t numbers[SETS] = {0, portal_sets_number(sets, keys + 1, 1), portal_sets_number(sets, keys + 1, 2),
                            portal_sets_number(sets, keys, 3), portal_sets_number(sets, keys, 1)};
  for (int step = 0; step < STEPS; step++) change(graph, numbers[any(step < STEPS / 2 ? SETS : 3)]);
  check_all(graph);
  check_ways(graph, sets);
  portal_graph_keep(graph);
  memcpy(saved, model, sizeof model);
  portal_graph *copy = portal_graph_copy(graph); /* goes its own way from here */
  CHECK(copy);
  for (int step = 0; step < STEPS / 2; step++) change(graph, numbers[any(SETS)]);
  check_all(graph);
  check_ways(graph, sets);
  CHECK(portal_graph_undo(graph, 0));
  memcpy(model, saved, sizeof model);
  check_all(graph);
  check_ways(graph, sets);
  check_all(copy);
  check_ways(copy, sets);
  portal_graph_free(copy);
  clear_model(graph);
  check_all(graph);
  check_ways(graph, sets);
  portal_graph_free(graph);
  portal_sets_free(sets);
}

/* Records that had links and have none any more leave no place behind that is searched for ever. */
static void many_records_that_come_and_go_take_the_room_of_few(void) {
  portal_sets *sets = portal_sets_new(is_label, NULL);
  portal_graph *graph = portal_graph_new(sets);
  int64_t keys[] = {IMPLIED, LABEL};
  uint32_t set = portal_sets_number(sets, keys, 2);
  for (int64_t id = 1; id <= 200000; id++) {
    portal_ends ends = {.from = FROM, .to = TO, .from_id = id, .to_id = id + 7};
    CHECK(portal_graph_put(graph, ends, set, set));
    if (id > 100) CHECK(portal_graph_put(graph, (portal_ends){FROM, TO, id - 100, id - 93}, 0, 0));
    if (id % 5000 == 0) portal_graph_keep(graph);
  }
  CHECK(portal_graph_at_least(graph, way_to(graph, LABEL), 1) == 100);
  for (uint32_t rank = 0; rank < 100; rank++)
    CHECK(portal_graph_ranked(graph, way_to(graph, LABEL), rank)->record > 199900);
  portal_graph_clear(graph);
  CHECK(portal_graph_count(graph) == 0 && way_to(graph, LABEL) == PORTAL_NO_WAY);
  portal_graph_free(graph);
  portal_sets_free(sets);
}

static void sets_are_kept_once_and_in_order(void) {
  portal_sets *sets = portal_sets_new(is_label, NULL);
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

/* A page begins behind an id, whether there is one target, two, or pieces of them. */
static void a_page_begins_behind_its_id(void) {
  for (int64_t count = 0; count < 5; count++) {
    portal_targets targets = {.record = 1};
    for (int64_t i = 1; i <= count; i++) CHECK(portal_targets_put(&targets, 10 * i, (uint32_t)i));
    for (int64_t after = 0; after <= 10 * count + 1; after++) {
      portal_place place = portal_targets_above(&targets, after);
      int64_t id = 0, wanted = after / 10 * 10 + 10;
      uint32_t set;
      CHECK(portal_targets_next(&place, &id, &set) == (wanted <= 10 * count));
      CHECK(id == 0 || id == wanted);
    }
    portal_targets_free(&targets);
  }
}

/* However many there are, each is found by all of what it is. */
static void ways_stand_apart(void) {
  portal_ways ways = {.list = NULL};
  uint32_t number = 0;
  for (int again = 0; again < 2; again++, number = 0)
    for (uint16_t from = 1; from <= 3; from++)
      for (uint16_t to = 1; to <= 2000; to++)
        for (int64_t key = -1; key <= 1; key++) CHECK(portal_ways_make(&ways, from, to, key) == number++);
  CHECK(ways.count == 3 * 2000 * 3 && portal_ways_find(&ways, 4, 1, 0) == PORTAL_NO_WAY);
  portal_ways_free(&ways);
}

int main(void) {
  a_page_begins_behind_its_id();
  ways_stand_apart();
  the_graph_is_what_its_model_is();
  many_records_that_come_and_go_take_the_room_of_few();
  sets_are_kept_once_and_in_order();
  what_is_known_is_forgotten_with_its_transaction();
  return failed != 0;
}
