/* Inputs: the `inputs` of a large batch. Each is read from the body and dropped before the next, so that thousands of
 * them never stand in memory at once. */
#ifndef TETHER_PORTAL_INPUTS_H
#define TETHER_PORTAL_INPUTS_H
#include "portal/api/call.h"

typedef struct portal_inputs_reader {
  portal_call *call;
  const char *at, *end; /* in the body */
  json_t *input;        /* the one that was told last; owned */
  size_t count;
  bool ready;  /* `at` stands before an input */
  bool failed; /* the body is no JSON: the call's problem says where */
} portal_inputs_reader;

/* Whether the body begins as `{ "inputs": [`; then it stands before the first one. Otherwise the body is to be read as
 * a whole. */
bool portal_inputs_begin(portal_inputs_reader *reader, portal_call *call);

/* Whether there is one more: then `at` stands before it. A caller that reads it without portal_inputs_next passes it:
 * `behind` is where it ends. */
bool portal_inputs_more(portal_inputs_reader *reader);
void portal_inputs_pass(portal_inputs_reader *reader, const char *behind);

/* The next input; NULL behind the last one, or when the rest of the body cannot be read. */
json_t *portal_inputs_next(portal_inputs_reader *reader);

/* How many there are in all; reads on to the end. */
size_t portal_inputs_count(portal_inputs_reader *reader);

void portal_inputs_end(portal_inputs_reader *reader); /* frees the input that was told last */
#endif
