/* Grants: what OAuth gives tokens for. Something is compared each time: a portal that was told no secret gives none. */
#ifndef TETHER_PORTAL_GRANTS_H
#define TETHER_PORTAL_GRANTS_H
#include "portal/api/call.h"
#include "portal/message/form.h"

/* The form of the body, to be freed by portal_form_free; false: refused. */
bool portal_read_form(portal_call *call, portal_form *form);

/* Whether the form brings the app's id and secret, as far as the portal was told them. False: the answer says so, and
 * the form is freed. */
bool portal_check_client(portal_call *call, portal_form *form);

/* A refresh token that is good: the portal's own, or one that a grant brought. NULL is none. */
bool portal_is_refresh_token(const portal_app *app, const char *token);
#endif
