/* Answer: what the readers of an answer share: the state of reading, the words of a complaint, the pair that an
 * object names. Only this room includes it; decode.h is the door. Each reader stands at the value that it reads, and
 * answers false after the JSON, or the memory, has failed. */
#ifndef TETHER_ANSWER_H
#define TETHER_ANSWER_H
#include "core/json/pattern.h"
#include "core/wire/decode.h"
#include "core/wire/echo.h"

/* What is under way; `error` is filled when something other than the JSON fails. */
typedef struct {
  tether_json json;
  tether_patterns results;
  tether_echo echo; /* as long as the results follow it */
  long status;
  tether_sides sides;
  tether_report *report;
  tether_error *error;
} tether_decoding;

/* The words of one error, as offsets into the report's text, and the ids that its context names. */
typedef struct {
  size_t category, sub_category, message, correlation_id, policy, status;
  bool invalid_ids, invalid_types;
  tether_slice detail;      /* the first text of what is invalid: "CONTACT=5 is not valid" */
  tether_slice object_type; /* whose ids the context names; empty: it does not say, or names several */
} tether_words;

/* The pair that an object names: its ends, where they stood, and whether its object types are those of another pair. */
typedef struct {
  int64_t from, to;
  tether_spot spots[2];
  bool elsewhere;
} tether_named_pair;

/* -- complaint.c --------------------------------------------------------------------------------------------------- */

/* Reads a member of an error. False: the key is not an error's, and nothing was read. */
bool tether_complaint_member(tether_decoding *d, tether_slice key, tether_words *w, bool *fine);

/* Reads the context of an error; the ids that it names are those of the complaint that was opened last. */
bool tether_complaint_context(tether_decoding *d, tether_words *w);

/* Gives an opened complaint its words and its code, and gives its ids their side. */
bool tether_complaint_fill(tether_decoding *d, tether_words *w, size_t index);

/* Reads an error as a complaint. */
bool tether_complaint_read(tether_decoding *d);

/* -- confirm.c ----------------------------------------------------------------------------------------------------- */

/* Reads a member of a pair. False: the key is not a pair's, and nothing was read. */
bool tether_confirm_member(tether_decoding *d, tether_slice key, tether_named_pair *pair, bool *fine);

/* Notes that a pair is done, if it has both ends, and the object types that were asked for. */
bool tether_confirm_pair(tether_decoding *d, const tether_named_pair *pair);

/* Reads a result, which names a pair. */
bool tether_confirm_result(tether_decoding *d);

/* Reads the associations of a record, which name its other ends (wire.md, 4.3). */
bool tether_confirm_associations(tether_decoding *d, int64_t from);

#endif
