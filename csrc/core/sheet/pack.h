/* Pack: the entries of a ZIP file (libarchive), found by its central directory, so that what a streaming writer left
 * out of the entries' own headers is not missed.
 *
 * One entry is open at a time, and is unpacked in the pieces that the caller asks for: memory does not depend on what a
 * file unpacks to. One thread at a time. */
#ifndef TETHER_SHEET_PACK_H
#define TETHER_SHEET_PACK_H
#include "core/sheet/bytes.h"

typedef struct tether_pack tether_pack;

enum { TETHER_PACK_ENTRIES = 10000 }; /* of one file */

/* Reads the list of entries. The descriptor must allow pread; it is borrowed, and ends after the pack. NULL:
 * FILE_BROKEN, NO_MEMORY. */
tether_pack *tether_pack_open(int fd, tether_error *error);
void tether_pack_free(tether_pack *pack); /* NULL is fine */

size_t tether_pack_count(const tether_pack *pack);
const char *tether_pack_name(const tether_pack *pack, size_t i); /* UTF-8, with folders; never NULL */
bool tether_pack_find(const tether_pack *pack, const char *name, size_t *i);

/* Begins to read an entry; the one before is over. FILE_BROKEN: it is encrypted, or damaged. */
bool tether_pack_enter(tether_pack *pack, size_t i, tether_error *error);

/* The bytes of the entry that `enter` began. Its checksum is compared at the end. Lives as long as the pack. */
tether_bytes tether_pack_bytes(tether_pack *pack);

#endif
