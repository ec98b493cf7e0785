/* Arriving: the links of a batch read, read while its answer arrives, so that a large answer is never held whole.
 * Pure.
 *
 * Results that stand complete in the answer's buffer become links, and their bytes leave it. In the end the same
 * JSON text is left, with fewer results, mostly with none. Whatever else the answer says, and whatever is wrong with
 * it, is still there for tether_arriving_read. Each attempt of a request has a value of its own, which is freed with
 * its answer. So nothing remains of half an answer. */
#ifndef TETHER_ARRIVING_H
#define TETHER_ARRIVING_H
#include "core/wire/reading.h"

typedef struct tether_arriving tether_arriving;

/* Looks at an answer when `first` bytes have come, and then each time that `piece` more have: an answer below
 * `first` is left as it is, and of a larger answer not much more is held. NULL: out of memory. */
tether_arriving *tether_arriving_new(size_t first, size_t piece);
void tether_arriving_free(tether_arriving *arriving); /* NULL is fine */

/* Bytes have come to the end of the answer, which is a success. Takes from it what is complete, if it is time. */
void tether_arriving_feed(tether_arriving *arriving, tether_buffer *answer);

/* The answer has ended. Does nothing when nothing was taken from it. */
void tether_arriving_end(tether_arriving *arriving, tether_buffer *answer);

/* How many bytes were taken out of the answer; 0: it is still whole, for tether_decode_batch_read. */
size_t tether_arriving_taken(const tether_arriving *arriving); /* NULL: 0 */

/* What is held for the links that were read, in bytes. */
size_t tether_arriving_held(const tether_arriving *arriving);

/* Moves the links of an answer of which something was taken into a set, once, and says what else was read: labels,
 * cursors, `says_more`; it belongs to `arriving`, and its links are no longer there. NULL: ANSWER_MALFORMED,
 * NO_MEMORY, TOO_LARGE; the set is then as before, and the answer is of no more use. */
const tether_reading *tether_arriving_read(tether_arriving *arriving, const tether_buffer *answer, tether_links *links,
                                           tether_error *error);

#endif
