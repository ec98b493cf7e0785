/* Gunzip: what a gzip file has in it (zlib), in pieces that the caller asks for. Every member's checksum and length are
 * compared. Pure; one thread at a time. */
#ifndef TETHER_SHEET_GUNZIP_H
#define TETHER_SHEET_GUNZIP_H
#include "base/buffer.h"

typedef struct tether_gunzip tether_gunzip;

tether_gunzip *tether_gunzip_new(tether_error *error); /* NULL: NO_MEMORY */
void tether_gunzip_free(tether_gunzip *gunzip);        /* NULL is fine */

/* Unpacks bytes of the file, and takes those that are read off the front of `*bytes`. `*length`: how many of `size`
 * bytes at `out` were written; 0 means that more bytes are needed. FILE_BROKEN names the place in the unpacked text. */
bool tether_gunzip_read(tether_gunzip *gunzip, tether_slice *bytes, char *out, size_t size, size_t *length,
                        tether_error *error);

/* The file ends here. FILE_BROKEN: in the middle of a member. */
bool tether_gunzip_finish(const tether_gunzip *gunzip, tether_error *error);

#endif
