/* List: what the versions share in reading links: the record, cursor and limit that are asked, and what is said then.
 */
#ifndef TETHER_PORTAL_LIST_H
#define TETHER_PORTAL_LIST_H
#include "portal/api/batch.h"
#include "portal/api/read.h"

/* The record whose links a path asks for, where its id leads; refused when there is none. */
bool portal_list_record(portal_call *call, int64_t *id);

/* Reads a cursor that an earlier page gave out. NULL and "" mean the start. */
bool portal_list_after(portal_call *call, const char *text, int64_t *after);

/* How many targets a page of a list has: what the request asks for, from 1 to 500, and no more than the account shows
 * at once. */
bool portal_list_limit(portal_call *call, int64_t *most);

/* Writes `paging` for the page behind the target `last`. 0: there are no more targets, and nothing is written. */
void portal_put_cursor(portal_call *call, portal_writer *writer, const portal_object *to, int64_t last);

/* NO_ASSOCIATIONS_FOUND for one input of a batch read. */
void portal_batch_no_links(portal_batch *batch, const portal_id *id);

/* One input of a batch read, { id, after }, shown by `show`; an invalid id fails its own input only. False: the
 * request is refused as a whole. */
typedef void (*portal_show)(portal_batch *batch, const portal_id *id, int64_t after);
bool portal_read_one(portal_batch *batch, const json_t *input, size_t i, portal_show show);

/* The status of a batch read in which an input failed. */
int portal_read_partial(const portal_call *call);
#endif
