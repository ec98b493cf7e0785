/* Faults: what goes wrong on demand. A rule says which requests it meets, which of them it strikes, and how.
 *
 *   { "operation": "batch_*", "method": "POST", "path": "*contacts*",            whom: globs; left out: everything
 *     "nth": 3, "times": 1, "probability": 0.1, "seed": 42,                       the third; at most once; by chance
 *     "status": 503, "body": …, "headers": {…}, "html": true, "applied": true,    another answer; the request applied
 *     "refusal": "wrong_hublet",                                                  an answer of refusals.h, by name
 *     "delay": 0.5, "reset": "before" | "after" | "middle",                       seconds; of the connection
 *     "truncate": true, "malformed": true, "trickle": 0.05, "chunk": 16 }         of the body
 *
 * "nth" counts the requests that the rule meets, from 1, and without "times" strikes that one alone; "before" resets
 * the connection before the body is read, "after" when the request is applied. Without "applied" a request that gets
 * another answer is not applied. The first rule that strikes wins. */
#ifndef TETHER_PORTAL_FAULTS_H
#define TETHER_PORTAL_FAULTS_H
#include "portal/message/message.h"

typedef struct portal_faults portal_faults;
typedef struct portal_fault portal_fault;

portal_faults *portal_faults_new(void);         /* no rules; NULL: no memory */
void portal_faults_free(portal_faults *faults); /* NULL is fine */
void portal_faults_clear(portal_faults *faults);

/* The same rules as they stand, with what they have counted; owned by the caller. NULL: no memory. */
portal_faults *portal_faults_copy(const portal_faults *faults);

/* Takes one rule away by its place; false: there is none. The rules as JSON, each { rule, met, struck }: an array. */
bool portal_faults_remove(portal_faults *faults, size_t place);
json_t *portal_faults_json(const portal_faults *faults);
bool portal_faults_empty(const portal_faults *faults);

/* Adds a rule. False: BAD_ARGUMENT, OPTION_UNKNOWN. */
bool portal_faults_add(portal_faults *faults, const json_t *rule, tether_error *error);

/* The rule that strikes this request, counted; NULL: none. `early`: before the body is read, where only the rules that
 * reset there are asked; else only the others. */
const portal_fault *portal_faults_strike(portal_faults *faults, const portal_request *request, bool early);

/* Whether the request is worked all the same, and whether its answer is another one. */
bool portal_fault_applies(const portal_fault *fault);
bool portal_fault_answers(const portal_fault *fault);

/* Puts the rule's answer in place of the real one, whose correlation id it keeps. */
void portal_fault_answer(const portal_fault *fault, portal_answer *answer);

/* What the rule does to an answer on its way: breaks the rendered body, and tells the server the rest. */
void portal_fault_spoil(const portal_fault *fault, portal_answer *answer);
#endif
