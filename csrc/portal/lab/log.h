/* Log: the last requests, for specs and people to read. Bounded in number and bytes; the oldest goes first.
 *
 * No token is in it: the Authorization header and the bodies of OAuth are left out, and where a token stands elsewhere
 * it is masked. */
#ifndef TETHER_PORTAL_LOG_H
#define TETHER_PORTAL_LOG_H
#include "portal/message/message.h"

typedef struct portal_log portal_log;

typedef struct portal_entry {
  int64_t number; /* of the request since the start, from 1 */
  int64_t at_ms;
  int64_t took_us; /* until the answer was ready */
  int status;
  bool struck;     /* by a fault */
  char *operation; /* "batch_create"; "": no route */
  char *method, *target;
  char *headers; /* "name: value" lines */
  char *body;
  size_t length; /* of the body */
} portal_entry;

portal_log *portal_log_new(size_t entries, size_t bytes); /* what it keeps at the most; NULL: no memory */
void portal_log_free(portal_log *log);                    /* NULL is fine */
void portal_log_clear(portal_log *log);

/* Adds a request and its answer; a request for which there is no memory is counted only. */
void portal_log_add(portal_log *log, const portal_request *request, const portal_answer *answer, const char *token);

/* How many are kept, and a copy of one, the oldest first, to be freed. False: not there, or no memory. */
size_t portal_log_count(const portal_log *log);
bool portal_log_copy(const portal_log *log, size_t i, portal_entry *copy);
void portal_entry_free(portal_entry *entry);

/* The number of the last request that was logged, and the place of the first entry above a number; the count when there
 * is none. */
int64_t portal_log_last(const portal_log *log);
size_t portal_log_above(const portal_log *log, int64_t number);

/* The entry at a place as JSON, with at most `most` bytes of its body: { number, at_ms, took_us, operation, method,
 * path, status, fault, bytes, body }, and with `whole` the headers. A body that is no text has none. NULL: no memory.
 */
json_t *portal_log_json(const portal_log *log, size_t place, size_t most, bool whole);
#endif
