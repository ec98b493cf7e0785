/* Wanted links against present ones: thousands of records by chance, beside the same rules as bits. */
#include "core/job/compare.h"

#include <string.h>

#include "check.h"

enum { PLAIN = 1, PRIMARY = 2, BOSS = 4, BUYER = 8, NONE = -1, RECORDS = 4, OTHERS = 5, MOST = 64 };

static const tether_spec types[] = {
    {TETHER_HUBSPOT_DEFINED, 279}, {TETHER_HUBSPOT_DEFINED, 1}, {TETHER_USER_DEFINED, 5}, {TETHER_USER_DEFINED, 6}};

static uint64_t seed = 88172645463325252u;
static int chance(int below) {
  seed ^= seed << 13;
  seed ^= seed >> 7;
  seed ^= seed << 17;
  return (int)((seed >> 20) % (uint64_t)below);
}

/* What is wanted, what is there, and what may be pruned, by record and other record; types as bits, NONE: no link. */
typedef struct {
  int wanted[RECORDS + 1][OTHERS + 1], current[RECORDS + 1][OTHERS + 1];
  bool probed[RECORDS + 1][OTHERS + 1];
  tether_policy policy;
  tether_limit limit;
  tether_spec managed[1], kept[2];
} world;

typedef struct {
  int stage, from, to, before, after;
} step;

typedef struct {
  step steps[MOST], blocked[MOST];
  size_t step_count, blocked_count, present, right, link, relabel, unlink, primary, contradictions;
} plan;

/* -- the rules as bits --------------------------------------------------------------------------------------------- */

static int bit_of(tether_spec type) {
  for (int i = 0; i < 4; i++)
    if (types[i].id == type.id) return 1 << i;
  return 0;
}

static int bits_in(tether_specs specs) {
  int bits = 0;
  for (size_t i = 0; i < specs.count; i++) bits |= bit_of(specs.types[i]);
  return bits;
}

static int staying(const tether_policy *policy, int current, bool is_wanted) {
  int always = PRIMARY | PLAIN;
  if (policy->labels == TETHER_MANAGED) return current & (always | ~bits_in(policy->managed));
  if (!is_wanted || policy->labels == TETHER_AT_LEAST) return current;
  return current & (always | bits_in(policy->kept));
}

static int wished(const world *w, int wanted, int current) {
  if (wanted == NONE) return w->policy.labels == TETHER_MANAGED ? staying(&w->policy, current, false) : 0;
  if (current == NONE) return (wanted & ~PRIMARY) | PLAIN;
  return staying(&w->policy, current, true) | (wanted & ~PRIMARY);
}

static bool is_pruned(const world *w, int from, int to) {
  if (w->policy.is_one_type && from > to) return false;
  return w->policy.prune == TETHER_PRUNE_RECORDS || (w->policy.prune == TETHER_PRUNE_PROBED && w->probed[from][to]);
}

/* The pair's change before limits; false: none. */
static bool changes(const world *w, int from, int to, plan *p, step *s) {
  int wanted = w->wanted[from][to], current = w->current[from][to];
  if (wanted == NONE && (current == NONE || !is_pruned(w, from, to))) return false;
  p->present += current != NONE;
  *s = (step){0, from, to, current == NONE ? 0 : current, wished(w, wanted, current)};
  if (s->before == s->after) p->right += wanted != NONE;
  return s->before != s->after;
}

static bool gains(const step *s, int type) { return (s->after & type) && !(s->before & type); }

static size_t limited(const world *w, int from, plan *p, step *steps, size_t count, bool *late) {
  int type = bit_of(w->limit.type), held = 0, gained = 0, lost = 0;
  if (!w->policy.limit_count) return count;
  for (int to = 1; to <= OTHERS; to++) held += w->current[from][to] != NONE && (w->current[from][to] & type);
  for (size_t i = 0; i < count; i++) {
    gained += gains(&steps[i], type);
    lost += (steps[i].before & type) && !(steps[i].after & type);
  }
  *late = gained > 0 && held + gained > w->limit.most;
  for (size_t i = count; i-- > 0;) {
    if (held - lost + gained <= w->limit.most || !gains(&steps[i], type)) continue;
    p->blocked[p->blocked_count++] = steps[i];
    memmove(&steps[i], &steps[i + 1], (--count - i) * sizeof *steps);
    gained--;
  }
  return count;
}

static int stage_of(const world *w, const step *s, bool late) {
  if (!s->after) return TETHER_STAGE_UNLINK;
  if (!s->before) return late ? TETHER_STAGE_LATE : TETHER_STAGE_LINK;
  return late && gains(s, bit_of(w->limit.type)) ? TETHER_STAGE_LATE : TETHER_STAGE_RELABEL;
}

static bool is_blocked(const plan *p, int from, int to) {
  for (size_t i = 0; i < p->blocked_count; i++)
    if (p->blocked[i].from == from && p->blocked[i].to == to) return true;
  return false;
}

static const step *step_of(const step *steps, size_t count, int to) {
  for (size_t i = 0; i < count; i++)
    if (steps[i].to == to) return &steps[i];
  return NULL;
}

static void move_primary(const world *w, int from, plan *p, const step *steps, size_t count) {
  int primary = 0, rows = 0;
  for (int to = 1; to <= OTHERS; to++) {
    if (w->wanted[from][to] == NONE) continue;
    rows++;
    if (!(w->wanted[from][to] & PRIMARY)) continue;
    p->contradictions += primary != 0;
    primary = to;
  }
  if (!w->policy.moves_primary || (!primary && !(w->policy.drops_primary && rows))) return;
  if (primary && is_blocked(p, from, primary)) return;
  for (int to = 1; to <= OTHERS; to++) {
    int current = w->current[from][to];
    bool is = current != NONE && (current & PRIMARY);
    const step *s = step_of(steps, count, to);
    if (is == (to == primary) || (s && !s->after)) continue;
    int held = w->wanted[from][to] != NONE ? wished(w, w->wanted[from][to], current) : current;
    step last = {TETHER_STAGE_PRIMARY, from, to, is ? held | PRIMARY : held & ~PRIMARY,
                 (held & ~PRIMARY) | (is ? 0 : PRIMARY)};
    p->steps[p->step_count++] = last;
    p->primary += !is || !primary;
  }
}

static void plan_record(const world *w, int from, plan *p) {
  step steps[OTHERS];
  size_t count = 0;
  bool late = false;
  for (int to = 1; to <= OTHERS; to++) count += changes(w, from, to, p, &steps[count]);
  count = limited(w, from, p, steps, count, &late);
  for (size_t i = 0; i < count; i++) {
    steps[i].stage = stage_of(w, &steps[i], late);
    p->link += !steps[i].before;
    p->unlink += !steps[i].after;
    p->relabel += steps[i].before && steps[i].after;
    p->steps[p->step_count++] = steps[i];
  }
  move_primary(w, from, p, steps, count);
}

/* -- worlds by chance ---------------------------------------------------------------------------------------------- */

static world any_world(void) {
  world w = {.limit = {types[chance(2) ? 0 : 2], 1 + chance(4)},
             .managed = {types[2]},
             .kept = {types[3]},
             .policy = {.labels = (tether_mine)chance(3),
                        .prune = (tether_prune)chance(3),
                        .moves_primary = chance(2),
                        .drops_primary = chance(2),
                        .is_one_type = chance(2),
                        .plain = {types, 1},
                        .primary = {types + 1, 1}}};
  w.policy.limit_count = (size_t)chance(2);
  for (int from = 1; from <= RECORDS; from++) {
    int primary = 1 + chance(OTHERS + 2);
    for (int to = 1; to <= OTHERS; to++) {
      w.wanted[from][to] = chance(2) ? NONE : chance(2) * BOSS + chance(2) * BUYER + (chance(4) ? 0 : PRIMARY);
      w.current[from][to] =
          chance(2) ? NONE : PLAIN + chance(2) * BOSS + chance(2) * BUYER + (to == primary ? PRIMARY : 0);
      w.probed[from][to] = chance(2);
    }
  }
  return w;
}

static void add(tether_links *links, int from, int to, int bits) {
  tether_spec list[4];
  size_t count = 0;
  uint32_t index = 0;
  if (bits == NONE) return;
  for (int i = 0; i < 4; i++)
    if (bits & 1 << i) list[count++] = types[i];
  CHECK(tether_links_intern(links, list, count, &index, NULL) && tether_links_add(links, from, to, index, NULL));
}

static bool has(const tether_changes *changes, const tether_typesets *sets, const step *s) {
  for (size_t i = 0; i < changes->count; i++) {
    const tether_change *change = &changes->list[i];
    tether_specs before, after;
    before.types = tether_typesets_at(sets, change->before, &before.count);
    after.types = tether_typesets_at(sets, change->after, &after.count);
    if (change->from == s->from && change->to == s->to && bits_in(before) == s->before && bits_in(after) == s->after)
      return true;
  }
  return false;
}

static void is_planned(const plan *p, const tether_found *found, const tether_typesets *sets) {
  size_t count = 0;
  for (int stage = 0; stage < TETHER_STAGES; stage++) count += found->stages[stage].count;
  CHECK(count == p->step_count && found->blocked.count == p->blocked_count);
  for (size_t i = 0; i < p->step_count; i++) CHECK(has(&found->stages[p->steps[i].stage], sets, &p->steps[i]));
  for (size_t i = 0; i < p->blocked_count; i++) CHECK(has(&found->blocked, sets, &p->blocked[i]));
  CHECK(found->present == p->present && found->right == p->right && found->primary == p->primary);
  CHECK(found->link == p->link && found->relabel == p->relabel && found->unlink == p->unlink);
  CHECK(found->contradictions == p->contradictions);
}

static void records_become_what_the_policy_says(world *w) {
  tether_links *wanted = tether_links_new(), *current = tether_links_new(), *probes = tether_links_new();
  tether_typesets *sets = tether_typesets_new();
  tether_found found = {0};
  plan p = {.step_count = 0};
  tether_error error;
  w->policy.managed = (tether_specs){w->managed, 1};
  w->policy.kept = (tether_specs){w->kept, 1};
  w->policy.limits = &w->limit;
  for (int from = 1; from <= RECORDS; from++) {
    for (int to = 1; to <= OTHERS; to++) {
      add(wanted, from, to, w->wanted[from][to]);
      add(current, from, to, w->current[from][to]);
      add(probes, from, to, w->probed[from][to] ? 0 : NONE);
    }
    plan_record(w, from, &p);
  }
  CHECK(tether_links_compact(wanted, &error) && tether_links_compact(current, &error));
  CHECK(tether_links_compact(probes, &error));
  CHECK(tether_compare(&w->policy, sets, wanted, current, probes, &found, &error));
  is_planned(&p, &found, sets);
  tether_found_free(&found);
  tether_typesets_free(sets);
  tether_links_free(wanted);
  tether_links_free(current);
  tether_links_free(probes);
}

int main(void) {
  for (int turn = 0; turn < 5000 && !failed; turn++) {
    world w = any_world();
    records_become_what_the_policy_says(&w);
    if (failed) fprintf(stderr, "in turn %d\n", turn);
  }
  return failed != 0;
}
