/* Image: the account at one moment, in memory: what the file that keeps it would hold, and its links.
 *
 * An image owns its memory and is never changed; it may be put many times. One that is for its own store alone must not
 * outlive it. */
#ifndef TETHER_PORTAL_IMAGE_H
#define TETHER_PORTAL_IMAGE_H
#include "portal/store/store.h"

typedef struct portal_image portal_image;

/* Takes one of a store that is in no transaction. `own`: for this store alone, which comes back to it without reading a
 * row; else it is for any store. NULL: SQL_FAILED, NO_MEMORY; the account is as it was in any case. */
portal_image *portal_image_take(portal_store *store, bool own, tether_error *error);
void portal_image_free(portal_image *image); /* NULL is fine */

/* Replaces the account of a store that is in no transaction. False: SQL_FAILED, NO_MEMORY; the account is as it was, or
 * the store is damaged and says so at every commit. */
bool portal_image_put(const portal_image *image, portal_store *store, tether_error *error);

/* What it holds: bytes, live records, linked pairs. */
typedef struct portal_image_size {
  int64_t bytes, records, links;
} portal_image_size;
portal_image_size portal_image_measure(const portal_image *image);
#endif
