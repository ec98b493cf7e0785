/* Planned changes against every state of a link: what judge, batches and undo make of them, beside the same rules as
 * bits. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/job/undo.h"

/* A state of a pair: no link, or a link with any of four types. */
enum { PLAIN = 1, PRIMARY = 2, BOSS = 4, BUYER = 8, THERE = 16, STATES = 17 };

static const tether_spec types[] = {
    {TETHER_HUBSPOT_DEFINED, 279}, {TETHER_HUBSPOT_DEFINED, 1}, {TETHER_USER_DEFINED, 5}, {TETHER_USER_DEFINED, 6}};
static const tether_specs primary = {&types[1], 1};
static const tether_stage stages[] = {TETHER_STAGE_RELABEL, TETHER_STAGE_PRIMARY};

static int bits_of(int state) { return state == 0 ? 0 : THERE | (state - 1); }

static size_t list_of(int bits, tether_spec *list) {
  size_t count = 0;
  for (int i = 0; i < 4; i++)
    if (bits & 1 << i) list[count++] = types[i];
  return count;
}

static int bits_in(tether_specs specs) {
  int bits = 0;
  for (size_t i = 0; i < specs.count; i++)
    for (int k = 0; k < 4; k++)
      if (specs.types[i].id == types[k].id) bits |= 1 << k;
  return bits;
}

static int bits_at(const tether_typesets *sets, uint32_t index) {
  tether_specs specs;
  specs.types = tether_typesets_at(sets, index, &specs.count);
  return bits_in(specs);
}

static uint32_t set_of(tether_typesets *sets, int bits) {
  tether_spec list[4];
  uint32_t index = 0;
  CHECK(tether_typesets_intern(sets, list, list_of(bits, list), &index, NULL));
  return index;
}

/* The link 1 -> 2 as it is; a link without any type stands for one that the account shows bare. */
static tether_links *links_of(int bits) {
  tether_links *links = tether_links_new();
  tether_spec list[4];
  uint32_t index = 0;
  CHECK(tether_links_intern(links, list, list_of(bits, list), &index, NULL));
  if (bits & THERE) CHECK(tether_links_add(links, 1, 2, index, NULL));
  return links;
}

/* -- the rules as bits --------------------------------------------------------------------------------------------- */

static bool same(bool of_primary, int one, int other) {
  return of_primary ? (one & PRIMARY) == (other & PRIMARY) : ((one ^ other) & ~PRIMARY) == 0;
}

static bool between(bool of_primary, int before, int after, int now) {
  return !of_primary && (now & THERE) && (now & ~PRIMARY & ~(before | after | THERE)) == 0 &&
         (before & after & ~PRIMARY & ~THERE & ~now) == 0;
}

static tether_result judged(bool of_primary, bool was_sent, int before, int after, int now) {
  if (same(of_primary, after, now)) return was_sent ? TETHER_RESULT_DONE : TETHER_RESULT_ALREADY;
  bool lost = of_primary && (after & PRIMARY) && !(now & THERE);
  bool primary_has_moved = !(after & THERE) && !was_sent && (before & PRIMARY) != (now & PRIMARY);
  if (same(of_primary, before, now) && !lost && !primary_has_moved) return TETHER_RESULT_PENDING;
  return was_sent && between(of_primary, before, after, now) ? TETHER_RESULT_PENDING : TETHER_RESULT_DRIFTED;
}

static bool is_in(tether_part part, int after, int now, int *named) {
  int all = PLAIN | BOSS | BUYER;
  *named = 0;
  switch (part) {
  case TETHER_PART_MISSING:
    *named = (after & all) | (now & PRIMARY);
    return (after & all & ~now) != 0;
  case TETHER_PART_SURPLUS:
    *named = now & all & ~after;
    return (after & THERE) && *named;
  case TETHER_PART_GONE:
    return !(after & (all | PRIMARY));
  case TETHER_PART_GAINED:
    return after & PRIMARY;
  default:
    return !(after & PRIMARY);
  }
}

/* -- one change ---------------------------------------------------------------------------------------------------- */

typedef struct {
  bool of_primary, was_sent;
  int before, after, now;
} situation;

static tether_batch batch_of(const situation *s, tether_typesets *sets) {
  tether_batch batch = {.stage = stages[s->of_primary], .was_sent = s->was_sent};
  tether_change change = {1, 2, set_of(sets, s->before & ~THERE), set_of(sets, s->after & ~THERE)};
  CHECK(tether_changes_add(&batch.changes, change, NULL));
  batch.results = calloc(1, 1);
  return batch;
}

static void is_judged(const situation *s, tether_batch *batch, tether_typesets *sets, const tether_links *current) {
  for (uint8_t known = 0; known < TETHER_RESULTS; known++) {
    bool open = known == TETHER_RESULT_PENDING || known == TETHER_RESULT_UNKNOWN;
    tether_links *asked = tether_links_new(), *all = tether_links_new();
    *batch->results = known;
    CHECK(tether_batch_asked(batch, false, asked, NULL) && tether_batch_asked(batch, true, all, NULL));
    CHECK(tether_links_count(asked) == open && tether_links_count(all) == (open || known == TETHER_RESULT_DONE));
    CHECK(tether_batch_judge(batch, sets, primary, current, NULL));
    CHECK(*batch->results == (open ? judged(s->of_primary, s->was_sent, s->before, s->after, s->now) : known));
    tether_links_free(asked);
    tether_links_free(all);
  }
}

static void is_sent(const situation *s, tether_batch *batch, tether_typesets *sets, const tether_links *current) {
  static const tether_part parts[] = {TETHER_PART_MISSING, TETHER_PART_SURPLUS, TETHER_PART_GONE, TETHER_PART_GAINED,
                                      TETHER_PART_LOST};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    for (uint8_t known = 0; known < TETHER_RESULTS; known++) {
      tether_links *links = tether_links_new();
      uint32_t rows[1];
      int named;
      size_t count;
      *batch->results = known;
      bool meant = is_in(parts[i], s->after, s->now, &named) && known == TETHER_RESULT_PENDING;
      CHECK(tether_batch_part(batch, sets, primary, current, parts[i], links, rows, NULL) == meant);
      CHECK(tether_links_count(links) == meant);
      if (meant) {
        const tether_spec *list = tether_links_types(links, 0, &count);
        CHECK(rows[0] == 0 && bits_in((tether_specs){list, count}) == named);
      }
      tether_batch_settle(batch, (uint32_t[]){0}, (tether_rows){NULL, 0, 1}, TETHER_RESULT_DRIFTED);
      CHECK(*batch->results == (known == TETHER_RESULT_PENDING ? TETHER_RESULT_DRIFTED : known));
      tether_links_free(links);
    }
}

static size_t changes_in(const tether_found *found) {
  size_t count = 0;
  for (int stage = 0; stage < TETHER_STAGES; stage++) count += found->stages[stage].count;
  return count;
}

/* What takes a change back leads from what is there to what was before, the primary aside. */
static void leads_back(const situation *s, const tether_found *found, const tether_typesets *sets, bool late) {
  int last = s->now, wanted = s->of_primary ? (s->now & ~PRIMARY) | (s->before & PRIMARY) : s->before;
  for (int stage = 0; stage < TETHER_STAGES; stage++) {
    CHECK(found->stages[stage].count < 2);
    if (!found->stages[stage].count) continue;
    const tether_change *change = found->stages[stage].list;
    CHECK(bits_at(sets, change->before) == (last & ~THERE));
    last = bits_at(sets, change->after) | (change->after ? THERE : 0);
    CHECK(stage != TETHER_STAGE_PRIMARY || ((bits_at(sets, change->before) ^ last) & ~THERE) == PRIMARY);
    if (stage != TETHER_STAGE_PRIMARY)
      CHECK(stage == (!change->after    ? TETHER_STAGE_UNLINK
                      : late            ? TETHER_STAGE_LATE
                      : !change->before ? TETHER_STAGE_LINK
                                        : TETHER_STAGE_RELABEL));
  }
  if (!s->of_primary && (s->now & THERE)) wanted = (wanted & ~PRIMARY) | (wanted ? s->now & PRIMARY : 0);
  CHECK((last & ~THERE) == (wanted & ~THERE));
}

static void is_undone(const situation *s, tether_batch *batch, tether_typesets *sets, const tether_links *current) {
  for (uint8_t known = 0; known < TETHER_RESULTS; known++)
    for (int late = 0; late < 2; late++) {
      tether_found found = {0};
      tether_undo undo = {.found = &found, .links_late = late};
      tether_typesets *into = tether_typesets_new();
      *batch->results = known;
      bool open = s->was_sent && (known == TETHER_RESULT_PENDING || known == TETHER_RESULT_UNKNOWN);
      bool ours = known == TETHER_RESULT_DONE || open;
      bool undone = same(s->of_primary, s->before, s->now);
      bool back = !undone && (same(s->of_primary, s->after, s->now) ||
                              (open && between(s->of_primary, s->before, s->after, s->now)));
      CHECK(tether_batch_undo(batch, sets, into, primary, current, &undo, NULL));
      CHECK(found.present == ours && undo.conflicts.count == (ours && !undone && !back));
      if (!ours || undone) CHECK(changes_in(&found) == 0 && found.right == ours);
      if (ours && back && found.right == 0) leads_back(s, &found, into, late);
      tether_changes_free(&undo.conflicts);
      tether_found_free(&found);
      tether_typesets_free(into);
    }
}

/* In a job a link without types is none. The stage of primaries has links that are there, and gives or takes a primary.
 */
static bool can_be(const situation *s) {
  if (s->before == THERE || s->after == THERE || s->now == THERE || s->before == s->after) return false;
  return !s->of_primary || (s->before && s->after && ((s->before ^ s->after) & PRIMARY));
}

static void every_state_is_as_the_rules_say(void) {
  for (int code = 0; code < 4 * STATES * STATES * STATES; code++) {
    situation s = {code & 1, code & 2, bits_of(code / 4 % STATES), bits_of(code / 4 / STATES % STATES),
                   bits_of(code / 4 / STATES / STATES)};
    if (!can_be(&s)) continue;
    tether_typesets *sets = tether_typesets_new();
    tether_links *current = links_of(s.now);
    tether_batch batch = batch_of(&s, sets);
    is_judged(&s, &batch, sets, current);
    is_sent(&s, &batch, sets, current);
    is_undone(&s, &batch, sets, current);
    if (failed)
      fprintf(stderr, "sent %d, primary %d: %d, %d, %d\n", s.was_sent, s.of_primary, s.before, s.after, s.now);
    tether_batch_free(&batch);
    tether_links_free(current);
    tether_typesets_free(sets);
    if (failed) return;
  }
}

/* -- a primary that has moved on ----------------------------------------------------------------------------------- */

/* The job moved a record's primary from 2 to 3; it is at 4 by now: 2 does not get it back. Of another record it does.
 */
static void what_a_record_lost_stays_lost_when_its_primary_moved_on(void) {
  tether_typesets *sets = tether_typesets_new(), *into = tether_typesets_new();
  tether_batch batch = {.stage = TETHER_STAGE_PRIMARY, .was_sent = true};
  uint32_t with = set_of(sets, PLAIN | PRIMARY), without = set_of(sets, PLAIN);
  for (int64_t from = 1; from <= 2; from++) {
    CHECK(tether_changes_add(&batch.changes, (tether_change){from, 2, with, without}, NULL));
    CHECK(tether_changes_add(&batch.changes, (tether_change){from, 3, without, with}, NULL));
  }
  batch.results = malloc(4);
  memset(batch.results, TETHER_RESULT_DONE, 4);
  tether_links *current = tether_links_new();
  uint32_t plain, both;
  CHECK(tether_links_intern(current, types, 1, &plain, NULL) && tether_links_intern(current, types, 2, &both, NULL));
  CHECK(tether_links_add(current, 1, 2, plain, NULL) && tether_links_add(current, 1, 3, plain, NULL));
  CHECK(tether_links_add(current, 1, 4, both, NULL));
  CHECK(tether_links_add(current, 2, 2, plain, NULL) && tether_links_add(current, 2, 3, both, NULL));
  tether_found found = {0};
  tether_undo undo = {.found = &found};
  CHECK(tether_batch_undo(&batch, sets, into, primary, current, &undo, NULL));
  CHECK(undo.conflicts.count == 1 && undo.conflicts.list[0].from == 1 && undo.conflicts.list[0].to == 2);
  CHECK(found.stages[TETHER_STAGE_PRIMARY].count == 2 && found.stages[TETHER_STAGE_PRIMARY].list[0].from == 2);
  tether_changes_free(&undo.conflicts);
  tether_found_free(&found);
  tether_batch_free(&batch);
  tether_links_free(current);
  tether_typesets_free(sets);
  tether_typesets_free(into);
}

int main(void) {
  every_state_is_as_the_rules_say();
  what_a_record_lost_stays_lost_when_its_primary_moved_on();
  return failed != 0;
}
