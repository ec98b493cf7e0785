/* Quick: inputs of the large batches as clients write them, read without building JSON.
 *
 * Each function reads what begins at `at` and answers where it ends, or NULL for what is written in another way: with
 * other fields, escapes, ids that are none. That is left to the general reader, which also says what is wrong with it.
 */
#ifndef TETHER_PORTAL_QUICK_H
#define TETHER_PORTAL_QUICK_H
#include "portal/api/read.h"

/* { "id": "101" } or { "id": 101 } */
const char *portal_quick_ref(const char *at, const char *end, portal_id *id);

typedef struct portal_quick_link {
  portal_id from, to;
  const char *types; /* a list, as it stands in the body and not looked at */
  size_t length;
} portal_quick_link;

/* { "from": { "id": … }, "to": { "id": … }, "types": [ … ] }, the fields in any order. */
const char *portal_quick_read(const char *at, const char *end, portal_quick_link *link);
#endif
