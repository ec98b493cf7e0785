/* Answers: the last call of the handlers of lists and definitions. Each takes the JSON over and returns true. */
#ifndef TETHER_PORTAL_ANSWERS_H
#define TETHER_PORTAL_ANSWERS_H
#include "portal/api/call.h"

bool portal_answer_json(portal_call *call, int status, json_t *body);
bool portal_answer_results(portal_call *call, json_t *results); /* 200, { results } */
bool portal_answer_nothing(portal_call *call);                  /* 204 */

/* The time of the portal's clock, as answers write it. */
json_t *portal_now_json(const portal_store *store);

/* Sets a field that is not there; the value is taken over. */
void portal_default_to(json_t *object, const char *name, json_t *value);
#endif
