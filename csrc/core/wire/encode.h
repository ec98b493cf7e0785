/* Encode: rows of a links set straight to the bytes of a batch body. Pure: no socket, no tree in between.
 *
 * The body is appended to `out`. Ids go as strings: every version takes them (wire.md, 1.1). */
#ifndef TETHER_ENCODE_H
#define TETHER_ENCODE_H
#include "base/buffer.h"
#include "core/links/links.h"
#include "core/links/rows.h"

/* {"inputs":[{"from":{"id":"101"},"to":{"id":"9001"},"types":[{"associationCategory":…,"associationTypeId":…}]}]}, the
 * body of batch/create and of batch/labels/archive; the rows must exist.
 * TYPES_EMPTY names the first row without a type: both operations need them. On failure `out` is as before. */
bool tether_encode_typed(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error);

/* The same without types: the body of batch/associate/default. */
bool tether_encode_pairs(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error);

/* {"inputs":[{"id":"101"},…]} of the rows' from side, the body of batch/read. */
bool tether_encode_ids(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error);

/* {"inputs":[{"from":{"id":"101"},"to":[{"id":"9001"},…]}]}, the body of batch/archive: neighbouring rows of the same
 * from share one input. */
bool tether_encode_archive(const tether_links *links, tether_rows rows, tether_buffer *out, tether_error *error);

/* How many of the rows go into one such body: those of at most so many inputs, one for each run of rows with the same
 * from id. At least one, when there are any. */
size_t tether_encode_archive_fit(const tether_links *links, tether_rows rows, size_t inputs);
#endif
