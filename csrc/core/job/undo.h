/* Undo: finds the changes that take a batch back, from what is there now, as changes of another job. */
#ifndef TETHER_UNDO_H
#define TETHER_UNDO_H
#include "core/job/batch.h"

typedef struct tether_undo {
  tether_found *found;      /* gets the changes that take back; counts them; `right`: taken back already */
  tether_changes conflicts; /* changed by somebody else since, and left alone */
  bool links_late;          /* links come back under a limit, after the changes that make room for them */
} tether_undo;

/* Adds what takes back the changes of a batch that the job made, or may have made. `from` are the type sets of the job
 * that is taken back, `to` those of the new one, which get what is new. NO_MEMORY. */
bool tether_batch_undo(const tether_batch *batch, const tether_typesets *from, tether_typesets *to,
                       tether_specs primary, const tether_links *current, tether_undo *undo, tether_error *error);

#endif
