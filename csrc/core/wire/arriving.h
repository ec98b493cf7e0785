/* Arriving: the links of a batch read, read while its answer arrives, so that a large answer is never held whole. Pure.
 *
 * Results that stand complete in the answer's buffer become links, and their bytes leave it. What is left in the end is
 * the same JSON text with fewer results, mostly with none: what else the answer says stands there, and so does whatever
 * is wrong with it, for tether_arriving_read to find. Each attempt of a request has one of its own, which goes with its
 * answer: of half an answer nothing is left. */
#ifndef TETHER_ARRIVING_H
#define TETHER_ARRIVING_H
#include "core/wire/reading.h"

typedef struct tether_arriving tether_arriving;

/* Looks at an answer when `first` bytes have come, and then each time that `piece` more have: an answer below `first`
 * is left as it is, and of a larger one not much more is held. NULL: out of memory. */
tether_arriving *tether_arriving_new(size_t first, size_t piece);
void tether_arriving_free(tether_arriving *arriving); /* NULL is fine */

/* Bytes have come to the end of the answer, which is a success. Takes from it what is complete, if it is time. */
void tether_arriving_feed(tether_arriving *arriving, tether_buffer *answer);

/* The answer has ended. Does nothing for one of which nothing was taken. */
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
