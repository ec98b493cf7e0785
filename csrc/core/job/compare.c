#include "core/job/compare.h"

#include <stdlib.h>

bool tether_specs_hold(tether_specs specs, tether_spec type) {
  for (size_t i = 0; i < specs.count; i++)
    if (specs.types[i].id == type.id && specs.types[i].category == type.category) return true;
  return false;
}

void tether_found_free(tether_found *found) {
  for (int stage = 0; stage < TETHER_STAGES; stage++) tether_changes_free(&found->stages[stage]);
  tether_changes_free(&found->blocked);
  *found = (tether_found){0};
}

/* -- types of a pair, before and after ----------------------------------------------------------------------------- */

enum {
  MEMO = 256, /* transitions that are remembered, each at the hash of its two type sets */
  NOWHERE = 0 /* the type set of no link */
};
#define NONE UINT32_MAX /* no row */

/* What two type sets make of a pair. The last result is remembered, because rows with the same types come in runs. */
typedef struct {
  uint32_t wanted, current; /* of the links sets; NONE: no row */
  uint32_t before, after;   /* of the job */
  bool is_primary, is_wanted_primary, is_known;
} transition;

typedef struct {
  const tether_policy *policy;
  tether_typesets *sets;
  const tether_links *wanted, *current, *probes;
  tether_view w, c, p;
  tether_found *found;
  tether_error *error;
  tether_changes record; /* of the record under work */
  transition memo[MEMO];
} work;

typedef struct {
  tether_spec types[3 * TETHER_TYPES_MAX];
  size_t count;
} types;

static void add_type(types *all, tether_spec type) {
  if (!tether_specs_hold((tether_specs){all->types, all->count}, type)) all->types[all->count++] = type;
}

static tether_specs set_of(const tether_links *links, uint32_t index) {
  tether_specs specs = {NULL, 0};
  if (index != NONE) specs.types = tether_typesets_at(tether_links_sets(links), index, &specs.count);
  return specs;
}

static bool any_primary(const work *k, tether_specs specs) {
  for (size_t i = 0; i < specs.count; i++)
    if (tether_specs_hold(k->policy->primary, specs.types[i])) return true;
  return false;
}

/* Whether a type that a link has now stays when other types are wanted for the link. */
static bool stays(const tether_policy *policy, tether_spec type, bool is_wanted) {
  if (tether_specs_hold(policy->primary, type) || tether_specs_hold(policy->plain, type)) return true;
  if (policy->labels == TETHER_MANAGED) return !tether_specs_hold(policy->managed, type);
  if (!is_wanted || policy->labels == TETHER_AT_LEAST) return true;
  return tether_specs_hold(policy->kept, type);
}

/* The types after: what is there and stays, and what is wanted. The primary stays as it is here. */
static void after_types(const work *k, tether_specs wanted, tether_specs current, bool is_wanted, types *after) {
  after->count = 0;
  for (size_t i = 0; i < current.count; i++)
    if (stays(k->policy, current.types[i], is_wanted)) add_type(after, current.types[i]);
  for (size_t i = 0; i < wanted.count; i++)
    if (!tether_specs_hold(k->policy->primary, wanted.types[i])) add_type(after, wanted.types[i]);
  for (size_t i = 0; i < k->policy->plain.count && current.count == 0; i++) add_type(after, k->policy->plain.types[i]);
}

static bool intern(const work *k, tether_specs specs, uint32_t *index) {
  return tether_typesets_intern(k->sets, specs.types, specs.count, index, k->error);
}

/* Prunes a link that is not wanted. The link goes; where only some labels are managed, only these go. */
static bool makes_pruned(const work *k, tether_specs current, transition *t) {
  t->after = NOWHERE;
  if (k->policy->labels != TETHER_MANAGED) return true;
  types after;
  after_types(k, (tether_specs){0}, current, false, &after);
  return intern(k, (tether_specs){after.types, after.count}, &t->after);
}

static bool make(const work *k, transition *t) {
  tether_specs wanted = set_of(k->wanted, t->wanted), current = set_of(k->current, t->current);
  t->is_primary = any_primary(k, current);
  t->is_wanted_primary = any_primary(k, wanted);
  t->before = NOWHERE;
  if (t->current != NONE && !intern(k, current, &t->before)) return false;
  if (t->wanted == NONE) return makes_pruned(k, current, t);
  types after;
  after_types(k, wanted, current, true, &after);
  return intern(k, (tether_specs){after.types, after.count}, &t->after);
}

static const transition *transition_of(work *k, uint32_t wanted, uint32_t current) {
  transition *t = &k->memo[(wanted * 31 + current) % MEMO];
  if (t->is_known && t->wanted == wanted && t->current == current) return t;
  *t = (transition){.wanted = wanted, .current = current};
  t->is_known = make(k, t);
  return t->is_known ? t : NULL;
}

/* -- one record ---------------------------------------------------------------------------------------------------- */

typedef struct {
  size_t w, w_end, c, c_end, p; /* its rows */
  int64_t from, primary;        /* its wanted primary; 0: none */
} record;

static bool holds_type(const work *k, uint32_t set, tether_spec type) {
  tether_specs specs;
  specs.types = tether_typesets_at(k->sets, set, &specs.count);
  return tether_specs_hold(specs, type);
}

static void count_change(tether_found *found, const tether_change *change, size_t step) {
  if (change->before == NOWHERE)
    found->link += step;
  else if (change->after == NOWHERE)
    found->unlink += step;
  else
    found->relabel += step;
}

/* Moves the change at a place from the record to the blocked ones: a limit forbids it. */
static bool block(work *k, size_t at) {
  tether_change *list = k->record.list;
  if (!tether_changes_add(&k->found->blocked, list[at], k->error)) return false;
  count_change(k->found, &list[at], (size_t)-1);
  memmove(&list[at], &list[at + 1], (k->record.count - at - 1) * sizeof *list);
  k->record.count--;
  return true;
}

/* Blocks changes beyond a limit. `is_late` tells whether removals must make room first. */
static bool keep_limit(work *k, const record *r, const tether_limit *limit, bool *is_late) {
  int64_t held = 0, gained = 0, lost = 0;
  for (size_t i = r->c; i < r->c_end; i++) held += tether_specs_hold(set_of(k->current, k->c.types[i]), limit->type);
  for (size_t i = 0; i < k->record.count; i++) {
    bool before = holds_type(k, k->record.list[i].before, limit->type);
    bool after = holds_type(k, k->record.list[i].after, limit->type);
    gained += after && !before;
    lost += before && !after;
  }
  *is_late = *is_late || (gained > 0 && held + gained > limit->most);
  for (size_t i = k->record.count; i-- > 0 && gained > 0 && held - lost + gained > limit->most;) {
    if (!holds_type(k, k->record.list[i].after, limit->type) || holds_type(k, k->record.list[i].before, limit->type))
      continue;
    if (!block(k, i)) return false;
    gained--;
  }
  return true;
}

static tether_stage stage_of(const work *k, const tether_change *change, bool is_late) {
  if (change->after == NOWHERE) return TETHER_STAGE_UNLINK;
  if (change->before == NOWHERE) return is_late ? TETHER_STAGE_LATE : TETHER_STAGE_LINK;
  if (!is_late) return TETHER_STAGE_RELABEL;
  for (size_t i = 0; i < k->policy->limit_count; i++) { /* links that only lose labels make the room */
    tether_spec type = k->policy->limits[i].type;
    if (holds_type(k, change->after, type) && !holds_type(k, change->before, type)) return TETHER_STAGE_LATE;
  }
  return TETHER_STAGE_RELABEL;
}

/* The record has its changes: they go to their stages. */
static bool finish_record(work *k, const record *r) {
  bool is_late = false;
  for (size_t i = 0; i < k->policy->limit_count; i++)
    if (!keep_limit(k, r, &k->policy->limits[i], &is_late)) return false;
  for (size_t i = 0; i < k->record.count; i++) {
    const tether_change *change = &k->record.list[i];
    if (!tether_changes_add(&k->found->stages[stage_of(k, change, is_late)], *change, k->error)) return false;
  }
  return true;
}

static bool is_blocked(const work *k, const record *r, int64_t to) {
  const tether_changes *blocked = &k->found->blocked;
  for (size_t i = blocked->count; i-- > 0 && blocked->list[i].from == r->from;)
    if (blocked->list[i].to == to) return true;
  return false;
}

/* What becomes of the primary at one link: the link gets it; another link gets it instead; no link has it any more. */
typedef enum primary_fate { GAINED, HANDED_ON, LOST } primary_fate;

/* Adds the change of one link's primary: `set` is what the link has by then. A primary that moves counts once. */
static bool add_primary(work *k, int64_t from, int64_t to, uint32_t set, primary_fate fate) {
  types before = {.count = 0}, after = {.count = 0};
  tether_specs now;
  now.types = tether_typesets_at(k->sets, set, &now.count);
  for (size_t i = 0; i < now.count; i++) {
    if (!tether_specs_hold(k->policy->primary, now.types[i])) add_type(&after, now.types[i]);
  }
  before = after;
  tether_change change = {.from = from, .to = to};
  for (size_t i = 0; i < k->policy->primary.count; i++)
    add_type(fate == GAINED ? &after : &before, k->policy->primary.types[i]);
  k->found->primary += fate != HANDED_ON;
  return intern(k, (tether_specs){before.types, before.count}, &change.before) &&
         intern(k, (tether_specs){after.types, after.count}, &change.after) &&
         tether_changes_add(&k->found->stages[TETHER_STAGE_PRIMARY], change, k->error);
}

/* The types of the link that shall be the primary, once the earlier stages are done; NOWHERE: it is the primary
 * already. */
static bool gain_primary(work *k, const record *r) {
  for (size_t w = r->w, c = r->c; w < r->w_end; w++) {
    if (k->w.to[w] != r->primary) continue;
    while (c < r->c_end && k->c.to[c] < r->primary) c++;
    bool is_there = c < r->c_end && k->c.to[c] == r->primary;
    const transition *t = transition_of(k, k->w.types[w], is_there ? k->c.types[c] : NONE);
    if (!t) return false;
    if (t->is_primary) return true;
    return add_primary(k, r->from, r->primary, t->after, GAINED);
  }
  return true;
}

/* The primary of a record moves, or goes: it goes from every other link that stays. */
static bool lose_primaries(work *k, const record *r) {
  for (size_t c = r->c, w = r->w; c < r->c_end; c++) {
    if (k->c.to[c] == r->primary || !any_primary(k, set_of(k->current, k->c.types[c]))) continue;
    while (w < r->w_end && k->w.to[w] < k->c.to[c]) w++;
    bool is_wanted = w < r->w_end && k->w.to[w] == k->c.to[c];
    bool goes = false;
    for (size_t i = 0; i < k->record.count; i++)
      goes = goes || (k->record.list[i].to == k->c.to[c] && k->record.list[i].after == NOWHERE);
    const transition *t = goes ? NULL : transition_of(k, is_wanted ? k->w.types[w] : NONE, k->c.types[c]);
    if (goes) continue;
    uint32_t set = t ? (is_wanted ? t->after : t->before) : NOWHERE;
    if (!t || !add_primary(k, r->from, k->c.to[c], set, r->primary != 0 ? HANDED_ON : LOST)) return false;
  }
  return true;
}

static bool add_change(work *k, int64_t from, int64_t to, const transition *t) {
  if (!t) return false;
  tether_change change = {from, to, t->before, t->after};
  if (t->before == t->after) return k->found->right += t->wanted != NONE, true;
  count_change(k->found, &change, 1);
  return tether_changes_add(&k->record, change, k->error);
}

static bool may_prune(work *k, record *r, int64_t to) {
  if (k->policy->is_one_type && r->from > to) return false; /* it is seen from its other end */
  if (k->policy->prune != TETHER_PRUNE_PROBED) return k->policy->prune == TETHER_PRUNE_RECORDS;
  while (r->p < k->p.count && (k->p.from[r->p] < r->from || (k->p.from[r->p] == r->from && k->p.to[r->p] < to))) r->p++;
  return r->p < k->p.count && k->p.from[r->p] == r->from && k->p.to[r->p] == to;
}

static bool take_wanted(work *k, record *r, size_t w, uint32_t current) {
  const transition *t = transition_of(k, k->w.types[w], current);
  if (t && t->is_wanted_primary) {
    if (r->primary && k->found->contradictions++ == 0) k->found->contradicting = r->from;
    r->primary = k->w.to[w];
  }
  k->found->present += current != NONE;
  return add_change(k, r->from, k->w.to[w], t);
}

static bool take_present(work *k, record *r, size_t c) {
  if (!may_prune(k, r, k->c.to[c])) return true;
  k->found->present++;
  return add_change(k, r->from, k->c.to[c], transition_of(k, NONE, k->c.types[c]));
}

static bool compare_record(work *k, record *r) {
  size_t w = r->w, c = r->c;
  k->record.count = 0;
  r->primary = 0;
  while (w < r->w_end || c < r->c_end) {
    int64_t left = w < r->w_end ? k->w.to[w] : INT64_MAX, right = c < r->c_end ? k->c.to[c] : INT64_MAX;
    bool fine = left <= right ? take_wanted(k, r, w, left == right ? k->c.types[c] : NONE) : take_present(k, r, c);
    if (!fine) return false;
    w += left <= right;
    c += right <= left;
  }
  if (k->record.count && !finish_record(k, r)) return false;
  bool drops = k->policy->drops_primary && r->w_end > r->w;
  if (!k->policy->moves_primary || !(r->primary || drops)) return true;
  if (r->primary && is_blocked(k, r, r->primary)) return true; /* the old primary stays, rather than none */
  return (!r->primary || gain_primary(k, r)) && lose_primaries(k, r);
}

bool tether_compare(const tether_policy *policy, tether_typesets *sets, const tether_links *wanted,
                    const tether_links *current, const tether_links *probes, tether_found *found, tether_error *error) {
  work *k = calloc(1, sizeof *k);
  if (!k) return tether_fail(error, TETHER_NO_MEMORY, "no memory to compare links");
  *k = (work){policy, sets, wanted, current, probes, .found = found, .error = error};
  k->w = tether_links_view(wanted), k->c = tether_links_view(current), k->p = tether_links_view(probes);
  record r = {0};
  bool fine = true;
  while (fine && (r.w < k->w.count || r.c < k->c.count)) {
    int64_t w = r.w < k->w.count ? k->w.from[r.w] : INT64_MAX, c = r.c < k->c.count ? k->c.from[r.c] : INT64_MAX;
    r.from = w < c ? w : c;
    for (r.w_end = r.w; r.w_end < k->w.count && k->w.from[r.w_end] == r.from;) r.w_end++;
    for (r.c_end = r.c; r.c_end < k->c.count && k->c.from[r.c_end] == r.from;) r.c_end++;
    fine = compare_record(k, &r);
    r.w = r.w_end, r.c = r.c_end;
  }
  tether_changes_free(&k->record);
  free(k);
  return fine;
}
