/* Value: the texts that properties hold, as search and indexes see them. */
#ifndef TETHER_PORTAL_VALUE_H
#define TETHER_PORTAL_VALUE_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The order of two values: numbers by value, dates by time, everything else by its letters in any case. A date is an
 * ISO time or a day alone, which is its midnight in UTC; beside one, digits are milliseconds since 1970 (csrc/data/
 * wire.md, 3.6). */
int portal_value_compare(const char *a, const char *b);

/* What equal values have in common, in at most PORTAL_VALUE_KEY bytes with the terminator: values with different keys
 * are different, values with one key may still be. */
enum { PORTAL_VALUE_KEY = 64 };
void portal_value_key(const char *value, char out[PORTAL_VALUE_KEY]);

/* Letters in lower case; cut to `size`. */
void portal_value_fold(const char *value, char *out, size_t size);

/* Takes the next part of a list such as "a;b" from *rest into `out`; false: there is none. */
bool portal_value_part(const char **rest, char *out, size_t size);

/* Whether a property holds several values, separated by semicolons: further addresses, ids of merged records. */
bool portal_value_is_list(const char *property);
#endif
