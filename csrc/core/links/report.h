/* Report: what an answer says about the rows that were sent: which it confirms, what it complains of.
 *
 * Filled by the decoder, read by reconcile; it owns its memory and can be filled again. */
#ifndef TETHER_REPORT_H
#define TETHER_REPORT_H
#include "base/buffer.h"

typedef struct tether_pair {
  int64_t from, to;
} tether_pair;

/* Where a complaint names a record id: HubSpot's context has keys for the sides, and others that may be either. */
typedef enum tether_side { TETHER_EITHER_SIDE, TETHER_FROM_SIDE, TETHER_TO_SIDE } tether_side;

typedef struct tether_named {
  int64_t id;
  tether_side side;
} tether_named;

typedef struct tether_complaint {
  tether_code code;
  size_t category, sub_category, message, correlation_id; /* offsets of terminated text; 0: the empty text */
  size_t first_named, named_count;                        /* the record ids that it names */
} tether_complaint;

typedef struct tether_report {
  size_t echoed;          /* how many of the first rows that were sent are confirmed, by their order */
  tether_pair *confirmed; /* others, as the answer names them */
  tether_complaint *complaints;
  tether_named *named;
  size_t confirmed_count, confirmed_capacity, complaint_count, complaint_capacity, named_count, named_capacity;
  const char *operation; /* whose answer it is, borrowed; NULL: not told */
  int status, attempts;  /* of the answer */
  bool answers;          /* it has the form of an answer: no body at all, results, or a state */
  bool unfinished;       /* the batch is still under way: rows that it lists as done are not done yet */
  tether_buffer text;
} tether_report;

void tether_report_init(tether_report *report); /* allocates nothing */
void tether_report_free(tether_report *report);
void tether_report_clear(tether_report *report); /* keeps the memory */

bool tether_report_confirm(tether_report *report, int64_t from, int64_t to, tether_error *error); /* lists a pair */

/* Opens a complaint without text and ids; those that follow belong to it. It is the last of `complaints`. */
bool tether_report_complain(tether_report *report, tether_error *error);
bool tether_report_name(tether_report *report, int64_t id, tether_side side, tether_error *error); /* an id of it */

/* Around the bytes of one text, which are appended to `text`: begin answers its offset, which is never 0. */
bool tether_report_begin_text(tether_report *report, size_t *start, tether_error *error);
bool tether_report_end_text(tether_report *report, tether_error *error); /* terminates the text */

/* The text at an offset; "" for 0. Valid until the next change. */
const char *tether_report_text(const tether_report *report, size_t offset);

#endif
