/* Merge: two records become one, whose id the ids of both lead to. */
#ifndef TETHER_PORTAL_MERGE_H
#define TETHER_PORTAL_MERGE_H
#include "portal/message/message.h"
#include "portal/store/store.h"

/* Gives what the record `gone` has to the record `into`: its links, the values that `into` lacks, and, for good, its
 * id. E-mail addresses and domains that are no longer the first ones become additional ones. Of a type that a record
 * may have once, such as Primary, that of `into` stays. Refused when a unique value is another record's. */
bool portal_record_absorb(portal_store *store, const portal_object *object, int64_t into, int64_t gone,
                          portal_problem *problem);

/* Gives a record the next free id, which *id tells; the old one leads to it. */
bool portal_record_renew(portal_store *store, const portal_object *object, int64_t *id, portal_problem *problem);
#endif
