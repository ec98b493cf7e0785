/* State: the account as lines of JSON, one fact a line, to seed it with and to dump it as.
 *
 *   {"kind":"schema","name":"pet","number":33,"labels":{"singular":"Pet","plural":"Pets"},"properties":[…],
 *    "associatedObjects":["contacts"]}
 *   {"kind":"record","type":"contacts","id":"101","properties":{"email":"jane@example.com"}}
 *   {"kind":"label","from":"contacts","to":"companies","label":"Decision maker","inverseLabel":"…","name":"…",
 *    "id":42,"inverseId":43}
 *   {"kind":"link","from":"contacts","fromId":"101","to":"companies","toId":"9001",
 *    "types":[279,"Decision maker",{"category":"USER_DEFINED","typeId":42}]}
 *   {"kind":"property","type":"contacts","name":"chip","unique":true}   and more of a definition: valueType, fieldType,
 * …
 *   {"kind":"group","type":"contacts","name":"pets","label":"Pets"}
 *   {"kind":"pipeline","type":"deals","id":"p2","label":"Renewals","stages":[{"id":"s1","label":"New"}]}
 *   {"kind":"owner","id":"7","email":"jo@example.com","userId":70}
 *   {"kind":"merge","type":"contacts","id":"102","into":"101"}
 *   {"kind":"known","type":"contacts","id":"101","properties":{…},"created":…,"updated":…}      see state_known.h
 *   {"kind":"known","from":"contacts","fromId":"101","to":"companies","toId":"9001","types":[279]}
 *   {"kind":"restore","type":"contacts","id":"103"}          from the recycle bin
 *   {"kind":"limit","from":"contacts","to":"companies","type":279,"most":5}
 *
 * A record that is there stays as it is. May be left out: a schema's number, a record's id and properties, a label's
 * name (made of its text) and ids, a link's types (the plain one). The history of properties is not among the facts: it
 * begins anew. */
#ifndef TETHER_PORTAL_STATE_H
#define TETHER_PORTAL_STATE_H
#include "base/buffer.h"
#include "portal/store/store.h"

/* Adds what the lines say: INVALID names the line, of which the first has the number `first`. The transaction belongs
 * to the caller, who rolls it back after a bad line. */
bool portal_state_add(portal_store *store, const char *lines, size_t length, int64_t first, tether_error *error);

/* Adds the whole account to `out`: lines from which it can be read again. */
bool portal_state_write(portal_store *store, tether_buffer *out, tether_error *error);

/* Empties the account. Switches, faults, clock, log and counters stay. The second leaves the transaction to the caller.
 */
bool portal_state_reset(portal_store *store, tether_error *error);
bool portal_state_clear(portal_store *store);

/* Adds the high usage reports, a line of JSON each, the oldest first. */
bool portal_state_reports(portal_store *store, tether_buffer *out, tether_error *error);
#endif
