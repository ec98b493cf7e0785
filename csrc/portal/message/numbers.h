/* Numbers: JSON whose property values keep the digits that they were written with: 19.99, 1e15. */
#ifndef TETHER_PORTAL_NUMBERS_H
#define TETHER_PORTAL_NUMBERS_H
#include <jansson.h>

/* Reads JSON. A number that is a value of an object called "properties" becomes the text that stands there. The result
 * is the caller's; NULL: no JSON, and `error` says where. */
json_t *portal_numbers_read(const char *text, size_t length, json_error_t *error);
#endif
