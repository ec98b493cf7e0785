/* Form: names and values as URLs and forms write them. */
#ifndef TETHER_PORTAL_FORM_H
#define TETHER_PORTAL_FORM_H
#include <stdbool.h>
#include <stddef.h>

enum { PORTAL_FORM_MOST = 64 }; /* pairs */

typedef struct portal_form {
  char *text; /* owned; the pairs point into it */
  size_t count;
  struct {
    const char *name, *value;
  } pairs[PORTAL_FORM_MOST];
} portal_form;

/* False: a broken escape, a NUL, too many pairs, no memory. Free it in any case. */
bool portal_form_read(portal_form *form, const char *text, size_t length);
void portal_form_free(portal_form *form);

/* The first value of a name; NULL: none. */
const char *portal_form_value(const portal_form *form, const char *name);

/* Decodes %XX (and + as a blank, if asked) in place up to `end`, and ends the text. */
bool portal_percent_decode(char *text, const char *end, bool plus_is_blank);
#endif
