/* Share: one quota for all clients of a token, in this process and, by a small file, in others of this machine.
 *
 * The file holds a tether_quota and no secret; its name is a hash. Who opens it maps it, and locks it for the few
 * microseconds of a question. Any thread may use a share; one at a time has it locked. */
#ifndef TETHER_SHARE_H
#define TETHER_SHARE_H
#include "core/session/quota.h"

typedef struct tether_share tether_share;

/* A number that stands for a secret: the same text, the same number, in every process. */
uint64_t tether_share_key(const char *url, const char *secret);

/* `folder` NULL: this process alone. A folder is made when it is missing, and must be ours alone (mode 0700).
 * NULL: FILE_FAILED, NO_MEMORY. */
tether_share *tether_share_open(const char *folder, uint64_t key, tether_error *error);
/* NULL: this process alone. Borrowed. */
const char *tether_share_folder(const tether_share *share);

void tether_share_close(tether_share *share); /* NULL is fine */

/* The quota, until unlock; NULL: somebody else has had it locked for too long. */
tether_quota *tether_share_lock(tether_share *share);
void tether_share_unlock(tether_share *share);

/* Ends the slots of processes that are gone. Of a locked share. */
void tether_share_bury_dead(tether_share *share, int64_t now_ms);

#endif
