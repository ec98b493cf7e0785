/* Record ids: positive 64-bit integers, written in decimal. They never pass through a double. */
#ifndef TETHER_ID_H
#define TETHER_ID_H
#include "base/error.h"

enum { TETHER_ID_DIGITS = 19 }; /* of 9223372036854775807 */

/* Reads decimal digits; false unless they are a number of 1..2^63-1 without sign, blank or leading zero. */
bool tether_id_parse(const char *text, size_t length, int64_t *id);

/* Reads the digits that stand first in the text, at most TETHER_ID_DIGITS; returns how many there are; 0: they are
 * no id. Anything may follow, even a digit. */
size_t tether_id_scan(const char *text, size_t length, int64_t *id);

/* Writes the digits of `id` (> 0) without a terminator; returns how many. `out` has room for TETHER_ID_DIGITS bytes,
 * and all of them may be written. */
size_t tether_id_format(int64_t id, char *out);

/* The place of the first of these ascending ids that is not below `id`; `count`: all are below it. */
size_t tether_id_place(const int64_t *ids, size_t count, int64_t id);

#endif
