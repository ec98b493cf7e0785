/* Filter: one condition of a search, { propertyName, operator, value, values, highValue }. */
#ifndef TETHER_PORTAL_FILTER_H
#define TETHER_PORTAL_FILTER_H
#include "portal/api/call.h"

/* Whether a filter can be understood; refused when not. */
bool portal_filter_check(portal_call *call, const json_t *filter);

/* Whether a value meets a filter that was checked; NULL: the record has none. */
bool portal_filter_holds(const json_t *filter, const char *value);

/* The order of two values: numbers by value, everything else by its letters in any case. */
int portal_filter_compare(const char *a, const char *b);
#endif
