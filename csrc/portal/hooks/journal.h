/* Journal: the log of deliveries, an entry for each attempt. Bounded in number and bytes; the oldest goes first. No
 * secret and no signature is in it. */
#ifndef TETHER_PORTAL_JOURNAL_H
#define TETHER_PORTAL_JOURNAL_H
#include <jansson.h>

#include "base/buffer.h"

enum { PORTAL_JOURNAL_ENTRIES = 1000, PORTAL_JOURNAL_BYTES = 16 << 20 }; /* kept at the most; bytes: of bodies */

/* Texts are owned by the journal, and copied when they are added. */
typedef struct portal_attempt {
  int64_t number;   /* of the attempt, from 1; set by the journal */
  int64_t delivery; /* the same for all attempts of a delivery */
  int64_t app;
  int64_t at_ms, took_ms;
  int64_t next_ms; /* when it is tried again; 0: not */
  int attempt;     /* from 0 */
  int status;      /* of the answer; 0: there was none */
  size_t events;
  char *problem; /* why there was none; NULL */
  char *url, *body;
  size_t length; /* of the body */
} portal_attempt;

/* Zeroed, it is empty. */
typedef struct portal_journal {
  portal_attempt ring[PORTAL_JOURNAL_ENTRIES];
  size_t first, count, bytes;
  int64_t number;
} portal_journal;

/* Adds an attempt; without memory it is counted only. */
void portal_journal_add(portal_journal *journal, const portal_attempt *attempt);
void portal_journal_clear(portal_journal *journal);

/* Adds a line of JSON for each, the oldest first. */
bool portal_journal_write(const portal_journal *journal, tether_buffer *out, tether_error *error);
#endif
