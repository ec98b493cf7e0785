/* Steps: changes of a job that are no links: records and definitions. The facts of a step, a JSON text that this
 * room does not read, say what it does. This room keeps how far it is.
 *
 * A job without steps has no table for them, and is read by earlier versions. One thread; errors as in store.h. */
#ifndef TETHER_STEPS_H
#define TETHER_STEPS_H
#include "core/job/store.h"

/* Numbers stand in files. A step that is still SENT when a job is opened was cut off. */
typedef enum tether_step_state {
  TETHER_STEP_PENDING,
  TETHER_STEP_SENT, /* committed before the first byte of its request goes out */
  TETHER_STEP_DONE,
  TETHER_STEP_ALREADY,
  TETHER_STEP_DRIFTED,
  TETHER_STEP_REJECTED,
  TETHER_STEP_UNKNOWN,
  TETHER_STEP_STATES
} tether_step_state;

/* Adds a step, pending; `phase` 1: before the links are written, 2: after. */
bool tether_job_step(tether_job *job, int64_t phase, const char *facts, tether_error *error);

/* Moves a step, with what came of it: the id that a record got, or why not. BAD_ARGUMENT: no such step. */
bool tether_job_step_move(tether_job *job, int64_t id, tether_step_state state, const char *result,
                          tether_error *error);

#endif
