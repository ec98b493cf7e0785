/* Targets: what one record is tied to in one way: ids in order, each with the number of its set of types.
 *
 * One target stands in the value itself, up to PORTAL_PIECE of them in one piece, more in several. So a record with one
 * target costs nothing more, and a change of one with many moves a piece at most. */
#ifndef TETHER_PORTAL_TARGETS_H
#define TETHER_PORTAL_TARGETS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PORTAL_PIECE = 256 }; /* targets: 3 KB, which a change moves at the most */

struct portal_piece;
struct portal_pieces;

typedef struct portal_targets {
  int64_t record; /* whose targets they are; 0: nobody's */
  union {
    int64_t id; /* of the only target */
    struct portal_piece *piece;
    struct portal_pieces *pieces;
  };
  uint32_t count;
  union {
    uint32_t set;   /* of the only target */
    uint32_t shape; /* of several: how many pieces */
  };
  uint32_t way;  /* in what respect they are targets: the number of a way, see ways.h */
  uint32_t rank; /* where the record stands in the order of its way, see degrees.h */
} portal_targets;

void portal_targets_free(portal_targets *targets); /* leaves it empty */

/* Makes a copy with memory of its own. False: no memory, and the copy is empty. */
bool portal_targets_copy(portal_targets *copy, const portal_targets *targets);

/* The set of a target; 0: it is none. */
uint32_t portal_targets_set(const portal_targets *targets, int64_t id);

/* Gives a target a set. Set 0 removes the target, which needs no memory. False: no memory, and nothing is changed. */
bool portal_targets_put(portal_targets *targets, int64_t id, uint32_t set);

/* Walks from the first target above `after`: false behind the last one. Nothing may change meanwhile. */
typedef struct portal_place {
  const portal_targets *targets;
  size_t piece, at;
} portal_place;

portal_place portal_targets_above(const portal_targets *targets, int64_t after); /* `targets` NULL: none */
bool portal_targets_next(portal_place *place, int64_t *id, uint32_t *set);
#endif
