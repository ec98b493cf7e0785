/* Pack: links as few bytes, and back. README.md says how. Pure. */
#ifndef TETHER_PACK_LINKS_H
#define TETHER_PACK_LINKS_H
#include "base/buffer.h"
#include "core/links/links.h"

/* Appends a number as a varint; reads one and moves `at` behind it. False: the bytes end, or it has more than 64 bits.
 */
bool tether_varint_add(tether_buffer *bytes, uint64_t number, tether_error *error);
bool tether_varint_read(tether_slice bytes, size_t *at, uint64_t *number); /* the second one */

/* Appends rows first … first + count - 1 of a compact set; `types` has the number in the file of each type set.
 * NO_MEMORY, TOO_LARGE. */
bool tether_links_pack(const tether_links *links, size_t first, size_t count, const uint32_t *types,
                       tether_buffer *bytes, tether_error *error);

/* Adds such rows to a set, whose type sets have the numbers of the file. They must be greater than `last`, which
 * becomes the last of them. FILE_BROKEN, NO_MEMORY: some rows may be added. */
bool tether_links_unpack(tether_slice bytes, tether_links *links, tether_link *last, tether_error *error);

#endif
