/* Cursor: where a page of links ended, as opaque text: the URL-encoded base64 of "0-2-7502" (wire.md, 4.8). */
#ifndef TETHER_PORTAL_CURSOR_H
#define TETHER_PORTAL_CURSOR_H
#include "base/error.h"

enum { PORTAL_CURSOR = 100 };

void portal_cursor_write(const char *type_id, int64_t last, char out[PORTAL_CURSOR]);

/* Takes it as it was written or with its URL encoding undone; false: the text is no cursor of the portal. */
bool portal_cursor_read(const char *text, int64_t *last);
#endif
