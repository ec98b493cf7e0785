/* Refusals: answers that speak of the account, the app or its user, and never of a row; by name, in HubSpot's words. */
#ifndef TETHER_PORTAL_REFUSALS_H
#define TETHER_PORTAL_REFUSALS_H
#include "portal/message/message.h"

/* The status of a refusal; 0: none has this name. */
int portal_refusal_status(const char *name);

/* Every name, joined by commas: for a message that says what would be right. */
const char *portal_refusal_names(void);

/* Puts the refusal of this name, which exists, into an answer without a body. */
void portal_refusal_answer(const char *name, portal_answer *answer);
#endif
