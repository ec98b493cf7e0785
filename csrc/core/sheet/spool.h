/* Spool: bytes that are added at the end and read at any place: in memory while they are few, then in a file without a
 * name, of which some pages stay in memory. One thread at a time. */
#ifndef TETHER_SHEET_SPOOL_H
#define TETHER_SHEET_SPOOL_H
#include "base/buffer.h"

enum { TETHER_SPOOL_MEMORY = 512 << 10 }; /* more bytes than these go to a file */

typedef struct tether_spool tether_spool;

tether_spool *tether_spool_new(tether_error *error); /* NULL: NO_MEMORY */
void tether_spool_free(tether_spool *spool);         /* NULL is fine */

int64_t tether_spool_length(const tether_spool *spool);

/* NO_MEMORY; FILE_FAILED: the folder for temporary files is full, or may not be written. */
bool tether_spool_add(tether_spool *spool, const void *data, size_t length, tether_error *error);

/* Copies `length` bytes from `offset` on, which must be there. FILE_FAILED. */
bool tether_spool_read(tether_spool *spool, int64_t offset, void *out, size_t length, tether_error *error);

#endif
