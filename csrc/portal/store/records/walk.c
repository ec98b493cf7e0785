#include "portal/store/records/walk.h"

#include <stdlib.h>
#include <string.h>

#include "portal/store/records/record.h"

/* -- late reads: what was written lately is not shown yet, and what went is still there ---------------------------- */

static bool push(portal_walk *walk, portal_target target) {
  portal_target *list = realloc(walk->late, (walk->late_count + 1) * sizeof *list);
  if (!list) {
    walk->store->short_of_memory = true;
    return false;
  }
  walk->late = list;
  list[walk->late_count++] = target;
  return true;
}

static portal_target *late_target(portal_walk *walk, int64_t id) {
  for (size_t i = 0; i < walk->late_count; i++)
    if (walk->late[i].id == id) return &walk->late[i];
  return push(walk, (portal_target){.id = id}) ? &walk->late[walk->late_count - 1] : NULL;
}

static int by_id(const void *a, const void *b) {
  const portal_target *x = a, *y = b;
  return x->id < y->id ? -1 : x->id > y->id;
}

/* Shows the links as they were: what was changed since is taken back, the last change first, since a link may have come
 * and gone, or gone and come. */
static void look_back(portal_walk *walk, const portal_object *from, int64_t id, int64_t since_ms) {
  sqlite3_stmt *rows =
      tether_sql_query(walk->store->sql,
                       "SELECT to_id, type, added FROM changes WHERE from_object = ? AND to_object = ? "
                       "AND from_id = ? AND at > ? ORDER BY rowid DESC",
                       "iiii", (int64_t)from->rank, (int64_t)walk->to->rank, id, since_ms);
  while (tether_sql_next(walk->store->sql, rows)) {
    portal_target *target = late_target(walk, sqlite3_column_int64(rows, 0));
    if (!target) break;
    int64_t type = sqlite3_column_int64(rows, 1);
    uint32_t set = sqlite3_column_int(rows, 2) ? portal_sets_take(walk->store->sets, target->set, type)
                                               : portal_sets_add(walk->store->sets, target->set, type);
    if (set != PORTAL_NO_SET) target->set = set;
  }
  tether_sql_end(rows);
}

static void begin_late(portal_walk *walk, const portal_object *from, int64_t id, int64_t after, int64_t late_ms) {
  portal_target target;
  bool fine = true;
  while (fine && portal_targets_next(&walk->place, &target.id, &target.set)) fine = push(walk, target);
  look_back(walk, from, id, portal_now_ms(&walk->store->clock) - late_ms);
  if (walk->late_count) qsort(walk->late, walk->late_count, sizeof *walk->late, by_id);
  while (walk->late_at < walk->late_count && walk->late[walk->late_at].id <= after) walk->late_at++;
}

/* -- the walk ----------------------------------------------------------------------------------------------------- */

void portal_walk_begin(portal_walk *walk, portal_store *store, const portal_object *from, int64_t id,
                       const portal_object *to, int64_t after) {
  int64_t late_ms = store->switches[PORTAL_STALE_READS] * 1000;
  uint32_t way = portal_graph_way(store->graph, from->rank, to->rank, 0);
  const portal_targets *targets = portal_graph_targets(store->graph, way, id);
  *walk = (portal_walk){.store = store, .to = to, .place = portal_targets_above(targets, late_ms ? 0 : after)};
  if (late_ms) begin_late(walk, from, id, after, late_ms);
}

static bool next(portal_walk *walk, portal_target *target) {
  if (!walk->late) return portal_targets_next(&walk->place, &target->id, &target->set);
  while (walk->late_at < walk->late_count && walk->late[walk->late_at].set == 0) walk->late_at++;
  if (walk->late_at == walk->late_count) return false;
  *target = walk->late[walk->late_at++];
  return true;
}

bool portal_walk_next(portal_walk *walk, portal_target *target) {
  bool hide = walk->store->archived && PORTAL_IS(walk->store, ARCHIVED_LINKS, hide);
  while (next(walk, target))
    if (!hide || portal_record_presence(walk->store, walk->to, target->id) != PORTAL_ARCHIVED) return true;
  return false;
}

void portal_walk_end(portal_walk *walk) { free(walk->late); }
