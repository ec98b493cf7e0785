/* Outcome: what became of every row that was asked for: one byte a row, and sparse reasons for those that failed.
 *
 * An outcome owns its memory. Rows are those of the links set that it was made for. One thread at a time. */
#ifndef TETHER_OUTCOME_H
#define TETHER_OUTCOME_H
#include "core/links/links.h"
#include "core/links/report.h"
#include "core/links/rows.h"

typedef enum tether_state {
  TETHER_PENDING,   /* not settled yet */
  TETHER_LINKED,    /* done as asked, and confirmed */
  TETHER_UNCHANGED, /* a read before showed that nothing had to be done */
  TETHER_REJECTED,  /* refused, the reason says why */
  TETHER_UNKNOWN,   /* may or may not have been applied */
  TETHER_STATES
} tether_state;

/* How an answer confirms: by naming each pair, or by its success alone (removals answer 204 or an empty list). */
typedef enum tether_confirming { TETHER_NAMES_EACH, TETHER_NAMES_NONE } tether_confirming;

typedef struct tether_reason {
  tether_code code;
  const char *category, *sub_category, *message, *correlation_id, *operation; /* "" or NULL where there is none */
  int status, attempts;                                                       /* of the answer; 0: none came */
} tether_reason;

typedef struct tether_outcome tether_outcome;

/* All rows pending. NULL: out of memory. */
tether_outcome *tether_outcome_new(size_t rows);
void tether_outcome_free(tether_outcome *outcome); /* NULL is fine */

size_t tether_outcome_rows(const tether_outcome *outcome);                      /* as given to new */
size_t tether_outcome_count(const tether_outcome *outcome, tether_state state); /* rows in that state */
tether_state tether_outcome_state(const tether_outcome *outcome, size_t row);

/* The reason of a row; false: it has none. The texts live as long as the outcome. */
bool tether_outcome_reason(tether_outcome *outcome, size_t row, tether_reason *reason);

/* Settles rows with one state; `reason` may be NULL, its texts are copied once for all of them. NO_MEMORY: nothing is
 * changed. */
bool tether_outcome_settle(tether_outcome *outcome, tether_rows rows, tether_state state, const tether_reason *reason,
                           tether_error *error);

/* Settles the rows that were sent by what came back, and is the only place where a row is declared linked by an
 * answer. A row that a complaint names is rejected, and so is the only row of a request that is complained of; a row
 * that the answer confirms is linked. A row that it names in both ways is unknown, and so is every row that an
 * unfinished batch lists as done. Any other row stays pending when the request was refused as a whole (`whole` is
 * false), or when a complaint names none of the rows: sending each row alone will show which is meant. Else the row
 * is unknown: an answer that does not mention a row has not confirmed it. NO_MEMORY: some rows are still pending,
 * none is wrong. */
bool tether_outcome_reconcile(tether_outcome *outcome, const tether_links *links, tether_rows sent,
                              const tether_report *report, tether_confirming confirming, bool whole,
                              tether_error *error);

#endif
