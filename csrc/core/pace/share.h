/* Share: one quota for all clients of a token, in this process and, by a small file, in others of this machine.
 *
 * The file holds a tether_quota and no secret; its name is a hash. It is locked for the few microseconds of a question,
 * read before it and written after it. It is never mapped: whoever shortened a mapped file would end this process
 * (SIGBUS). What is read is checked, and a file that is cut or garbled is written anew from what this process knows. A
 * file that can no longer be used (locked for too long, a full disk) is given up: this process then goes on alone, and
 * says why. Any thread may use a share; one at a time has it locked. */
#ifndef TETHER_SHARE_H
#define TETHER_SHARE_H
#include "core/pace/quota.h"

typedef struct tether_share tether_share;

/* A number that stands for a secret: the same text, the same number, in every process. */
uint64_t tether_share_key(const char *url, const char *secret);

/* `folder` NULL: this process alone. A folder is made when it is missing, and must be ours alone (mode 0700).
 * NULL: FILE_FAILED, NO_MEMORY. */
tether_share *tether_share_open(const char *folder, uint64_t key, tether_error *error);

void tether_share_close(tether_share *share); /* NULL is fine */

/* The quota, until unlock; NULL: somebody else has had it locked for too long. */
tether_quota *tether_share_lock(tether_share *share);
void tether_share_unlock(tether_share *share); /* writes the quota to the file, for the others */

/* Whether a share that has a folder now serves this process alone, and why: at most `capacity` bytes, terminated.
 * The share must not be locked. */
bool tether_share_problem(tether_share *share, char *why, size_t capacity);

/* Ends the slots of processes that are gone. Of a locked share. */
void tether_share_bury_dead(tether_share *share, int64_t now_ms);

#endif
