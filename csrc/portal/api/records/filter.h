/* Filter: one condition of a search, { propertyName, operator, value, values, highValue }. */
#ifndef TETHER_PORTAL_FILTER_H
#define TETHER_PORTAL_FILTER_H
#include "portal/api/call.h"

/* Whether a filter can be understood; refused when not. Numbers and booleans in it become texts. */
bool portal_filter_check(portal_call *call, json_t *filter);

/* Whether a value meets a filter that was checked; NULL: the record has none. `exact`: the letters' case counts, as in
 * options of an enumeration. */
bool portal_filter_holds(const json_t *filter, const char *value, bool exact);

/* What the filter names, when it is one of a few values: EQ, IN. NULL: another operator. A new reference. */
json_t *portal_filter_values(const json_t *filter);

/* The object type behind "associations."; NULL: the filter is about a property. */
const char *portal_filter_linked(const portal_call *call, const json_t *filter);
#endif
