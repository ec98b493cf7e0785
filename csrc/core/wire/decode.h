/* Decode: the bytes of an answer straight to what it says. Pure: no socket, no tree in between; ids stay exact.
 *
 * Unknown fields are passed over, since HubSpot adds fields without notice (wire.md, 1). */
#ifndef TETHER_DECODE_H
#define TETHER_DECODE_H
#include "core/links/report.h"
#include "data/types.h"

/* The object types of the pair that was asked for: a context such as "CONTACT=5" then names a side. NULL: unknown. */
typedef struct tether_sides {
  const tether_object_type *from, *to;
} tether_sides;

/* Reads a batch answer or an error body into a cleared report: the pairs that `results` name (in the shape of
 * LabelsBetweenObjectPair or of PublicDefaultAssociation), one complaint for each of `errors`, and one for the body
 * itself when it is an error, an unfinished batch, or counts more errors than it names.
 * `status` is the HTTP status, which decides the code of a complaint that has no category.
 * An HTML page or an empty body becomes one complaint. ANSWER_MALFORMED only for a 2xx that is not JSON. */
bool tether_decode_answer(const char *data, size_t length, long status, tether_sides sides, tether_report *report,
                          tether_error *error);

/* The code that a status with these words stands for (wire: errors). Any of the words may be "". */
tether_code tether_problem_code(long status, const char *category, const char *sub_category, const char *policy,
                                const char *message);

#endif
