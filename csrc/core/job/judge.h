/* Judge: compares planned changes with what is there now. Pure.
 *
 * A change of the stage of primaries is about the primary alone; any other one is about all types but the primary,
 * which stays as it is. */
#ifndef TETHER_JUDGE_H
#define TETHER_JUDGE_H
#include "core/job/compare.h"
#include "core/links/index.h"

typedef struct tether_facts {
  const tether_typesets *sets; /* the job's */
  tether_specs primary;
  tether_stage stage;
  bool was_sent; /* the changes may have been written, wholly or in part */
} tether_facts;

/* What became of a change, or must become of it. PENDING: it must be written. DONE (when it was sent) or ALREADY:
 * the link is as wished. DRIFTED: the link is neither as before nor as wished. `current` is what was read; `index`
 * finds its rows. */
tether_result tether_judge(const tether_facts *facts, const tether_change *change, const tether_links *current,
                           tether_index *index);

/* What takes a change back, from what is there now. */
typedef enum tether_undoing { TETHER_UNDO_IT, TETHER_UNDONE, TETHER_IN_CONFLICT } tether_undoing;

/* Decides it; for TETHER_UNDO_IT, `inverse` is the change from now to before. Type sets may be made. NO_MEMORY. */
bool tether_inverse(const tether_facts *facts, tether_typesets *sets, const tether_change *change,
                    const tether_links *current, tether_index *index, tether_undoing *undoing, tether_change *inverse,
                    tether_error *error);

#endif
