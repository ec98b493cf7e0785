#include "core/text/page_address.h"

#include <string.h>
#include <strings.h>

#include "data/types.h"

static bool is_id(tether_slice part) {
  for (size_t i = 0; i < part.length; i++)
    if (part.data[i] < '0' || part.data[i] > '9') return false;
  return part.length > 0;
}

static bool begins(tether_slice text, const char *word) {
  return text.length >= strlen(word) && strncasecmp(text.data, word, strlen(word)) == 0;
}

/* The part up to the next slash, question mark or number sign; `rest` is what follows a slash. */
static tether_slice next_part(tether_slice *rest) {
  size_t at = 0;
  while (at < rest->length && !strchr("/?#", rest->data[at])) at++;
  tether_slice part = {rest->data, at};
  bool goes_on = at < rest->length && rest->data[at] == '/';
  *rest = goes_on ? (tether_slice){rest->data + at + 1, rest->length - at - 1} : (tether_slice){NULL, 0};
  return part;
}

/* HubSpot's old page addresses name the type of a record in the singular, as in "/contact/101" (wire.md, 15). A plural
 * names a list page, and the number behind it is the account's. */
static bool names_type(tether_slice before, tether_slice part) {
  if (before.length == 6 && strncasecmp(before.data, "record", 6) == 0) return true;
  const tether_object_type *type = tether_object_type_find(part.data, part.length);
  return type && strlen(type->singular) == part.length && strncasecmp(type->singular, part.data, part.length) == 0;
}

bool tether_address_read(tether_slice text, tether_slice *type, tether_slice *id) {
  if (!begins(text, "https://") && !begins(text, "http://") && !begins(text, "app")) return false;
  tether_slice before = {"", 0}, part = {"", 0}, rest = text;
  while (rest.data) {
    tether_slice next = next_part(&rest);
    if (is_id(next) && part.length && names_type(before, part)) {
      *type = part;
      *id = next;
      return true;
    }
    before = part;
    part = next;
  }
  return false;
}
