/* Title: what people know a record by, of its properties. */
#ifndef TETHER_PORTAL_TITLE_H
#define TETHER_PORTAL_TITLE_H
#include "portal/api/call.h"

/* { type, id, title, detail }: a name, and what tells it from others of that name; both cut to a line, "" where there
 * is none. `properties` NULL: not known. NULL: no memory. */
json_t *portal_titled(const portal_object *object, int64_t id, const json_t *properties);

/* An id as JSON; a name by which paths know an object type: "contacts", "2-33"; what people read: "Contacts". */
json_t *portal_page_id(int64_t id);
const char *portal_page_name(const portal_object *object);
json_t *portal_page_words(const portal_object *object);
#endif
