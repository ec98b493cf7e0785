/* The native module tether.job.native: job files, what plans them and what applies them. It stands apart from
 * tether.native, so that only programs with jobs map SQLite. */
#ifndef TETHER_BINDING_JOB_H
#define TETHER_BINDING_JOB_H
#include "binding/shared/binding.h"
#include "core/job/store.h"
#include "core/job/undo.h"

#define TETHER_JOB_TYPE "tether.native.job"
#define TETHER_BATCH_TYPE "tether.native.batch" /* a tether_batch */

tether_job *tether_check_job(lua_State *L, int arg); /* raises when it is closed */
tether_batch *tether_check_batch(lua_State *L, int arg);
tether_batch *tether_push_batch(lua_State *L); /* an empty one */

/* Reads an array of { category=, id= } at `arg` into `types` (room for TETHER_TYPES_MAX); raises an error when an
 * element is no type. */
tether_specs tether_check_types(lua_State *L, int arg, tether_spec *types);

/* Pushes { pending =, done =, … }. */
void tether_push_counts(lua_State *L, const size_t *counts);

/* Called in this order: batches, parcel and steps add methods to jobs and batches. */
tether_opener tether_open_job, tether_open_batch, tether_open_batches, tether_open_parcel, tether_open_steps,
    tether_open_planner;

#endif
