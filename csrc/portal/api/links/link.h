/* Link: checks and applies one write of links between two records. Every way to associate ends here. */
#ifndef TETHER_PORTAL_LINK_H
#define TETHER_PORTAL_LINK_H
#include "portal/api/batch.h"
#include "portal/api/read.h"
#include "portal/store/links.h"
#include "portal/store/records/record.h"

/* The pair of two ids in the call's direction; refused when one of them is no id, or no live record has it. */
bool portal_link_pair(portal_call *call, const portal_id *from_id, const portal_id *to_id, portal_pair *pair,
                      portal_problem *problem);

/* The same for removals, which do not mind whether the records are there; refused when one of them is no id. */
bool portal_loose_pair(portal_call *call, const portal_id *from_id, const portal_id *to_id, portal_pair *pair,
                       portal_problem *problem);

/* Writes types between two live records, with all that follows: the plain type, the inverse direction, the primary that
 * moves. Refused when a limit would be exceeded; then nothing changes. */
bool portal_link_write(portal_call *call, const portal_pair *pair, const portal_typeset *sent, portal_manner manner,
                       portal_problem *problem);

/* Removes types. Removing the plain type removes every type between the two records. */
void portal_link_remove(portal_call *call, const portal_pair *pair, const portal_typeset *named);

/* Removes every type between the two. */
void portal_link_clear(portal_call *call, const portal_pair *pair);

/* The plain type of the direction. NULL: there is none, and the request is refused. */
const portal_type *portal_link_plain(portal_call *call, const portal_object *from, const portal_object *to);

/* Fails an input of a batch, so that clients can match it: one error for each side whose record is not there, or one
 * that names both ids. The problem is cleared. */
void portal_fail_input(portal_batch *batch, portal_problem *problem, const portal_id *from_id, const portal_id *to_id);

/* What a write of labels does to those that are there: a switch. */
portal_manner portal_label_manner(const portal_call *call);

/* Writers of answers: an id as the switch wants it, and { fromObjectTypeId, …, labels }. */
void portal_put_to_id(portal_call *call, portal_writer *writer, int64_t id);
void portal_put_labels(portal_call *call, portal_writer *writer, const portal_pair *pair, const portal_typeset *types);

/* The results of a default association in a batch answer: both directions. */
void portal_put_default(portal_call *call, portal_batch *batch, const portal_pair *pair, const portal_type *plain);
#endif
