/* Parcel: a batch as bytes that leave the job file, for a worker on another machine, and come back with what became
 * of its rows. The bytes are those of the file, so no row is converted on the way. */
#ifndef TETHER_PARCEL_H
#define TETHER_PARCEL_H
#include "core/job/store.h"

/* Zeroed: empty. It owns what it holds. */
typedef struct tether_parcel {
  tether_batch_facts facts;
  int64_t digest;                 /* of `changes`, as it stands in the file */
  tether_buffer changes, results; /* packed as README.md says */
} tether_parcel;

void tether_parcel_free(tether_parcel *parcel); /* may be filled again */

/* Fills a parcel with a batch as it stands in the file. JOB_FILE: there is no such batch; FILE_FAILED, NO_MEMORY. */
bool tether_parcel_pack(tether_job *job, int64_t id, tether_parcel *parcel, tether_error *error);

/* Makes what a parcel holds the only batch of a job in a temporary file, and forgets its notes. `changes` and
 * `results` are borrowed; whether they are whole is checked only when the batch is loaded. FILE_FAILED. */
bool tether_parcel_unpack(tether_job *job, const tether_batch_facts *facts, int64_t digest, tether_slice changes,
                          tether_slice results, tether_error *error);

#endif
