/* Mask: what may be shown of a request's path and of bodies. The values of properties and of filters, and whatever
 * looks like an e-mail address, must not appear in a log. */
#ifndef TETHER_MASK_H
#define TETHER_MASK_H
#include "base/buffer.h"

/* Appends the path without its query; a key that stands for a record is hidden. */
bool tether_mask_path(const char *path, tether_buffer *out);

/* Appends a JSON body on one line, with its private values hidden. Of a body that is not JSON, only the length is
 * shown. */
bool tether_mask_body(const char *data, size_t length, tether_buffer *out);

#endif
