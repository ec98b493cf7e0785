#include "portal/graph/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/id.h"

enum { FIRST_ROOM = 4, FIRST_PIECES = 4 };

/* Ids and sets stand behind it: room ids, then room sets. */
typedef struct portal_piece {
  uint32_t count, room;
  int64_t ids[];
} piece;

typedef struct portal_pieces {
  size_t room;
  piece *list[]; /* none empty */
} pieces;

static uint32_t *sets_of(const piece *of) { return (uint32_t *)(of->ids + of->room); }

static piece *new_piece(uint32_t room) {
  piece *made = malloc(sizeof *made + room * (sizeof(int64_t) + sizeof(uint32_t)));
  if (made) *made = (piece){.room = room};
  return made;
}

static void copy(piece *to, const piece *from, uint32_t first, uint32_t count) {
  memcpy(to->ids, from->ids + first, count * sizeof *to->ids);
  memcpy(sets_of(to), sets_of(from) + first, count * sizeof(uint32_t));
  to->count = count;
}

static bool is_single(const portal_targets *targets) { return targets->count < 2; }

void portal_targets_free(portal_targets *targets) {
  if (!is_single(targets) && targets->shape == 1) free(targets->piece);
  if (!is_single(targets) && targets->shape > 1) {
    for (size_t i = 0; i < targets->shape; i++) free(targets->pieces->list[i]);
    free(targets->pieces);
  }
  targets->count = 0;
}

static piece *copy_of(const piece *from) {
  piece *made = new_piece(from->room);
  if (made) copy(made, from, 0, from->count);
  return made;
}

static pieces *copies_of(const pieces *from, size_t count) {
  pieces *made = malloc(sizeof *made + from->room * sizeof *made->list);
  size_t i = 0;
  if (!made) return NULL;
  made->room = from->room;
  while (i < count && (made->list[i] = copy_of(from->list[i]))) i++;
  if (i == count) return made;
  while (i > 0) free(made->list[--i]);
  free(made);
  return NULL;
}

bool portal_targets_copy(portal_targets *copied, const portal_targets *targets) {
  *copied = *targets;
  bool fine = true;
  if (is_single(targets)) return true;
  if (targets->shape == 1)
    fine = (copied->piece = copy_of(targets->piece));
  else
    fine = (copied->pieces = copies_of(targets->pieces, targets->shape));
  if (!fine) *copied = (portal_targets){.record = 0};
  return fine;
}

/* -- finding ------------------------------------------------------------------------------------------------------ */

static piece *piece_at(const portal_targets *targets, size_t i) {
  return targets->shape == 1 ? targets->piece : targets->pieces->list[i];
}

/* The place of the first id that is not below `id`. */
static uint32_t place_in(const piece *in, int64_t id) {
  if (in->count && in->ids[in->count - 1] < id) return in->count; /* new ids are often the largest */
  return (uint32_t)tether_id_place(in->ids, in->count, id);
}

/* The piece in which an id stands or would stand: the last one that begins at or below it. */
static size_t piece_of(const portal_targets *targets, int64_t id) {
  size_t low = 0, high = targets->shape;
  while (high - low > 1) {
    size_t middle = (low + high) / 2;
    if (piece_at(targets, middle)->ids[0] <= id)
      low = middle;
    else
      high = middle;
  }
  return low;
}

uint32_t portal_targets_set(const portal_targets *targets, int64_t id) {
  if (is_single(targets)) return targets->count && targets->id == id ? targets->set : 0;
  const piece *in = piece_at(targets, piece_of(targets, id));
  uint32_t at = place_in(in, id);
  return at < in->count && in->ids[at] == id ? sets_of(in)[at] : 0;
}

portal_place portal_targets_above(const portal_targets *targets, int64_t after) {
  portal_place place = {.targets = targets};
  if (!targets || after == INT64_MAX) return (portal_place){.targets = NULL};
  if (!is_single(targets)) {
    place.piece = piece_of(targets, after);
    place.at = place_in(piece_at(targets, place.piece), after + 1);
  } else if (targets->count && targets->id <= after) {
    place.at = 1;
  }
  return place;
}

bool portal_targets_next(portal_place *place, int64_t *id, uint32_t *set) {
  const portal_targets *targets = place->targets;
  if (!targets) return false;
  if (is_single(targets)) {
    if (place->at++ || targets->count == 0) return false;
    *id = targets->id;
    *set = targets->set;
    return true;
  }
  for (; place->piece < targets->shape; place->piece++, place->at = 0) {
    const piece *in = piece_at(targets, place->piece);
    if (place->at == in->count) continue;
    *id = in->ids[place->at];
    *set = sets_of(in)[place->at++];
    return true;
  }
  return false;
}

/* -- changing ----------------------------------------------------------------------------------------------------- */

static void insert_at(piece *in, uint32_t place, int64_t id, uint32_t set) {
  uint32_t *sets = sets_of(in);
  memmove(in->ids + place + 1, in->ids + place, (in->count - place) * sizeof *in->ids);
  memmove(sets + place + 1, sets + place, (in->count - place) * sizeof *sets);
  in->ids[place] = id;
  sets[place] = set;
  in->count++;
}

/* Adds a target: the first, or the second, which needs a piece. */
static bool insert_single(portal_targets *targets, int64_t id, uint32_t set) {
  piece *made = targets->count ? new_piece(FIRST_ROOM) : NULL;
  if (targets->count && !made) return false;
  if (made) {
    insert_at(made, 0, targets->id, targets->set);
    insert_at(made, targets->id < id, id, set);
    targets->piece = made;
    targets->shape = 1;
  } else {
    targets->id = id;
    targets->set = set;
  }
  targets->count++;
  return true;
}

static piece *widen(const piece *full) {
  piece *wide = new_piece(full->room * 2);
  if (wide) copy(wide, full, 0, full->count);
  return wide;
}

/* Makes room for one more pointer in the list of pieces; a single piece becomes a list of one. */
static bool make_list(portal_targets *targets) {
  pieces *old = targets->shape == 1 ? NULL : targets->pieces;
  if (old && targets->shape < old->room) return true;
  size_t room = old ? old->room * 2 : FIRST_PIECES;
  piece *only = old ? NULL : targets->piece;
  pieces *list = realloc(old, sizeof *list + room * sizeof(piece *));
  if (!list) return false;
  list->room = room;
  if (only) list->list[0] = only;
  targets->pieces = list;
  return true;
}

/* Splits a full piece in two: halves, or, when the id belongs at the very end, a full piece and an empty one. */
static bool split(portal_targets *targets, size_t at, uint32_t place) {
  bool last = at + 1 == targets->shape && place == PORTAL_PIECE;
  uint32_t kept = last ? PORTAL_PIECE : PORTAL_PIECE / 2;
  piece *behind = new_piece(PORTAL_PIECE);
  bool listed = targets->shape > 1;
  if (!behind || !make_list(targets)) {
    free(behind);
    return false;
  }
  piece *full = targets->pieces->list[at];
  copy(behind, full, kept, full->count - kept);
  full->count = kept;
  memmove(&targets->pieces->list[at + 2], &targets->pieces->list[at + 1], (targets->shape - at - 1) * sizeof(piece *));
  targets->pieces->list[at + 1] = behind;
  targets->shape = listed ? targets->shape + 1 : 2;
  return true;
}

static bool insert(portal_targets *targets, int64_t id, uint32_t set) {
  if (is_single(targets)) return insert_single(targets, id, set);
  size_t number = piece_of(targets, id);
  piece *in = piece_at(targets, number);
  uint32_t place = place_in(in, id);
  if (in->count == in->room && in->room < PORTAL_PIECE) { /* there is one piece alone */
    piece *wide = widen(in);
    if (!wide) return false;
    free(in);
    targets->piece = in = wide;
  } else if (in->count == in->room) {
    if (!split(targets, number, place)) return false;
    bool first = place <= targets->pieces->list[number]->count && place < PORTAL_PIECE;
    if (!first) place -= targets->pieces->list[number]->count;
    in = targets->pieces->list[first ? number : number + 1];
  }
  insert_at(in, place, id, set);
  targets->count++;
  return true;
}

/* Moves the last of two targets from its piece back into the value itself. */
static void become_single(portal_targets *targets) {
  piece *last = targets->piece;
  targets->id = last->ids[0];
  targets->set = sets_of(last)[0];
  free(last);
}

/* Frees an empty piece. When one piece is left, it is held without a list. */
static void drop_piece(portal_targets *targets, size_t number) {
  pieces *all = targets->pieces;
  free(all->list[number]);
  memmove(&all->list[number], &all->list[number + 1], (targets->shape - number - 1) * sizeof(piece *));
  if (--targets->shape > 1) return;
  targets->piece = all->list[0];
  free(all);
}

static void erase(portal_targets *targets, size_t number, uint32_t place) {
  piece *in = piece_at(targets, number);
  uint32_t *sets = sets_of(in);
  in->count--;
  targets->count--;
  memmove(in->ids + place, in->ids + place + 1, (in->count - place) * sizeof *in->ids);
  memmove(sets + place, sets + place + 1, (in->count - place) * sizeof *sets);
  if (in->count == 0) drop_piece(targets, number);
  if (targets->count == 1) become_single(targets);
}

bool portal_targets_put(portal_targets *targets, int64_t id, uint32_t set) {
  if (is_single(targets)) {
    if (!targets->count || targets->id != id) return set == 0 || insert(targets, id, set);
    targets->set = set;
    targets->count = set != 0;
    return true;
  }
  size_t number = piece_of(targets, id);
  piece *in = piece_at(targets, number);
  uint32_t place = place_in(in, id);
  if (place == in->count || in->ids[place] != id) return set == 0 || insert(targets, id, set);
  if (set)
    sets_of(in)[place] = set;
  else
    erase(targets, number, place);
  return true;
}
