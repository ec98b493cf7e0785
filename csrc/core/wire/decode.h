/* Decode: the bytes of an answer straight to what it says. Pure: no socket, no tree in between; ids stay exact.
 *
 * Unknown fields are passed over, since HubSpot adds fields without notice (wire.md, 1). */
#ifndef TETHER_DECODE_H
#define TETHER_DECODE_H
#include "core/links/report.h"
#include "data/types.h"

/* The object types of the pair that was asked for: a context such as "CONTACT=5" then names a side. NULL: unknown.
 * The type ids, such as "0-1" or "2-123", are what a result must have where it names object types; "": any. Borrowed.
 */
typedef struct tether_sides {
  const tether_object_type *from, *to;
  const char *from_id, *to_id; /* NULL: any */
} tether_sides;

/* What was asked: the sides, and the body as it was sent, borrowed; data NULL: not known. */
typedef struct tether_asked {
  tether_sides sides;
  tether_slice body;
} tether_asked;

/* Reads an answer to a write, or an error body, into a cleared report: the pairs that `results` name (in the shape of
 * LabelsBetweenObjectPair or of PublicDefaultAssociation) or that the body itself names (LabelsBetweenObjectPair, or a
 * record with its associations), one complaint for each of `errors`, and one for the body itself when it is an error,
 * an unfinished batch, or has more errors than can be read.
 * Pairs that the answer names in the order of the body are counted, and not listed (report.h).
 * `status` is the HTTP status, which decides the code of a complaint that has no category.
 * An HTML page or an empty body becomes one complaint. ANSWER_MALFORMED only for a 2xx that is not JSON. */
bool tether_decode_answer(const char *data, size_t length, long status, tether_asked asked, tether_report *report,
                          tether_error *error);

/* What a failure speaks of. Only a failure about rows is a verdict on them. When the account or the transport
 * refuses, nobody has looked at the rows. An answer that cannot be read, or confirms nothing, leaves a write in
 * doubt. */
typedef enum tether_about {
  TETHER_ABOUT_ROWS, /* of what was asked for, or of what the caller has passed */
  TETHER_ABOUT_ACCOUNT,
  TETHER_ABOUT_TRANSPORT,
  TETHER_ABOUT_ANSWER
} tether_about;
tether_about tether_problem_about(tether_code code);

/* The code that a status with these words stands for (wire.md, 11.2). Any of the words may be "". */
tether_code tether_problem_code(long status, const char *category, const char *sub_category, const char *policy,
                                const char *message);

#endif
